import { Hash } from '../../base/hash.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'
import type { Contact } from './contact.ts'
import { Kept } from './kept.ts'
import { SmallSets } from './small-sets.ts'

export const What = { none: 0, process: 1, pair: 2, host: 3 } as const

/** Names kept of a candidate, and how many bytes of each. */
export const Name = { host: 0, process: 1, user: 2, parent: 3 } as const
const names = 4
export const nameBytes = 256
const mostVotes = 255
const setLog2 = 11

export type CandidatesState = readonly (Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array)[]

/**
 * Who does something uncommon and may become a finding: a list of fixed length with what each did. A new candidate takes the
 * place of the one that did the least, so a flood of forged ones pushes out its own kind. hot: no allocation per event.
 */
export class Candidates implements Resumable<CandidatesState> {
  readonly count: number
  readonly #hash: Hash
  readonly what: Uint8Array
  readonly #low: Int32Array
  readonly #high: Int32Array
  /** Microseconds. */
  readonly first: Float64Array
  readonly last: Float64Array
  /** The address it acts from, by majority, four words each. */
  readonly address: Uint32Array
  readonly #votes: Uint8Array
  /** Uncommon targets (address and port), those of them outside and inside. */
  readonly outside: Uint32Array
  readonly inside: Uint32Array
  /** Uncommon addresses inside. */
  readonly insideHosts: Uint32Array
  /** When the host was first seen, in seconds; how many programs of it were known; the program's place in the fleet's table. */
  readonly since: Uint32Array
  readonly known: Uint32Array
  readonly program: Int32Array
  readonly #names: Uint8Array
  readonly #lengths: Uint16Array
  readonly #targets: SmallSets
  readonly #addresses: SmallSets
  /** Addresses that were only asked for web, DNS and time. */
  readonly #plain: SmallSets
  readonly kept: Kept

  constructor(count: number, key: number) {
    this.count = count
    this.#hash = new Hash(key + 29)
    this.what = new Uint8Array(count)
    this.#low = new Int32Array(count)
    this.#high = new Int32Array(count)
    this.first = new Float64Array(count)
    this.last = new Float64Array(count)
    this.address = new Uint32Array(4 * count)
    this.#votes = new Uint8Array(count)
    this.outside = new Uint32Array(count)
    this.inside = new Uint32Array(count)
    this.insideHosts = new Uint32Array(count)
    this.since = new Uint32Array(count)
    this.known = new Uint32Array(count)
    this.program = new Int32Array(2 * count)
    this.#names = new Uint8Array(count * names * nameBytes)
    this.#lengths = new Uint16Array(count * names)
    this.#targets = new SmallSets(count, setLog2)
    this.#addresses = new SmallSets(count, setLog2)
    this.#plain = new SmallSets(count, setLog2)
    this.kept = new Kept(count)
  }

