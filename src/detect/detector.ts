import { type Address, parseAddress } from '../base/address.ts'
import { formatPrefix, truncate } from '../base/prefix.ts'
import { AttemptJournal } from '../track/journal.ts'
import { MethodCode } from '../track/method.ts'
import { Routers } from '../track/routers.ts'
import type { Analysis, Backscatter, DrawnScan, Undecided } from './finding.ts'
import { findBackscatter } from './group/backscatter.ts'
import { type Coordinated, findCoordinated } from './group/coordination.ts'
import { findDecoys } from './group/decoy.ts'
import { findUndecided } from './group/undecided.ts'
import { Customary } from './judge/customary.ts'
import { type Carried, Judge, nothingCarried } from './judge/judge.ts'
import { Knowledge } from './judge/knowledge.ts'
import { SourceMemory } from './judge/source-memory.ts'
import { SourceGroups } from './judge/sources.ts'
import { openView, Sides, type Silence, silenceOf, type View } from './judge/view.ts'
import { Weather } from './judge/weather.ts'
import { inferOwnNetworks, type OwnNetworks } from './network/own-networks.ts'
import { addressText } from './record/address-text.ts'
import type { ContentReader } from './record/content.ts'
import { type Charge, chargesOf, Sentence } from './record/sentence.ts'

export interface DetectorOptions {
  /** Our networks, or undefined to infer them. */
  readonly own?: OwnNetworks
  /** What earlier inputs taught, and what is held against sources; changed by this run. */
  readonly memory?: Memory
  /** Judge each contact only by what was known before it. */
  readonly causal?: boolean
  /** Names of the inputs, by sensor number. */
  readonly inputs: readonly string[]
  readonly content: ContentReader
  /** Contacts kept of suspects between epochs. */
  readonly keep?: number
}

/** What is remembered from one input to the next. */
export interface Memory {
  readonly knowledge: Knowledge
  readonly outside: Knowledge
  readonly sources: SourceMemory
  readonly customary: Customary
}

export function emptyMemory(): Memory {
  return {
    knowledge: new Knowledge(),
    outside: new Knowledge(15),
    sources: new SourceMemory(),
    customary: new Customary(),
  }
}

/** What detection found; the pipeline adds the summary. */
export type Findings = Pick<Analysis, 'scans' | 'undecided' | 'backscatter'>

/**
 * Detects the scans in journals of contacts, epoch after epoch. An input that fits into one epoch is judged with all that
 * the input tells; of earlier epochs a bounded memory of every source and the suspects' contacts are kept. It has no
 * clock, does no I/O and draws no random numbers.
 */
export class Detector {
  readonly #options: DetectorOptions
  readonly #knowledge: Knowledge
  readonly #outside: Knowledge
  readonly #memory: SourceMemory
  readonly #customary: Customary
  readonly #backscatter = new Map<string, Backscatter>()
  /** What was held against a suspect before the first of its contacts that were kept. */
  readonly #before = new Map<string, Carried>()
  readonly #routers = new Routers()
  #kept: AttemptJournal | undefined
  #own: OwnNetworks | undefined
  #silence: Silence = { inbound: false, outbound: false, udpInbound: false, udpOutbound: false }
  /** Suspects' contacts that found no room between epochs. */
  omitted = 0

  constructor(options: DetectorOptions) {
    this.#options = options
    const memory = options.memory ?? emptyMemory()
    this.#knowledge = memory.knowledge
    this.#outside = memory.outside
    this.#memory = memory.sources
    this.#customary = memory.customary
    this.#own = options.own
  }

  get own(): OwnNetworks | undefined {
    return this.#own
  }

  get knowledge(): Knowledge {
    return this.#knowledge
  }

  /**
   * Takes up a full journal that is about to be emptied; more follows.
   * @param goesOn tells the contacts that stay in the journal for the next epoch, and are judged there
   */
  epoch(journal: AttemptJournal, goesOn: (row: number) => boolean = () => false): void {
    const view = this.#learn(journal)
    const judge = new Judge(view)
    const groups = new SourceGroups(journal, (method, row) => method < MethodCode.response && !goesOn(row))
    const wanted = new Set(findCoordinated(view, groups).flatMap((group) => group.sources))
    const carried = nothingCarried()
    for (let g = 0; g < groups.count; g++) {
      const first = groups.rows[groups.start[g] as number] as number
      const lone = (groups.start[g + 1] as number) - (groups.start[g] as number) === 1
      const known = this.#memory.load(journal.address, 8 * first, carried)
      // A single ordinary contact of a source nothing is held against says nothing.
      if (lone && !known && !view.readings.probe(first)) continue
      const rows = groups.of(g, journal.time)
      const earlier = { ...carried, state: carried.state.slice() }
      const verdict = judge.judge(rows, undefined, carried)
      judge.carry(carried)
      this.#memory.store(journal.address, 8 * first, carried)
      const suspect = verdict.decidedAt !== undefined || (carried.hosts >= 2 && verdict.final > 3)
      if (!suspect && !wanted.has(g)) continue
      this.#remember(addressText(journal, first, 0), earlier)
      this.#keep(journal, rows)
    }
    this.#keepRotating(view, judge)
    for (const found of findBackscatter(view, new Set())) this.#addBackscatter(found)
  }

