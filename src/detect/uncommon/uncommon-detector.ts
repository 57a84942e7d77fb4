import { Hash } from '../../base/hash.ts'
import type { Resumable } from '../../base/snapshot.ts'
import { type EventBatch, Subject } from '../../event/batch.ts'
import { isAdmin, isPlain } from '../../event/port-kinds.ts'
import { Text } from '../../event/texts.ts'
import { bitCount } from '../../sketch/bit-count.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import type { DrawnScan, Uncommon } from '../finding.ts'
import type { OwnNetworks } from '../network/own-networks.ts'
import { Baseline, type BaselineState } from './baseline.ts'
import { Candidates, type CandidatesState, Name, nameBytes, What } from './candidates.ts'
import { Contact } from './contact.ts'
import { describeCandidates } from './describe.ts'
import { Fingerprint, Names } from './fingerprint.ts'
import { fewestDays, Hosts, type HostsState } from './hosts.ts'
import { isInside } from './place.ts'
import { QuietAddresses, type QuietState } from './quiet-addresses.ts'

/** Sizes as powers of two, but for the candidates. */
export interface UncommonSizes {
  readonly hosts: number
  readonly programs: number
  readonly ports: number
  readonly services: number
  readonly fleet: number
  readonly addresses: number
  readonly candidates: number
}

/** About 20 MB. */
const usualSizes: UncommonSizes = {
  hosts: 15,
  programs: 18,
  ports: 18,
  services: 16,
  fleet: 16,
  addresses: 16,
  candidates: 128,
}

export interface UncommonOptions {
  /** How long a machine is watched before anything of it is uncommon, in microseconds. */
  readonly learning?: number
  /** Our networks, where they are known by now. */
  readonly own: () => OwnNetworks | undefined
  readonly sizes?: UncommonSizes
}

/** All that the detector knows; plain data. */
export interface UncommonState {
  readonly hosts: HostsState
  readonly programs: BaselineState
  readonly ports: BaselineState
  readonly services: BaselineState
  readonly fleet: BaselineState
  readonly candidates: CandidatesState
  readonly quiet: QuietState
}

const daySeconds = 86_400
const usualLearning = 7 * daySeconds * 1e6
/** Programs remembered of one machine: one that makes up names pushes out nobody else's. */
const mostPrograms = 4096
/** What so many other machines are known to run, or to use, is common. */
const fewestOthers = 3
/** A program that used a port towards so many targets during learning may use it towards any. */
const wide = 5
/** What a known program does is put together over a day. */
const window = daySeconds * 1e6

/** Uses of the fleet's table. */
const Use = { program: 1, port: 2 } as const

/**
 * Finds programs and machines that use the network as they never did before (requirement D9), against a baseline that it
 * learns by itself. It has no clock, does no I/O and draws no random numbers; its tables have a fixed size.
 *
 * hot: no allocation per event.
 */
export class UncommonDetector implements Resumable<UncommonState> {
  readonly candidates: Candidates
  readonly #own: () => OwnNetworks | undefined
  readonly #learning: number
  readonly #fewestDays: number
  readonly #hosts: Hosts
  /** (host, program), (host, program, admin port), (address inside, port), (program) and (program, admin port). */
  readonly #programs: Baseline
  readonly #ports: Baseline
  readonly #services: Baseline
  readonly #fleet: Baseline
  readonly #quiet: QuietAddresses
  readonly #names = new Names()
  readonly #contact = new Contact()
  readonly #hash = new Hash(71)
  readonly #host = new Fingerprint(3)
  readonly #program = new Fingerprint(5)
  readonly #key = new Fingerprint(7)
  readonly #other = new Fingerprint(11)

