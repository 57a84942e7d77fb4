import { type Address, parseAddress } from '../base/address.ts'
import type { AttemptJournal } from '../track/journal.ts'
import { addressText } from './address-text.ts'
import { findBackscatter } from './backscatter.ts'
import type { ContentReader } from './content.ts'
import { type Coordinated, findCoordinated } from './coordination.ts'
import { type DecoyGroup, findDecoys } from './decoy.ts'
import type { Analysis, DrawnScan, Undecided } from './finding.ts'
import { Judge, type JudgedStep, type Verdict } from './judge.ts'
import { Knowledge } from './knowledge.ts'
import { inferOwnNetworks, type OwnNetworks } from './own-networks.ts'
import { probesOf } from './probes.ts'
import { describeScan } from './scan-record.ts'
import { segment } from './segment.ts'
import { SourceGroups } from './sources.ts'
import { findUndecided } from './undecided.ts'
import { silenceOf, type View } from './view.ts'

export interface DetectorOptions {
  /** Our networks, or undefined to infer them. */
  readonly own?: OwnNetworks
  readonly knowledge?: Knowledge
  /** Judge each contact only by what was known before it. */
  readonly causal?: boolean
  /** Names of the inputs, by sensor number. */
  readonly inputs: readonly string[]
  readonly content: ContentReader
}

/** What detection found; the pipeline adds the summary. */
export type Findings = Pick<Analysis, 'scans' | 'undecided' | 'backscatter'> & { readonly own: OwnNetworks }

/** One accused scan of one source: the rows of one target set, and the verdict on them. */
interface Charge {
  readonly source: number
  readonly rows: Uint32Array
  readonly verdict: Verdict
  readonly steps: readonly JudgedStep[]
}

/**
 * Detects the scans in a journal of contacts: every source is judged, the accused ones' contacts are cut into scans,
 * decoys and shares of coordinated scans are joined. It has no clock, does no I/O and draws no random numbers.
 */
export function detect(journal: AttemptJournal, options: DetectorOptions): Findings {
  const own = options.own ?? inferOwnNetworks(journal)
  const knowledge = options.knowledge ?? new Knowledge()
  const decoys = findDecoys(journal)
  for (const group of decoys) knowledge.unite(group.members.map((name) => parseAddress(name) as Address))
  knowledge.learn(journal, own)
  const view: View = {
    journal,
    own,
    knowledge,
    causal: options.causal ?? false,
    end: newest(journal),
    silence: silenceOf(journal, own),
  }
  const groups = new SourceGroups(journal)
  const judge = new Judge(view)
  const coordinated = findCoordinated(view, groups)
  const charges = accuse(view, groups, judge)
  const scans = new Bench(view, groups, judge, options).sentence(charges, coordinated, decoys)
  const accused = new Set(scans.flatMap((drawn) => [...drawn.scan.sources, ...drawn.scan.decoys]))
  const undecided: Undecided[] = findUndecided(view, groups, judge, accused)
  return { scans, undecided, backscatter: findBackscatter(view, accused), own }
}

/** Fewer contacts than this never meet the judge's floor. */
const fewestContacts = 4

function accuse(view: View, groups: SourceGroups, judge: Judge): Charge[] {
  const charges: Charge[] = []
  for (let g = 0; g < groups.count; g++) {
    const size = (groups.start[g + 1] as number) - (groups.start[g] as number)
    if (size < fewestContacts) continue
    const rows = groups.of(g, view.journal.time)
    if (judge.judge(rows).decidedAt === undefined) continue
    charges.push(...chargesOf(view, g, rows, judge))
  }
  return charges
}

/** The scans of one source. A slow scan that only decides as a whole stays whole. */
function chargesOf(view: View, source: number, rows: Uint32Array, judge: Judge): Charge[] {
  const pieces = segment(view.journal, probesOf(view, rows))
  const charges = pieces.map((piece) => charge(source, piece, judge)).filter((c) => c.verdict.decidedAt !== undefined)
  return charges.length > 0 ? charges : [charge(source, probesOf(view, rows), judge)]
}

