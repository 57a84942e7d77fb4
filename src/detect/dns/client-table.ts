import { Hash } from '../../base/hash.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'

const ways = 4
/** Names remembered of each client, to know a name that was just asked for. */
const recentNames = 16
/** Bits of the set of zones whose SOA a client asked for. */
const soaWords = 4

export type ClientState = readonly (Uint32Array | Uint8Array | Float64Array)[]

/**
 * What is known of each client, in a table of fixed size: sets of four ways. A full set loses the client with the least
 * evidence against it, and among equals the one that was silent longest; so a flood of forged clients pushes out its own
 * kind.
 *
 * hot: no allocation per query.
 */
export class ClientTable implements Resumable<ClientState> {
  readonly capacity: number
  readonly #mask: number
  readonly #hash: Hash
  readonly #address: Uint32Array
  readonly #seen: Float64Array
  /** A keyed hash of the client's address, for tables that outlive its slot. */
  readonly id: Uint32Array
  /** Queries, answers not counted. */
  readonly queries: Uint32Array
  /** Number of the account kept against the client, plus 1; 0 for none. */
  readonly account: Uint32Array
  /** Which of 64 hash values its sites had. */
  readonly #sites: Uint32Array
  readonly #soa: Uint32Array
  readonly #recent: Uint32Array
  /** What a recent name was to the sweep: bits of the caller. */
  readonly recentMarks: Uint8Array
  readonly #recentNext: Uint8Array

  /** @param log2 clients, as a power of two; 150 bytes each */
  constructor(log2: number, key: number) {
    this.capacity = 2 ** log2
    this.#mask = this.capacity / ways - 1
    this.#hash = new Hash(key + 11)
    this.#address = new Uint32Array(4 * this.capacity)
    this.#seen = new Float64Array(this.capacity)
    this.id = new Uint32Array(this.capacity)
    this.queries = new Uint32Array(this.capacity)
    this.account = new Uint32Array(this.capacity)
    this.#sites = new Uint32Array(2 * this.capacity)
    this.#soa = new Uint32Array(soaWords * this.capacity)
    this.#recent = new Uint32Array(recentNames * this.capacity)
    this.recentMarks = new Uint8Array(recentNames * this.capacity)
    this.#recentNext = new Uint8Array(this.capacity)
  }

  /** The client's slot, -1 where it is not known. */
  find(a0: number, a1: number, a2: number, a3: number): number {
    const set = this.#set(a0, a1, a2, a3)
    const a = this.#address
    for (let i = set; i < set + ways; i++) {
      const p = 4 * i
      if (a[p + 3] === a3 && a[p + 2] === a2 && a[p + 1] === a1 && a[p] === a0 && this.#seen[i] !== 0) return i
    }
    return -1
  }

  /** The slot that a new client is to get; it still holds whom it belonged to. */
  victim(a0: number, a1: number, a2: number, a3: number, evidenceOf: (slot: number) => number): number {
    const set = this.#set(a0, a1, a2, a3)
    let slot = set
    let least = Number.POSITIVE_INFINITY
    for (let i = set; i < set + ways; i++) {
      if (this.#seen[i] === 0) return i
      const evidence = this.account[i] === 0 ? 0 : evidenceOf(i)
      if (evidence > least || (evidence === least && (this.#seen[i] as number) >= (this.#seen[slot] as number)))
        continue
      least = evidence
      slot = i
    }
    return slot
  }

  /** Gives the slot to a client that nothing is known of. */
  claim(slot: number, a0: number, a1: number, a2: number, a3: number): void {
    const p = 4 * slot
    this.#address[p] = a0
    this.#address[p + 1] = a1
    this.#address[p + 2] = a2
    this.#address[p + 3] = a3
    this.id[slot] = (this.#hash.of5(a0, a1, a2, a3, 1) >>> 1) | 1
    this.queries[slot] = this.account[slot] = this.#recentNext[slot] = 0
    this.#sites[2 * slot] = this.#sites[2 * slot + 1] = 0
    for (let k = 0; k < soaWords; k++) this.#soa[soaWords * slot + k] = 0
    for (let k = 0; k < recentNames; k++) this.#recent[recentNames * slot + k] = 0
  }

  /** The slot was used at that time (any number above 0 will do as time). */
  touch(slot: number, at: number): void {
    this.#seen[slot] = Math.max(at, 1)
  }

  address(slot: number): Uint32Array {
    return this.#address.slice(4 * slot, 4 * slot + 4)
  }

  copyAddress(slot: number, into: Uint32Array): void {
    for (let k = 0; k < 4; k++) into[k] = this.#address[4 * slot + k] as number
  }

  /** The place of a name among the client's recent ones, -1 where it is not among them. */
  recentPlace(slot: number, name: number): number {
    const from = recentNames * slot
    for (let i = from; i < from + recentNames; i++) if (this.#recent[i] === name) return i
    return -1
  }

  remember(slot: number, name: number, marks: number): void {
    const next = this.#recentNext[slot] as number
    const place = recentNames * slot + next
    this.#recent[place] = name
    this.recentMarks[place] = marks
    this.#recentNext[slot] = (next + 1) % recentNames
  }

  addSite(slot: number, site: number): void {
    const bit = site & 63
    this.#sites[2 * slot + (bit >>> 5)]! |= 1 << (bit & 31)
  }

  /** The two words of the set of sites asked for. */
  sites(slot: number, word: 0 | 1): number {
    return this.#sites[2 * slot + word] as number
  }

  addSoa(slot: number, zone: number): void {
    this.#soa[soaWords * slot + (zone & 3)]! |= 1 << ((zone >>> 2) & 31)
  }

  askedSoa(slot: number, zone: number): boolean {
    return (((this.#soa[soaWords * slot + (zone & 3)] as number) >>> ((zone >>> 2) & 31)) & 1) === 1
  }

  snapshot(): ClientState {
    return [
      this.#address,
      this.#seen,
      this.id,
      this.queries,
      this.account,
      this.#sites,
      this.#soa,
      this.#recent,
      this.recentMarks,
      this.#recentNext,
    ]
  }

  resume(state: ClientState): void {
    fillTables(this.snapshot() as (Uint32Array | Uint8Array | Float64Array)[], state)
  }

  #set(a0: number, a1: number, a2: number, a3: number): number {
    return (this.#hash.of4(a0, a1, a2, a3) & this.#mask) * ways
  }
}
