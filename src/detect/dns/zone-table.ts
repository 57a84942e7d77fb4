import { Hash } from '../../base/hash.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'

const ways = 4
const bloomWords = 4
/** Other queries of the client that may lie between two names of a list that is being tried. */
const mostBetween = 8

export type ZoneState = readonly (Uint32Array | Uint16Array)[]

/**
 * What a client asked for in a zone, in a table of fixed size: sets of four ways, of which the zone with the fewest names
 * gives way.
 *
 * hot: no allocation per query.
 */
export class ZoneTable implements Resumable<ZoneState> {
  readonly capacity: number
  readonly #mask: number
  readonly #hash: Hash
  readonly #client: Uint32Array
  readonly #zone: Uint32Array
  readonly #zoneToo: Uint32Array
  /** Labels asked for (a Bloom filter: when it is full, nothing is new any more), and how many were new. */
  readonly #labels: Uint32Array
  readonly #count: Uint16Array
  /** Queries of the client in this zone, and beside it when the last new label came. */
  readonly #queries: Uint32Array
  readonly #beside: Uint32Array
  /** Number of the account kept for it, plus 1; 0 for none. */
  readonly account: Uint32Array

  /** @param log2 zones, as a power of two; 42 bytes each */
  constructor(log2: number, key: number) {
    this.capacity = 2 ** log2
    this.#mask = this.capacity / ways - 1
    this.#hash = new Hash(key + 19)
    this.#client = new Uint32Array(this.capacity)
    this.#zone = new Uint32Array(this.capacity)
    this.#zoneToo = new Uint32Array(this.capacity)
    this.#labels = new Uint32Array(bloomWords * this.capacity)
    this.#count = new Uint16Array(this.capacity)
    this.#queries = new Uint32Array(this.capacity)
    this.#beside = new Uint32Array(this.capacity)
    this.account = new Uint32Array(this.capacity)
  }

  /** The zone's slot, -1 where it is not known. @param client its id, never 0 */
  find(client: number, zone: number, zoneToo: number): number {
    const set = this.#set(client, zone)
    for (let i = set; i < set + ways; i++) {
      if (this.#client[i] === client && this.#zone[i] === zone && this.#zoneToo[i] === zoneToo) return i
    }
    return -1
  }

  /** The slot that a new zone is to get; it still holds what it was used for. */
  victim(client: number, zone: number, evidenceOf: (slot: number) => number): number {
    const set = this.#set(client, zone)
    let slot = set
    let least = Number.POSITIVE_INFINITY
    for (let i = set; i < set + ways; i++) {
      if (this.#client[i] === 0) return i
      const evidence = (this.account[i] === 0 ? 0 : 65536 * (1 + evidenceOf(i))) + (this.#count[i] as number)
      if (evidence >= least) continue
      least = evidence
      slot = i
    }
    return slot
  }

  claim(slot: number, client: number, zone: number, zoneToo: number): void {
    this.#client[slot] = client
    this.#zone[slot] = zone
    this.#zoneToo[slot] = zoneToo
    for (let k = 0; k < bloomWords; k++) this.#labels[bloomWords * slot + k] = 0
    this.#count[slot] = this.#queries[slot] = this.#beside[slot] = this.account[slot] = 0
  }

  /** Takes up a query in the zone; says whether its label is new here. */
  ask(slot: number, label: number): boolean {
    this.#queries[slot]!++
    const isNew = this.#add(slot, label)
    if (isNew && (this.#count[slot] as number) < 65535) this.#count[slot]!++
    return isNew
  }

  /**
   * Whether the client asked for little else since the last new label, as one does who works through a list. To be asked once a
   * new label, since it is the last one then.
   */
  isAtIt(slot: number, queries: number): boolean {
    const beside = Math.max(0, queries - (this.#queries[slot] as number))
    const between = beside - (this.#beside[slot] as number)
    const isFirst = this.#count[slot] === 1
    this.#beside[slot] = beside
    return !isFirst && between <= mostBetween
  }

  snapshot(): ZoneState {
    const words = [this.#client, this.#zone, this.#zoneToo, this.#labels, this.#queries, this.#beside, this.account]
    return [...words, this.#count]
  }

  resume(state: ZoneState): void {
    fillTables(this.snapshot() as Uint32Array[], state)
  }

  /** Adds a label to the filter: two bits of 128. */
  #add(slot: number, label: number): boolean {
    const one = label & 127
    const two = (label >>> 7) & 127
    const from = bloomWords * slot
    const isNew =
      (((this.#labels[from + (one >>> 5)] as number) >>> (one & 31)) & 1) === 0 ||
      (((this.#labels[from + (two >>> 5)] as number) >>> (two & 31)) & 1) === 0
    this.#labels[from + (one >>> 5)]! |= 1 << (one & 31)
    this.#labels[from + (two >>> 5)]! |= 1 << (two & 31)
    return isNew
  }

  #set(client: number, zone: number): number {
    return (this.#hash.of2(client, zone) & this.#mask) * ways
  }
}
