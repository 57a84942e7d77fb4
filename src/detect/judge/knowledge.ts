import type { Address } from '../../base/address.ts'
import { Hash } from '../../base/hash.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'
import { bitCount } from '../../sketch/bit-count.ts'
import { FingerprintTable } from '../../sketch/fingerprint-table.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import type { Sides } from './view.ts'

/** Sources that count as one are forgotten together beyond this many: an attacker makes decoys at will. */
const mostAliases = 4096

export interface KnowledgeState {
  readonly tables: readonly (Uint32Array | Float64Array)[]
  readonly counters: readonly number[]
  readonly alias: ReadonlyMap<number, number>
  readonly roundTrips: readonly number[]
}

/**
 * What is known of our side: which addresses are alive since when, which (address, port) has served whom, and how fast
 * our hosts answer. Only addresses of ours take space, so an attacker cannot fill it from outside.
 *
 * A source's own contacts never make a service popular for itself: sources are kept as a 32-bit set by hash, and its own
 * bit is left out (linear counting; Whang 1990).
 */
export class Knowledge implements Resumable<KnowledgeState> {
  readonly #hash: Hash
  readonly #hosts: FingerprintTable
  readonly #targets: FingerprintTable
  readonly #aliveAt: Float64Array
  readonly #contacted: Uint32Array
  readonly #servedAt: Float64Array
  readonly #popularAt: Float64Array
  readonly #served: Uint32Array
  readonly #asked: Uint32Array
  /** The same, of sources that succeed with us at least as often as they fail. */
  readonly #askedByUsers: Uint32Array
  /** Per (/24 or /64, protocol, port): contacts (high 20 bits) and targets (low 12): demand for a port across a network. */
  readonly #askedAround: FingerprintTable
  #hostCount = 0
  /** Sources that count as one (decoys of one scan), by address hash. */
  readonly #alias = new Map<number, number>()
  #targetCount = 0
  /** Microseconds of event time learned from earlier inputs (0 = cold). */
  learnedFor = 0
  readonly #roundTrips: number[] = []
  #timeout: number | undefined

  /** @param log2 hosts and services remembered, as a power of two; about 50 bytes each */
  constructor(log2 = 17, key = 1) {
    this.#hash = new Hash(key + 7)
    this.#hosts = new FingerprintTable(log2)
    this.#targets = new FingerprintTable(log2 + 1)
    this.#aliveAt = new Float64Array(2 ** log2).fill(Number.POSITIVE_INFINITY)
    this.#contacted = new Uint32Array(2 ** log2)
    this.#servedAt = new Float64Array(2 ** (log2 + 1)).fill(Number.POSITIVE_INFINITY)
    this.#popularAt = new Float64Array(2 ** (log2 + 1)).fill(Number.POSITIVE_INFINITY)
    this.#served = new Uint32Array(2 ** (log2 + 1))
    this.#asked = new Uint32Array(2 ** (log2 + 1))
    this.#askedByUsers = new Uint32Array(2 ** (log2 + 1))
    this.#askedAround = new FingerprintTable(Math.min(log2, 15))
  }