  /** Takes up the last journal and says what was found in all. */
  finish(journal: AttemptJournal): Findings {
    if (this.#kept === undefined) return this.#judge(this.#learn(journal), true)
    this.epoch(journal)
    const kept = this.#kept
    return this.#judge(this.#view(kept, new Sides(kept, this.#own as OwnNetworks)), false)
  }

  #learn(journal: AttemptJournal): View {
    if (this.#own === undefined || this.#own.from === 'unknown') this.#own = inferOwnNetworks(journal)
    for (const group of findDecoys(journal)) {
      this.#knowledge.unite(group.members.map((name) => parseAddress(name) as Address))
    }
    const sides = new Sides(journal, this.#own)
    this.#knowledge.learn(journal, sides, this.#own.from !== 'unknown')
    this.#outside.learnOutside(journal, sides)
    this.#routers.learn(journal)
    const silence = silenceOf(journal, sides)
    this.#silence = {
      inbound: this.#silence.inbound || silence.inbound,
      outbound: this.#silence.outbound || silence.outbound,
      udpInbound: this.#silence.udpInbound || silence.udpInbound,
      udpOutbound: this.#silence.udpOutbound || silence.udpOutbound,
    }
    return this.#view(journal, sides)
  }

  #view(journal: AttemptJournal, sides: Sides): View {
    return openView({
      journal,
      own: this.#own as OwnNetworks,
      sides,
      knowledge: this.#knowledge,
      outside: this.#outside,
      routers: this.#routers,
      weather: new Weather(journal, sides),
      customary: this.#knowledge.learnedFor > 0 ? this.#customary : undefined,
      causal: this.#options.causal ?? false,
      end: newest(journal),
      silence: this.#silence,
    })
  }

  #judge(view: View, only: boolean): Findings {
    const groups = new SourceGroups(view.journal)
    const judge = new Judge(view)
    const coordinated = findCoordinated(view, groups).filter((each) => !isOneNetwork(view, groups, each))
    const charges = [
      ...this.#accuse(view, groups, judge, only),
      ...accusePrefixes(view, judge, coordinatedRows(view, groups, coordinated)),
    ]
    const sentence = new Sentence(view, groups, judge, {
      inputs: this.#options.inputs,
      content: this.#options.content,
    })
    const scans: DrawnScan[] = sentence.pass(charges, coordinated, findDecoys(view.journal))
    const accused = new Set(scans.flatMap((drawn) => [...drawn.scan.sources, ...drawn.scan.decoys]))
    const undecided: Undecided[] = findUndecided(view, groups, judge, accused)
    if (only) for (const found of findBackscatter(view, accused)) this.#addBackscatter(found)
    const backscatter = [...this.#backscatter.values()].filter((each) => !accused.has(each.source))
    return { scans, undecided, backscatter }
  }

  /**
   * Judges every source, with what earlier inputs left of it. A source that is accused starts anew: its next scan must be
   * proven again.
   */
  #accuse(view: View, groups: SourceGroups, judge: Judge, first: boolean): Charge[] {
    const charges: Charge[] = []
    const a = view.journal.address
    const carried = nothingCarried()
    for (let g = 0; g < groups.count; g++) {
      const from = groups.rows[groups.start[g] as number] as number
      const size = (groups.start[g + 1] as number) - (groups.start[g] as number)
      const known = first ? this.#memory.load(a, 8 * from, carried) : false
      const before = first ? undefined : this.#before.get(addressText(view.journal, from, 0))
      if (size < fewestContacts && !known && !before && !view.readings.probe(from)) continue
      const rows = groups.of(g, view.journal.time)
      const earlier = known ? { ...carried, state: carried.state.slice() } : before
      const accused = judge.judge(rows, undefined, earlier).decidedAt !== undefined
      judge.carry(carried)
      if (first || accused) this.#memory.store(a, 8 * from, accused ? nothingCarried() : carried)
      if (accused) charges.push(...chargesOf(view, g, rows, judge, earlier))
      else for (const row of rows) if (view.readings.probe(row)) this.#customary.add(view.journal, row)
    }
    return charges
  }

  #remember(source: string, earlier: Carried): void {
    if (!this.#before.has(source) && this.#before.size < mostRemembered) this.#before.set(source, earlier)
  }

  /** IPv6 senders that change their address: no address of theirs is suspect, their /64 is. */
  #keepRotating(view: View, judge: Judge): void {
    const { journal } = view
    const groups = prefixGroups(journal, 64)
    const carried = nothingCarried()
    const network = new Uint32Array(4)
    for (let g = 0; g < groups.count; g++) {
      const rows = groups.of(g, journal.time)
      const first = 8 * (rows[0] as number)
      if (isV4(journal, first) || !rotates(journal, rows, 64)) continue
      network.set(journal.address.subarray(first, first + 2))
      this.#memory.load(network, 0, carried)
      const verdict = judge.judge(rows, undefined, carried)
      judge.carry(carried)
      this.#memory.store(network, 0, carried)
      if (carried.hosts >= 2 && verdict.final > 3) this.#keep(journal, rows)
    }
  }

  #keep(journal: AttemptJournal, rows: Uint32Array): void {
    this.#kept ??= new AttemptJournal(this.#options.keep ?? 2 ** 18)
    for (const row of rows) {
      if (this.#kept.full) {
        this.omitted++
        continue
      }
      this.#kept.copy(journal, row)
    }
  }

  #addBackscatter(found: Backscatter): void {
    const known = this.#backscatter.get(found.source)
    if (!known && this.#backscatter.size >= 4096) return
    this.#backscatter.set(
      found.source,
      known
        ? {
            ...found,
            first: known.first,
            victims: known.victims + found.victims,
            packets: known.packets + found.packets,
          }
        : found,
    )
  }
}