  constructor(options: UncommonOptions) {
    const sizes = options.sizes ?? usualSizes
    this.#own = options.own
    this.#learning = Math.ceil((options.learning ?? usualLearning) / 1e6)
    this.#fewestDays = fewestDays(this.#learning)
    this.#hosts = new Hosts(sizes.hosts, this.#learning)
    this.#programs = new Baseline(sizes.programs)
    this.#ports = new Baseline(sizes.ports)
    this.#services = new Baseline(sizes.services)
    this.#fleet = new Baseline(sizes.fleet)
    this.candidates = new Candidates(sizes.candidates, 1)
    this.#quiet = new QuietAddresses(sizes.addresses, this.#learning, this.candidates, 1)
  }

  /** What the tables had no room for: programs and machines that will be taken for new ones. */
  get forgotten(): number {
    return this.#hosts.forgotten + this.#programs.forgotten + this.#quiet.forgotten
  }

  /** Reads the rows that tell which program made a connection. */
  observe(batch: EventBatch): void {
    const { subject } = batch.column
    for (let i = 0; i < batch.length; i++) if (subject[i] === Subject.process) this.#row(batch, i)
  }

  /** Reads the contacts that came to the journal since, up to those that began at `until`. */
  contacts(journal: AttemptJournal, until: number): void {
    const own = this.#own()
    if (own && own.from !== 'unknown') this.#quiet.observe(journal, own, until)
  }

  /** The journal begins anew with contacts that were read before. */
  rolledOver(journal: AttemptJournal): void {
    this.#quiet.rolledOver(journal)
  }

  /** What is uncommon by now; nothing is changed by asking. */
  findings(scans: readonly DrawnScan[], inputs: readonly string[]): Uncommon[] {
    return describeCandidates(this.candidates, {
      scans,
      inputs,
      othersWith: (low, high) => this.#others(low, high),
    })
  }

  snapshot(): UncommonState {
    return {
      hosts: this.#hosts.snapshot(),
      programs: this.#programs.snapshot(),
      ports: this.#ports.snapshot(),
      services: this.#services.snapshot(),
      fleet: this.#fleet.snapshot(),
      candidates: this.candidates.snapshot(),
      quiet: this.#quiet.snapshot(),
    }
  }

  resume(state: UncommonState): void {
    this.#hosts.resume(state.hosts)
    this.#programs.resume(state.programs)
    this.#ports.resume(state.ports)
    this.#services.resume(state.services)
    this.#fleet.resume(state.fleet)
    this.candidates.resume(state.candidates)
    this.#quiet.resume(state.quiet)
  }

  /** Takes up what earlier inputs taught; the inputs to come are others. */
  continue(state: UncommonState): void {
    this.resume(state)
    this.candidates.kept.leaveInputs()
    this.#quiet.leaveInputs()
  }

  #row(batch: EventBatch, i: number): void {
    const at = Math.floor(batch.column.time[i]! / 1e6)
    if (!(at > 0)) return
    this.#names.host(batch, i, Text.host, this.#host)
    const host = this.#hosts.see(this.#host, at)
    if (!this.#contact.ofRow(batch, i) || !this.#names.program(batch, i, Text.process, this.#program)) return
    this.#key.join(this.#host, this.#program, 0)
    let slot = this.#programs.find(this.#key.low, this.#key.high)
    let isNewDay = true
    if (slot >= 0) isNewDay = this.#programs.touch(slot, at)
    else slot = this.#remember(host, at)
    if (this.#hosts.isLearning(host)) this.#learn(at)
    else if (slot >= 0 && this.#isKnown(this.#programs, slot, host, at)) this.#known(batch, i, host, at, isNewDay)
    else this.#new(batch, i, host, at)
  }

  /** The program's new place, -1 where its machine has too many. */
  #remember(host: number, at: number): number {
    const count = this.#hosts.programs[host] as number
    if (count >= mostPrograms) return -1
    this.#hosts.programs[host] = count + 1
    return this.#programs.claim(this.#key.low, this.#key.high, Math.max(at, this.#hosts.over[host] as number))
  }

  /** Known is what was seen before learning was over, and what has been there for as long as learning takes. */
  #isKnown(table: Baseline, slot: number, host: number, at: number): boolean {
    const since = table.since[slot] as number
    if (since < (this.#hosts.over[host] as number)) return true
    return at - since >= this.#learning && (table.days[slot] as number) >= this.#fewestDays
  }

  #learn(at: number): void {
    const { port } = this.#contact
    if (isAdmin(port)) {
      const slot = this.#usePort(at)
      this.#ports.bits[slot] = (this.#ports.bits[slot] as number) | this.#targetBit
    }
    this.#learnService(at)
  }

  /** A known program is uncommon where it uses a port for administration towards targets it never asked there. */
  #known(batch: EventBatch, i: number, host: number, at: number, isNewDay: boolean): void {
    if (isNewDay) this.#spread(Use.program, 0, at)
    const { port } = this.#contact
    if (isAdmin(port)) this.#knownAtPort(batch, i, host, at, port)
    else this.#learnService(at)
  }

