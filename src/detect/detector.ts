import { type Address, parseAddress } from '../base/address.ts'
import { type Prefix, parsePrefix } from '../base/prefix.ts'
import { fillTables, type Resumable } from '../base/snapshot.ts'
import { AttemptJournal, type JournalState } from '../track/journal.ts'
import { MethodCode } from '../track/method.ts'
import { Routers, type RoutersState } from '../track/routers.ts'
import type { Backscatter, DrawnScan, Found, Undecided } from './finding.ts'
import { findBackscatter } from './group/backscatter.ts'
import { findCoordinated } from './group/coordination.ts'
import { findDecoys } from './group/decoy.ts'
import { accusePrefixes, coordinatedRows, isOneNetwork, isV4, prefixGroups, rotates } from './group/rotation.ts'
import { findUndecided } from './group/undecided.ts'
import { Customary } from './judge/customary.ts'
import { type Carried, fewestContacts, Judge, nothingCarried } from './judge/judge.ts'
import { Knowledge, type KnowledgeState } from './judge/knowledge.ts'
import { SourceMemory } from './judge/source-memory.ts'
import { SourceGroups } from './judge/sources.ts'
import { openView, Sides, type Silence, silenceOf, type View } from './judge/view.ts'
import { Weather } from './judge/weather.ts'
import { inferOwnNetworks, OwnNetworks, type OwnSource } from './network/own-networks.ts'
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

/** All that a detector knows; plain data. */
export interface DetectorState {
  readonly memory: {
    readonly knowledge: KnowledgeState
    readonly outside: KnowledgeState
    readonly sources: SourceMemory['storage']
    readonly customary: Customary['storage']
  }
  readonly own: { readonly blocks: readonly string[]; readonly from: OwnSource | undefined }
  readonly routers: RoutersState
  readonly before: ReadonlyMap<string, Carried>
  readonly backscatter: ReadonlyMap<string, Backscatter>
  readonly silence: Silence
  readonly omitted: number
  readonly kept: JournalState | undefined
}

/** What detection found; the pipeline adds the summary. */
export type Findings = Pick<Found, 'scans' | 'undecided' | 'backscatter'>

/**
 * Detects the scans in journals of contacts, epoch after epoch. An input that fits into one epoch is judged with all that
 * the input tells; of earlier epochs a bounded memory of every source and the suspects' contacts are kept. It has no
 * clock, does no I/O and draws no random numbers.
 */
export class Detector implements Resumable<DetectorState> {
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
  #until = Number.POSITIVE_INFINITY
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

  /** From now on these are our networks; what was learned of addresses that no longer are stays, unused. */
  set own(own: OwnNetworks) {
    this.#own = own
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

  /**
   * Takes up the last journal and says what was found in all.
   * @param until silence that would be known later than this is not taken up: the input goes on
   */
  finish(journal: AttemptJournal, until = Number.POSITIVE_INFINITY): Findings {
    this.#until = until
    if (this.#kept === undefined) return this.#judge(this.#learn(journal), true)
    this.epoch(journal)
    const kept = this.#kept
    return this.#judge(this.#view(kept, new Sides(kept, this.#own as OwnNetworks)), false)
  }

  snapshot(): DetectorState {
    return {
      memory: {
        knowledge: this.#knowledge.snapshot(),
        outside: this.#outside.snapshot(),
        sources: this.#memory.storage,
        customary: this.#customary.storage,
      },
      own: { blocks: this.#own?.blocks ?? [], from: this.#own?.from },
      routers: this.#routers.snapshot(),
      before: this.#before,
      backscatter: this.#backscatter,
      silence: this.#silence,
      omitted: this.omitted,
      kept: this.#kept?.snapshot(),
    }
  }

  resume(state: DetectorState): void {
    this.#knowledge.resume(state.memory.knowledge)
    this.#outside.resume(state.memory.outside)
    fillTables(this.#memory.storage, state.memory.sources)
    fillTables(this.#customary.storage, state.memory.customary)
    const { blocks, from } = state.own
    this.#own =
      from &&
      new OwnNetworks(
        blocks.map((text) => parsePrefix(text) as Prefix),
        from,
      )
    this.#routers.resume(state.routers)
    this.#before.clear()
    for (const [source, carried] of state.before) this.#before.set(source, carried)
    this.#backscatter.clear()
    for (const [source, found] of state.backscatter) this.#backscatter.set(source, found)
    this.#silence = state.silence
    this.omitted = state.omitted
    if (state.kept) {
      this.#kept ??= new AttemptJournal(this.#options.keep ?? usuallyKept)
      this.#kept.resume(state.kept)
    } else this.#kept = undefined
  }

  #learn(journal: AttemptJournal): View {
    if (this.#own === undefined || this.#own.from === 'unknown') this.#own = inferOwnNetworks(journal)
    for (const group of findDecoys(journal)) {
      this.#knowledge.unite(group.members.map((name) => parseAddress(name) as Address))
    }
    const sides = new Sides(journal, this.#own)
    this.#knowledge.learn(journal, sides, this.#own.from !== 'unknown')
    this.#outside.learnOutside(journal, sides)
    const own = this.#own
    this.#routers.learn(journal, own?.from === 'unknown' ? undefined : own?.has.bind(own))
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
      until: this.#until,
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
    this.#kept ??= new AttemptJournal(this.#options.keep ?? usuallyKept)
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

const usuallyKept = 2 ** 18

/** Suspects whose earlier state is remembered. */
const mostRemembered = 65536

function newest(journal: AttemptJournal): number {
  let end = Number.NEGATIVE_INFINITY
  for (let i = 0; i < journal.length; i++) end = Math.max(end, journal.lastAt[i] as number)
  return end
}