function charge(source: number, rows: Uint32Array, judge: Judge): Charge {
  const steps: JudgedStep[] = []
  const verdict = judge.judge(rows, { step: (step) => steps.push(step) })
  return { source, rows, verdict, steps }
}

/** Turns charges into scan records. */
class Bench {
  readonly #view: View
  readonly #groups: SourceGroups
  readonly #judge: Judge
  readonly #options: DetectorOptions

  constructor(view: View, groups: SourceGroups, judge: Judge, options: DetectorOptions) {
    this.#view = view
    this.#groups = groups
    this.#judge = judge
    this.#options = options
  }

  sentence(
    charges: readonly Charge[],
    coordinated: readonly Coordinated[],
    decoys: readonly DecoyGroup[],
  ): DrawnScan[] {
    const members = new Set(coordinated.flatMap((group) => group.sources))
    const scans = coordinated.map((group) => this.#distributed(group))
    const groupOf = new Map(decoys.flatMap((group) => group.members.map((name) => [name, group] as const)))
    const alone = charges.filter((c) => !members.has(c.source))
    const accused = new Set(alone.map((c) => this.#name(c.rows)))
    for (const one of alone) {
      const name = this.#name(one.rows)
      const group = groupOf.get(name)
      const present = group?.members.filter((member) => accused.has(member)) ?? []
      if (present.length > 0 && present[0] !== name) continue
      scans.push(this.#single(one, present.length > 1 ? group : undefined))
    }
    return scans.sort((x, y) =>
      x.scan.first < y.scan.first ? -1 : x.scan.first > y.scan.first ? 1 : x.scan.id < y.scan.id ? -1 : 1,
    )
  }

  #single(one: Charge, group: DecoyGroup | undefined): DrawnScan {
    const name = this.#name(one.rows)
    return describeScan(this.#view, {
      sources: [{ name, rows: one.rows, because: 'its own contacts decide' }],
      decoys: group?.members.filter((member) => member !== name) ?? [],
      decoysTold: group?.told,
      verdict: one.verdict,
      steps: one.steps,
      distributed: false,
      ...this.#common(),
    })
  }

  #distributed(group: Coordinated): DrawnScan {
    const { journal } = this.#view
    const shares = group.sources
      .map((source) => ({ source, rows: this.#groups.of(source, journal.time) }))
      .sort((x, y) => y.rows.length - x.rows.length || x.source - y.source)
    const all = new Uint32Array(shares.reduce((sum, share) => sum + share.rows.length, 0))
    let at = 0
    for (const share of shares) {
      all.set(share.rows, at)
      at += share.rows.length
    }
    all.sort((x, y) => (journal.time[x] as number) - (journal.time[y] as number) || x - y)
    const whole = charge(-1, all, this.#judge)
    return describeScan(this.#view, {
      sources: shares.map((share) => ({
        name: this.#name(share.rows),
        rows: share.rows,
        because: `its ${share.rows.length} targets are shared with almost no other member, and its packets look like theirs`,
      })),
      decoys: [],
      decoysTold: undefined,
      verdict: whole.verdict,
      steps: whole.steps,
      distributed: true,
      coordination: { p: group.p, collisions: group.collisions, expected: group.expected },
      ...this.#common(),
    })
  }

  #common() {
    return {
      knowledge: this.#view.causal ? ('causal' as const) : ('whole-input' as const),
      inputs: this.#options.inputs,
      content: this.#options.content,
    }
  }

  #name(rows: Uint32Array): string {
    return addressText(this.#view.journal, rows[0] as number, 0)
  }
}

function newest(journal: AttemptJournal): number {
  let end = Number.NEGATIVE_INFINITY
  for (let i = 0; i < journal.length; i++) end = Math.max(end, journal.lastAt[i] as number)
  return end
}