  #knownAtPort(batch: EventBatch, i: number, host: number, at: number, port: number): void {
    this.#portKey()
    const slot = this.#ports.find(this.#other.low, this.#other.high)
    if (slot >= 0 && this.#isKnown(this.#ports, slot, host, at) && this.#isUsualTarget(slot)) {
      if (this.#ports.touch(slot, at)) this.#spread(Use.port, port, at)
      this.#learnService(at)
      return
    }
    if (this.#isCommon(Use.port, port)) {
      this.#usePort(at, host)
      return
    }
    const isFirstToday = slot < 0 || this.#ports.touch(slot, at)
    const place = slot < 0 ? this.#usePort(at, host) : slot
    this.#note(batch, i, What.pair, host, true)
    // One target a day is growth: a new server is known from the next day on.
    if (!isFirstToday) return
    this.#ports.bits[place] = (this.#ports.bits[place] as number) | this.#targetBit
    this.#learnService(at)
  }

  #isUsualTarget(slot: number): boolean {
    const bits = this.#ports.bits[slot] as number
    return bitCount(bits) >= wide || (bits & this.#targetBit) !== 0
  }

  /** A program that was never seen here is uncommon where it goes to other places than everybody. */
  #new(batch: EventBatch, i: number, host: number, at: number): void {
    const { port } = this.#contact
    const isCommon = this.#isCommon(Use.program, 0)
    if (isCommon && !isAdmin(port)) return
    if (isCommon && this.#isCommon(Use.port, port)) return
    this.#note(batch, i, What.process, host, !isPlain(port) && !this.#isUsualService(at))
  }

  /** Puts the contact down to its candidate. */
  #note(batch: EventBatch, i: number, what: number, host: number, isUncommon: boolean): void {
    const { candidates } = this
    const contact = this.#contact
    const { low, high } = this.#key
    let slot = candidates.find(what, low, high)
    if (slot < 0) slot = this.#open(batch, i, what, host)
    const isOld = what === What.pair && contact.at - (candidates.first[slot] as number) > window
    if (isOld && candidates.addresses(slot) < wide) candidates.begin(slot, contact.at)
    candidates.add(slot, contact, isUncommon, this.#isInside)
  }

