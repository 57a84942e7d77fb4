import { fillTables, type Resumable } from '../../base/snapshot.ts'

const ways = 8
const daySeconds = 86_400
/** What was not seen for so many days gives way before anything else. */
const stale = 60
/** A last day this far ahead of a record was a clock gone wrong. */
const wrongClock = 30

export interface BaselineState {
  readonly tables: readonly (Int32Array | Uint32Array | Uint16Array | Uint8Array)[]
  readonly forgotten: number
}

/**
 * What is usual: since when a key is known, on how many days it was seen, and 32 bits of the caller's, in a table of fixed
 * size. A full set of eight ways loses what was seen on the fewest days, among equals what was silent longest; so a flood of
 * forged keys pushes out its own kind, and what was learned stays.
 *
 * Two keys share a fingerprint with probability 2^-64 per pair. hot: no allocation per event.
 */
export class Baseline implements Resumable<BaselineState> {
  readonly #mask: number
  readonly #low: Int32Array
  readonly #high: Int32Array
  /** Seconds since the epoch. */
  readonly since: Uint32Array
  readonly bits: Uint32Array
  /** Distinct days, at most 255; 0 for a free place. */
  readonly days: Uint8Array
  readonly #day: Uint16Array
  /** How many keys were pushed out by others. */
  forgotten = 0

  /** @param log2 capacity as a power of two, at least 3; 19 bytes an entry */
  constructor(log2: number) {
    const capacity = 2 ** log2
    this.#mask = capacity / ways - 1
    this.#low = new Int32Array(capacity)
    this.#high = new Int32Array(capacity)
    this.since = new Uint32Array(capacity)
    this.bits = new Uint32Array(capacity)
    this.days = new Uint8Array(capacity)
    this.#day = new Uint16Array(capacity)
  }

  get capacity(): number {
    return this.days.length
  }

  /** The key's place, -1 where it is not known. */
  find(low: number, high: number): number {
    const set = (low & this.#mask) * ways
    for (let i = set; i < set + ways; i++) {
      if (this.#low[i] === low && this.#high[i] === high && this.days[i] !== 0) return i
    }
    return -1
  }

  /** Gives a key that is not known a place, with no bits set. */
  claim(low: number, high: number, at: number): number {
    const day = dayOf(at)
    const slot = this.#victim((low & this.#mask) * ways, day)
    if (this.days[slot] !== 0) this.forgotten++
    this.#low[slot] = low
    this.#high[slot] = high
    this.since[slot] = at
    this.bits[slot] = 0
    this.days[slot] = 1
    this.#day[slot] = day
    return slot
  }

  /** The key in that place was seen (again). True where it is the first time on that day. */
  touch(slot: number, at: number): boolean {
    if (at < (this.since[slot] as number)) this.since[slot] = at
    const day = dayOf(at)
    const last = this.#day[slot] as number
    if (day <= last && day > last - wrongClock) return false
    this.#day[slot] = day
    if (day > last && (this.days[slot] as number) < 255) this.days[slot] = (this.days[slot] as number) + 1
    return true
  }

  snapshot(): BaselineState {
    return { tables: this.#tables, forgotten: this.forgotten }
  }

  resume(state: BaselineState): void {
    fillTables(this.#tables, state.tables)
    this.forgotten = state.forgotten
  }

  get #tables() {
    return [this.#low, this.#high, this.since, this.bits, this.days, this.#day]
  }

  #victim(set: number, day: number): number {
    let slot = set
    let least = Number.POSITIVE_INFINITY
    for (let i = set; i < set + ways; i++) {
      if (this.days[i] === 0) return i
      const last = this.#day[i] as number
      // Days come first, then how recent the last one is.
      const weight = day - last > stale ? last : (this.days[i] as number) * 65536 + last
      if (weight >= least) continue
      least = weight
      slot = i
    }
    return slot
  }
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / daySeconds) & 0xffff
}
