import type { DrawnScan } from '../finding.ts'
import type { Coordinated } from '../group/coordination.ts'
import type { DecoyGroup } from '../group/decoy.ts'
import { probesOf } from '../group/probes.ts'
import { segment } from '../group/segment.ts'
import type { Carried, Judge, JudgedStep, Verdict } from '../judge/judge.ts'
import type { SourceGroups } from '../judge/sources.ts'
import type { View } from '../judge/view.ts'
import { addressText } from './address-text.ts'
import type { ContentReader } from './content.ts'
import { describeScan } from './scan-record.ts'

/** One accused scan of one source: the rows of one target set, and the verdict on them. */
export interface Charge {
  /** Source group; -1 for a coordinated group as a whole. */
  readonly source: number
  readonly rows: Uint32Array
  readonly verdict: Verdict
  readonly steps: readonly JudgedStep[]
  /** What was held against the source before. */
  readonly carried?: Carried
  /** The prefix at which a rotating IPv6 source holds. */
  readonly prefix?: string
}

/**
 * The scans of one accused source. Each is judged by all that the source did meanwhile, good contacts included, and
 * described by its probes. A slow scan that only decides as a whole stays whole.
 */
export function chargesOf(view: View, source: number, rows: Uint32Array, judge: Judge, carried?: Carried): Charge[] {
  const probes = probesOf(view, rows)
  const pieces = segment(view.journal, probes)
  const charges = pieces.flatMap((piece) => {
    const context = pieces.length === 1 ? rows : during(view, rows, piece)
    const one = charge(source, context, piece, judge)
    return one.verdict.decidedAt === undefined ? [] : [one]
  })
  return charges.length > 0 ? charges : [charge(source, rows, probes, judge, carried)]
}

/** A source's contacts from the first to the last of a piece. */
function during({ journal }: View, rows: Uint32Array, piece: Uint32Array): Uint32Array {
  const from = journal.time[piece[0] as number] as number
  const to = journal.time[piece[piece.length - 1] as number] as number
  return rows.filter((row) => (journal.time[row] as number) >= from && (journal.time[row] as number) <= to)
}

/** @param judged what the verdict rests on @param told what the record describes */
function charge(source: number, judged: Uint32Array, told: Uint32Array, judge: Judge, carried?: Carried): Charge {
  const steps: JudgedStep[] = []
  const verdict = judge.judge(judged, { step: (step) => steps.push(step) }, carried)
  return { source, rows: told, verdict, steps, ...(carried ? { carried } : {}) }
}

export interface SentenceOptions {
  readonly inputs: readonly string[]
  readonly content: ContentReader
}

/** Turns charges into scan records: joins decoys and the shares of coordinated scans. */
export class Sentence {
  readonly #view: View
  readonly #groups: SourceGroups
  readonly #judge: Judge
  readonly #options: SentenceOptions

  constructor(view: View, groups: SourceGroups, judge: Judge, options: SentenceOptions) {
    this.#view = view
    this.#groups = groups
    this.#judge = judge
    this.#options = options
  }

  /** The scans in order of first sight. */
  pass(charges: readonly Charge[], coordinated: readonly Coordinated[], decoys: readonly DecoyGroup[]): DrawnScan[] {
    const members = new Set(coordinated.flatMap((group) => group.sources))
    const scans = coordinated.map((group) => this.#distributed(group))
    const groupOf = new Map(decoys.flatMap((group) => group.members.map((name) => [name, group] as const)))
    const alone = charges.filter((each) => !members.has(each.source))
    const accused = new Set(alone.map((each) => this.#name(each.rows)))
    for (const one of alone) {
      const name = this.#name(one.rows)
      const group = groupOf.get(name)
      const present = group?.members.filter((member) => accused.has(member)) ?? []
      if (present.length > 0 && present[0] !== name) continue
      scans.push(this.#single(one, present.length > 1 ? group : undefined))
    }
    return scans.sort(inOrder)
  }

  #single(one: Charge, group: DecoyGroup | undefined): DrawnScan {
    const name = this.#name(one.rows)
    const sources =
      one.prefix === undefined
        ? [{ name, rows: one.rows, because: 'its own contacts decide' }]
        : this.#bySource(one.rows)
    return describeScan(this.#view, {
      sources,
      decoys: group?.members.filter((member) => member !== name) ?? [],
      decoysTold: group?.told,
      verdict: one.verdict,
      steps: one.steps,
      ...(one.carried === undefined ? {} : { carried: one.carried }),
      distributed: false,
      ...(one.prefix === undefined ? {} : { prefix: one.prefix }),
      ...this.#common(),
    })
  }

  /** The addresses a rotating source used, most active first. */
  #bySource(rows: Uint32Array): { name: string; rows: Uint32Array; because: string }[] {
    const byName = new Map<string, number[]>()
    for (const row of rows) {
      const name = addressText(this.#view.journal, row, 0)
      const list = byName.get(name)
      if (list) list.push(row)
      else byName.set(name, [row])
    }
    return [...byName]
      .map(([name, list]) => ({
        name,
        rows: Uint32Array.from(list),
        because: 'same prefix: one sender that changes its address',
      }))
      .sort((x, y) => y.rows.length - x.rows.length)
  }

  #distributed(group: Coordinated): DrawnScan {
    const { journal } = this.#view
    const shares = group.sources
      .map((source) => ({ source, rows: probesOf(this.#view, this.#groups.of(source, journal.time)) }))
      .sort((x, y) => y.rows.length - x.rows.length || x.source - y.source)
    const all = Uint32Array.from(shares.flatMap((share) => [...share.rows]))
    all.sort((x, y) => (journal.time[x] as number) - (journal.time[y] as number) || x - y)
    const whole = decideAt(charge(-1, all, all, this.#judge), this.#provenAt(group, shares))
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

  /** A divided scan is detected when the lack of collisions is proven, or when one of its members is, whichever comes first. */
  #provenAt(group: Coordinated, shares: readonly { readonly rows: Uint32Array }[]): number {
    let at = group.provenAt
    for (const share of shares) {
      const alone = this.#judge.judge(share.rows).decidedAt
      if (alone !== undefined && alone < at) at = alone
    }
    return at
  }

  #common() {
    const { inputs, content } = this.#options
    return { inputs, content, knowledge: this.#view.causal ? ('causal' as const) : ('whole-input' as const) }
  }

  #name(rows: Uint32Array): string {
    return addressText(this.#view.journal, rows[0] as number, 0)
  }
}

/** The charge as it stood at a later moment than its contacts alone decide. */
function decideAt(whole: Charge, at: number): Charge {
  const taken = whole.steps.filter((step) => step.at <= at)
  const last = taken[taken.length - 1]
  if (last === undefined) return whole
  const verdict = { ...whole.verdict, decidedAt: at, decidedAfter: taken.length, total: last.total }
  return { ...whole, verdict }
}

/** Order of first sight. */
export function inOrder({ scan: x }: DrawnScan, { scan: y }: DrawnScan): number {
  return compare(x.first, y.first) || compare(x.id, y.id)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