/** Suspects whose earlier state is remembered. */
const mostRemembered = 65536

/** Fewer contacts than this never meet the judge's floor. */
const fewestContacts = 4

/** IPv6 senders that change their address inside a /64 or /48: judged by prefix, where no single address decides. */
function accusePrefixes(view: View, judge: Judge, joined: ReadonlySet<number>): Charge[] {
  const charges: Charge[] = []
  const done = new Set<string>()
  for (const bits of [64, 48] as const) {
    const groups = prefixGroups(view.journal, bits)
    for (let g = 0; g < groups.count; g++) {
      const rows = groups.of(g, view.journal.time)
      // Our own networks hold many hosts; a prefix of theirs is nobody.
      if (!view.sides.dst(rows[0] as number) || view.sides.src(rows[0] as number) || joined.has(rows[0] as number))
        continue
      if (rows.length < fewestContacts || !rotates(view.journal, rows, bits)) continue
      const prefix = prefixText(view.journal, rows[0] as number, bits)
      if (done.has(prefixText(view.journal, rows[0] as number, 48))) continue
      if (judge.judge(rows).decidedAt === undefined) continue
      done.add(prefixText(view.journal, rows[0] as number, 48))
      charges.push(...chargesOf(view, -2 - g, rows, judge).map((each) => ({ ...each, prefix })))
    }
  }
  return charges
}

/** Whether a group's sources all lie in one IPv6 /48: one sender that changes its address, not several. */
function isOneNetwork(view: View, groups: SourceGroups, { sources }: Coordinated): boolean {
  const { journal } = view
  const network = (g: number) => prefixText(journal, groups.of(g)[0] as number, 48)
  const first = sources[0] as number
  return !isV4(journal, 8 * (groups.of(first)[0] as number)) && sources.every((g) => network(g) === network(first))
}

/** The contacts of coordinated sources: their scan is told already. */
function coordinatedRows(view: View, groups: SourceGroups, coordinated: readonly Coordinated[]): Set<number> {
  return new Set(coordinated.flatMap((each) => each.sources.flatMap((g) => [...groups.of(g, view.journal.time)])))
}

function prefixGroups(journal: AttemptJournal, bits: 64 | 48): SourceGroups {
  const lastMask = bits === 64 ? 0xffffffff : 0xffff0000
  return new SourceGroups(journal, (method) => method < MethodCode.response, 2, lastMask)
}

function isV4(journal: AttemptJournal, p: number): boolean {
  return journal.address[p] === 0 && journal.address[p + 2] === 0xffff
}

/**
 * Whether an IPv6 prefix's contacts come from at least four addresses of it (for a /48: /64s), none of which made more than
 * a quarter of them, or three.
 */
function rotates(journal: AttemptJournal, rows: Uint32Array, bits: 64 | 48): boolean {
  if (isV4(journal, 8 * (rows[0] as number))) return false
  const counts = new Map<string, number>()
  for (const row of rows) {
    const p = 8 * row
    const a = journal.address
    const key = bits === 64 ? `${a[p + 2]} ${a[p + 3]}` : `${a[p + 1]}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts.size >= 4 && Math.max(...counts.values()) <= Math.max(3, 0.25 * rows.length)
}

function prefixText(journal: AttemptJournal, row: number, bits: number): string {
  const a = journal.address
  const p = 8 * row
  return formatPrefix(truncate([a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number], bits))
}

function newest(journal: AttemptJournal): number {
  let end = Number.NEGATIVE_INFINITY
  for (let i = 0; i < journal.length; i++) end = Math.max(end, journal.lastAt[i] as number)
  return end
}