  find(what: number, low: number, high: number): number {
    for (let i = 0; i < this.count; i++) {
      if (this.#low[i] === low && this.#high[i] === high && this.what[i] === what) return i
    }
    return -1
  }

  open(what: number, low: number, high: number, contact: Contact): number {
    const slot = this.#victim()
    this.what[slot] = what
    this.#low[slot] = low
    this.#high[slot] = high
    this.begin(slot, contact.at)
    this.since[slot] = this.known[slot] = 0
    this.program[2 * slot] = this.program[2 * slot + 1] = 0
    for (let k = 0; k < names; k++) this.#lengths[slot * names + k] = 0
    for (let k = 0; k < 4; k++) this.address[4 * slot + k] = contact.source[k] as number
    this.#votes[slot] = 0
    return slot
  }

  /** Counts anew from a time on. */
  begin(slot: number, at: number): void {
    this.first[slot] = this.last[slot] = at
    this.outside[slot] = this.inside[slot] = this.insideHosts[slot] = 0
    this.#targets.clear(slot)
    this.#addresses.clear(slot)
    this.#plain.clear(slot)
    this.kept.clear(slot)
  }

  /** Counts a contact. */
  add(slot: number, contact: Contact, isUncommon: boolean, isInside: boolean): void {
    const { target, port, protocol } = contact
    this.first[slot] = Math.min(this.first[slot] as number, contact.at)
    this.last[slot] = Math.max(this.last[slot] as number, contact.at)
    this.kept.mention(slot, contact)
    const address = this.#hash.of4(target[0] as number, target[1] as number, target[2] as number, target[3] as number)
    if (!isUncommon) {
      if (this.#plain.add(slot, address)) this.#take(slot, contact, false)
      return
    }
    if (!this.#targets.add(slot, this.#hash.of2(address, protocol * 65_536 + port))) return
    const isNew = this.#addresses.add(slot, address)
    if (isInside) {
      this.inside[slot] = (this.inside[slot] as number) + 1
      if (isNew) this.insideHosts[slot] = (this.insideHosts[slot] as number) + 1
    } else this.outside[slot] = (this.outside[slot] as number) + 1
    this.#take(slot, contact, true)
  }

  /** Distinct uncommon addresses; a full set says 'at least'. */
  addresses(slot: number): number {
    return this.#addresses.count[slot] as number
  }

  plainAddresses(slot: number): number {
    return this.#plain.count[slot] as number
  }

  get mostAddresses(): number {
    return this.#addresses.most
  }

  /** Where a name is to be written, and where its room ends. */
  nameAt(slot: number, name: number): number {
    return (slot * names + name) * nameBytes
  }

  get nameStorage(): Uint8Array {
    return this.#names
  }

  setName(slot: number, name: number, length: number): void {
    this.#lengths[slot * names + name] = length
  }

  /** Cold: makes a string. What was cut in the middle of a character ends before it. */
  name(slot: number, name: number): string | null {
    const length = this.#lengths[slot * names + name] as number
    if (length === 0) return null
    const from = this.nameAt(slot, name)
    const text = Buffer.from(this.#names.subarray(from, from + length)).toString()
    return length === nameBytes ? text.replace(/\ufffd+$/, '') : text
  }

  snapshot(): CandidatesState {
    return this.#tables
  }

  resume(state: CandidatesState): void {
    fillTables(this.#tables, state)
  }

  get #tables() {
    return [
      ...[
        this.what,
        this.#low,
        this.#high,
        this.first,
        this.last,
        this.address,
        this.#votes,
        this.outside,
        this.inside,
      ],
      ...[this.insideHosts, this.since, this.known, this.program, this.#names, this.#lengths],
      ...[...this.#targets.tables, ...this.#addresses.tables, ...this.#plain.tables, ...this.kept.tables],
    ]
  }

  #take(slot: number, contact: Contact, isUncommon: boolean): void {
    this.kept.add(slot, contact, isUncommon)
    if (contact.hasSource) this.#vote(slot, contact.source)
  }

  /** A program that serves as well has records in which the source is somebody else. */
  #vote(slot: number, source: Uint32Array): void {
    const votes = this.#votes[slot] as number
    const p = 4 * slot
    let isSame = true
    for (let k = 0; k < 4; k++) if (this.address[p + k] !== source[k]) isSame = false
    if (isSame) this.#votes[slot] = Math.min(mostVotes, votes + 1)
    else if (votes > 0) this.#votes[slot] = votes - 1
    else {
      for (let k = 0; k < 4; k++) this.address[p + k] = source[k] as number
      this.#votes[slot] = 1
    }
  }

  #victim(): number {
    let slot = 0
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.count; i++) {
      if (this.what[i] === What.none) return i
      const weight = this.#weight(i)
      if (weight > least || (weight === least && (this.last[i] as number) >= (this.last[slot] as number))) continue
      least = weight
      slot = i
    }
    return slot
  }

  #weight(i: number): number {
    return 4 * ((this.outside[i] as number) + (this.inside[i] as number)) + (this.#plain.count[i] as number)
  }
}