  /** Everything remembered, to be written to a file or filled from one. */
  get storage(): readonly (Uint32Array | Float64Array)[] {
    const tables = [...this.#hosts.storage, ...this.#targets.storage, ...this.#askedAround.storage]
    const columns = [
      this.#aliveAt,
      this.#contacted,
      this.#servedAt,
      this.#popularAt,
      this.#served,
      this.#asked,
      this.#askedByUsers,
    ]
    return [...tables, ...columns]
  }

  get counters(): readonly number[] {
    return [this.#hostCount, this.#targetCount, this.learnedFor]
  }

  /** Takes the counters of a filled storage; what was learned then counts as known since ever. */
  restore([hosts = 0, targets = 0, learnedFor = 0]: readonly number[]): void {
    this.#hostCount = hosts
    this.#targetCount = targets
    this.learnedFor = learnedFor
    for (const times of [this.#aliveAt, this.#servedAt, this.#popularAt]) {
      for (let i = 0; i < times.length; i++)
        if (times[i] !== Number.POSITIVE_INFINITY) times[i] = Number.NEGATIVE_INFINITY
    }
  }

  snapshot(): KnowledgeState {
    return { tables: this.storage, counters: this.counters, alias: this.#alias, roundTrips: this.#roundTrips }
  }

  /** Takes up where the snapshot was taken, times and all; `restore` is for another input. */
  resume({ tables, counters, alias, roundTrips }: KnowledgeState): void {
    fillTables(this.storage, tables)
    const [hosts = 0, targets = 0, learnedFor = 0] = counters
    this.#hostCount = hosts
    this.#targetCount = targets
    this.learnedFor = learnedFor
    this.#alias.clear()
    for (const [address, one] of alias) this.#alias.set(address, one)
    this.#roundTrips.splice(0, Number.POSITIVE_INFINITY, ...roundTrips)
    this.#timeout = undefined
  }

  /** Learns which services outside answer our hosts: the failure of such a service is an outage, not a probe. */
  learnOutside(journal: AttemptJournal, sides: Sides): void {
    for (let i = 0; i < journal.length; i++) {
      if (sides.src(i) && !sides.dst(i) && journal.has(i, State.established)) this.#target(journal, i)
    }
  }

  /** Learns from every contact of an epoch that touches our side. */
  learn(journal: AttemptJournal, sides: Sides, ownKnown: boolean): void {
    const a = journal.address
    this.#timeout = undefined
    const users = new Users(journal, sides, this.#hash)
    for (let i = 0; i < journal.length; i++) {
      const p = 8 * i
      const time = journal.time[i] as number
      if (sides.src(i)) this.#alive(a, p, time)
      if (sides.dst(i) || (!ownKnown && !sides.src(i))) this.#target(journal, i, users.has(journal, i))
    }
  }

  #target(journal: AttemptJournal, i: number, user = false): void {
    const method = journal.method[i] as number
    const answeredAt = journal.answeredAt[i] as number
    if (method === MethodCode.response) return
    const answered = journal.has(i, State.established | State.refused)
    if (answered) {
      this.#alive(journal.address, 8 * i + 4, answeredAt)
      const trip = answeredAt - (journal.time[i] as number)
      if (trip > 0 && this.#roundTrips.length < 4096) this.#roundTrips.push(trip)
    }
    if (method === MethodCode.midstream) return
    const host = this.#host(journal.address, 8 * i + 4, true)
    const source = this.#sourceBit(journal.address, 8 * i)
    if (host >= 0) this.#contacted[host] = (this.#contacted[host] as number) | source
    const target = this.#service(journal, i, true)
    if (target < 0) return
    this.#countAround(journal, i, this.#asked[target] === 0)
    this.#asked[target] = (this.#asked[target] as number) | source
    if (user) this.#askedByUsers[target] = (this.#askedByUsers[target] as number) | source
    if (!journal.has(i, State.established)) return
    const served = (this.#served[target] as number) | source
    this.#served[target] = served
    if (answeredAt < (this.#servedAt[target] as number)) this.#servedAt[target] = answeredAt
    if (bitCount(served) >= 5 && (this.#popularAt[target] as number) > answeredAt) this.#popularAt[target] = answeredAt
  }

  #alive(a: Uint32Array, p: number, at: number): void {
    const host = this.#host(a, p, true)
    if (host >= 0 && at < (this.#aliveAt[host] as number)) this.#aliveAt[host] = at
  }

  /** Whether anything was seen of the destination's host up to `time`. */
  isAlive(a: Uint32Array, p: number, time: number): boolean {
    const host = this.#host(a, p, false)
    return host >= 0 && isBefore(this.#aliveAt[host] as number, time)
  }

  /**
   * Whether many sources want just this (address, port): four times as many as an average address of its network, and at
   * least four others that are users of ours, or any four where enough of the network is asked for to compare. An outage
   * or a removed server looks so; background noise asks for all alike.
   */
  isWanted(journal: AttemptJournal, i: number): boolean {
    const others = countOf(this.askedByOthers(journal, i))
    if (others < 4) return false
    const around = Math.max(0, this.#askedAround.get(...this.#aroundKey(journal, i)))
    if (others < (4 * (around >>> 12)) / 256) return false
    return (around & 0xfff) >= leastToCompare || countOf(this.#usersAsking(journal, i)) >= 4
  }

  #usersAsking(journal: AttemptJournal, i: number): number {
    const target = this.#service(journal, i, false)
    return target < 0 ? 0 : bitCount((this.#askedByUsers[target] as number) & ~this.#sourceBit(journal.address, 8 * i))
  }

  #countAround(journal: AttemptJournal, i: number, fresh: boolean): void {
    const [low, high] = this.#aroundKey(journal, i)
    const known = Math.max(0, this.#askedAround.get(low, high))
    const contacts = Math.min(0xfffff, (known >>> 12) + 1)
    const targets = Math.min(0xfff, (known & 0xfff) + (fresh ? 1 : 0))
    this.#askedAround.set(low, high, ((contacts << 12) | targets) >>> 0)
  }

  #aroundKey(journal: AttemptJournal, i: number): [number, number] {
    const a = journal.address
    const p = 8 * i + 4
    const v4 = a[p] === 0 && a[p + 2] === 0xffff
    const port = ((journal.protocol[i] as number) << 16) | (journal.dstPort[i] as number)
    const net = v4 ? (a[p + 3] as number) >>> 8 : this.#hash.of2(a[p] as number, a[p + 1] as number)
    return [this.#hash.of4(net, port, v4 ? 4 : 6, 1), this.#hash.of4(port, net, 2, v4 ? 4 : 6)]
  }

  /** How many other sources the (address, port) of contact `i` has served up to `time`: 0, 1 (a few) or 5 (at least five). */
  servedOthers(journal: AttemptJournal, i: number, time: number): number {
    const target = this.#service(journal, i, false)
    if (target < 0 || !isBefore(this.#servedAt[target] as number, time)) return 0
    const others = bitCount((this.#served[target] as number) & ~this.#sourceBit(journal.address, 8 * i))
    if (others >= 5 && isBefore(this.#popularAt[target] as number, time)) return 5
    return others > 0 ? 1 : 0
  }

  /** Roughly how many other sources asked for the (address, port) of contact `i` (saturates near 32). */
  askedByOthers(journal: AttemptJournal, i: number): number {
    const target = this.#service(journal, i, false)
    return target < 0 ? 0 : bitCount((this.#asked[target] as number) & ~this.#sourceBit(journal.address, 8 * i))
  }

  /** Roughly how many other sources contacted the destination's address at all. */
  contactedByOthers(journal: AttemptJournal, i: number): number {
    const host = this.#host(journal.address, 8 * i + 4, false)
    return host < 0 ? 0 : bitCount((this.#contacted[host] as number) & ~this.#sourceBit(journal.address, 8 * i))
  }

  /**
   * After how many microseconds without an answer a contact counts as unanswered: 20 times the 95th percentile of our
   * hosts' round trips, between 0.2 s and 3 s. A fixed 3 s would let answers outrun silences.
   */
  get timeout(): number {
    this.#timeout ??= this.#measureTimeout()
    return this.#timeout
  }

  #measureTimeout(): number {
    if (this.#roundTrips.length < 8) return 1e6
    const sorted = [...this.#roundTrips].sort((x, y) => x - y)
    const p95 = sorted[Math.floor(sorted.length * 0.95)] as number
    return Math.min(3e6, Math.max(0.2e6, 20 * p95))
  }

  /** Makes several sources count as one: the decoys of a scan are no independent users of a service. */
  unite(sources: readonly Address[]): void {
    const [first] = sources
    if (first === undefined) return
    const one = this.#hash.of4(...first)
    if (this.#alias.size > mostAliases) this.#alias.clear()
    for (const source of sources) this.#alias.set(this.#hash.of4(...source), one)
  }

  #sourceBit(a: Uint32Array, p: number): number {
    const own = this.#hash.of4(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
    return 1 << ((this.#alias.size === 0 ? own : (this.#alias.get(own) ?? own)) & 31)
  }

  #host(a: Uint32Array, p: number, create: boolean): number {
    const low = this.#hash.of4(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
    const high = this.#hash.of5(a[p + 3] as number, a[p + 2] as number, a[p + 1] as number, a[p] as number, low)
    const known = this.#hosts.get(low, high)
    if (known >= 0 || !create || this.#hostCount >= this.#aliveAt.length) return known
    this.#hosts.set(low, high, this.#hostCount)
    return this.#hostCount++
  }

  #service(journal: AttemptJournal, i: number, create: boolean): number {
    const a = journal.address
    const p = 8 * i + 4
    const port = ((journal.protocol[i] as number) << 16) | (journal.dstPort[i] as number)
    const low = this.#hash.of5(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number, port)
    const high = this.#hash.of5(port, a[p + 3] as number, a[p + 2] as number, a[p + 1] as number, low)
    const known = this.#targets.get(low, high)
    if (known >= 0 || !create || this.#targetCount >= this.#servedAt.length) return known
    this.#targets.set(low, high, this.#targetCount)
    return this.#targetCount++
  }
}

/** So many addresses of a network must be asked for on a port before demand for one of them can be compared. */
const leastToCompare = 12

/**
 * Users of ours, by hash in tables of fixed size: our own hosts that succeed anywhere, and sources from outside that
 * succeed with us at least twice, and as often as they fail.
 */
class Users {
  readonly #hash: Hash
  readonly #sides: Sides
  readonly #successes = new Uint16Array(2 ** 18)
  readonly #failures = new Uint16Array(2 ** 18)

  constructor(journal: AttemptJournal, sides: Sides, hash: Hash) {
    this.#hash = hash
    this.#sides = sides
    for (let i = 0; i < journal.length; i++) {
      const slot = this.#slot(journal, i)
      const counts = journal.has(i, State.established) ? this.#successes : this.#failures
      counts[slot] = Math.min(65535, (counts[slot] as number) + 1)
    }
  }

  has(journal: AttemptJournal, i: number): boolean {
    const slot = this.#slot(journal, i)
    const successes = this.#successes[slot] as number
    if (this.#sides.src(i)) return successes > 0
    return successes > 1 && successes >= (this.#failures[slot] as number)
  }

  #slot(journal: AttemptJournal, i: number): number {
    const a = journal.address
    const p = 8 * i
    return this.#hash.of4(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number) & 0x3ffff
  }
}

/** About how many sources set so many of 32 bits by hash (linear counting); a full set stands for 133. */
function countOf(bits: number): number {
  return 32 * Math.log(32 / Math.max(0.5, 32 - bits))
}

/** Whether something that happened first `at` (Infinity: never) is known at `time`. */
function isBefore(at: number, time: number): boolean {
  return at !== Number.POSITIVE_INFINITY && at <= time
}