  #open(batch: EventBatch, i: number, what: number, host: number): number {
    const { candidates } = this
    const slot = candidates.open(what, this.#key.low, this.#key.high, this.#contact)
    candidates.since[slot] = this.#hosts.since(host)
    candidates.known[slot] = Math.max(0, (this.#hosts.programs[host] as number) - 1)
    candidates.program[2 * slot] = this.#program.low
    candidates.program[2 * slot + 1] = this.#program.high
    this.#copyName(batch, i, slot, Name.host, Text.host)
    this.#copyName(batch, i, slot, Name.process, Text.process)
    this.#copyName(batch, i, slot, Name.user, Text.user)
    this.#copyName(batch, i, slot, Name.parent, Text.parent)
    return slot
  }

  #copyName(batch: EventBatch, i: number, slot: number, name: number, field: (typeof Text)[keyof typeof Text]): void {
    const { candidates } = this
    const from = candidates.nameAt(slot, name)
    candidates.setName(slot, name, this.#names.copy(batch, i, field, candidates.nameStorage, from, from + nameBytes))
  }

  get #isInside(): boolean {
    const { target } = this.#contact
    return isInside(this.#own(), target[0]!, target[1]!, target[2]!, target[3]!)
  }

  get #targetBit(): number {
    const { target } = this.#contact
    // Signed, as such numbers stay off the heap; the hash does not see the difference.
    return 1 << (this.#hash.of4(target[0]! | 0, target[1]! | 0, target[2]! | 0, target[3]! | 0) & 31)
  }

  get #hostBit(): number {
    return 1 << (this.#host.low & 31)
  }

  #portKey(): void {
    const { low, high } = this.#key
    this.#other.words(low, high, this.#contact.port, 0, 1)
  }

  /** The place of (host, program, port), which is claimed where it is new. */
  #usePort(at: number, host = -1): number {
    this.#portKey()
    const slot = this.#ports.find(this.#other.low, this.#other.high)
    if (slot >= 0) {
      this.#ports.touch(slot, at)
      return slot
    }
    const since = host < 0 ? at : Math.max(at, this.#hosts.over[host] as number)
    return this.#ports.claim(this.#other.low, this.#other.high, since)
  }

  /** Services inside, by who uses them. Hot for common rows, so that only services that tell something are kept. */
  #learnService(at: number): void {
    if (isPlain(this.#contact.port) || !this.#isInside) return
    this.#serviceKey()
    let slot = this.#services.find(this.#other.low, this.#other.high)
    if (slot < 0) slot = this.#services.claim(this.#other.low, this.#other.high, at)
    else this.#services.touch(slot, at)
    this.#services.bits[slot] = (this.#services.bits[slot] as number) | this.#hostBit
  }

  /** Whether other programs of the host, or other hosts, have used the service for a day at least. */
  #isUsualService(at: number): boolean {
    if (!this.#isInside) return false
    this.#serviceKey()
    const slot = this.#services.find(this.#other.low, this.#other.high)
    if (slot < 0 || at - (this.#services.since[slot] as number) < daySeconds) return false
    const bits = this.#services.bits[slot] as number
    return (bits & this.#hostBit) !== 0 || bitCount(bits) >= fewestOthers
  }

  #serviceKey(): void {
    const { target, port } = this.#contact
    this.#other.words(target[0]! | 0, target[1]! | 0, target[2]! | 0, target[3]! | 0, port)
  }

  /** The host knows the program (or its port): one more of those that make it common. */
  #spread(use: number, port: number, at: number): void {
    this.#fleetKey(use, port)
    let slot = this.#fleet.find(this.#other.low, this.#other.high)
    if (slot < 0) slot = this.#fleet.claim(this.#other.low, this.#other.high, at)
    else this.#fleet.touch(slot, at)
    this.#fleet.bits[slot] = (this.#fleet.bits[slot] as number) | this.#hostBit
  }

  #isCommon(use: number, port: number): boolean {
    this.#fleetKey(use, port)
    const slot = this.#fleet.find(this.#other.low, this.#other.high)
    return slot >= 0 && bitCount((this.#fleet.bits[slot] as number) & ~this.#hostBit) >= fewestOthers
  }

  #fleetKey(use: number, port: number): void {
    this.#other.words(this.#program.low, this.#program.high, use, port, 2)
  }

  /** How many machines are known to run a program, as far as 32 bits tell; undefined where no other could be. */
  #others(low: number, high: number): number | undefined {
    if (this.#hosts.learned < 2) return undefined
    this.#other.words(low, high, Use.program, 0, 2)
    const slot = this.#fleet.find(this.#other.low, this.#other.high)
    return slot < 0 ? 0 : bitCount(this.#fleet.bits[slot] as number)
  }
}
