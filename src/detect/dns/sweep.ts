import { fillTables, type Resumable } from '../../base/snapshot.ts'
import type { ReverseName } from './reverse-name.ts'

/** Where a reverse name lies, seen from those the client asked for before. */
export const Position = {
  /** In a network it did not ask about lately. */
  elsewhere: 0,
  /** One step on from the one before, and beyond all others. */
  next: 1,
  /** The same, long after. */
  later: 2,
  /** The same above single addresses. */
  branch: 3,
  /** Not far beyond all others. */
  near: 4,
  /** Far beyond the others, or between them. */
  between: 5,
  /** Between the others, a few steps from the one before: queries in flight overtake each other. */
  jostled: 6,
  /** Asked for before. */
  known: 7,
} as const

/** How much of its looking up a client does all over: which terms are its own. */
export const Habit = { narrow: 0, wide: 1, list: 2 } as const

/** Neighbourhoods kept of a client: one more than a sweep needs, so that a query for another address does not break it. */
const tracks = 2
const largestStride = 256
const nearSteps = 16
const jostle = 8
const pauseUs = 120e6
const soonUs = 10e6
/** A client is a wide asker that asked for this many networks, and for one to each so many addresses beside others. */
const wideNetworks = 8
const widePerNetwork = 32
const mostCounted = 2048
/** So many networks one above the other are a sorted list. */
const rises = 8
/** An address without name tells where so many were asked for, half a /24, and some have names: hosts alone are no half. */
const half = 128
const bitWords = 8

export type SweepState = readonly (Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array)[]

/**
 * Follows the order in which each client asks for the names of addresses. A sweep goes on from the address before, to one
 * beyond all asked for so far; a client that looks up what contacts it comes as its contacts come, which puts the n-th of
 * n addresses beyond all others only with chance 2/n. That holds for any set of addresses, however dense.
 *
 * hot: no allocation per query.
 */
export class Sweep implements Resumable<SweepState> {
  readonly #w0: Uint32Array
  readonly #w1: Uint32Array
  readonly #w2: Uint32Array
  readonly #last: Uint32Array
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #stride: Int32Array
  /** Depth, and 64 for IPv4; 0: the track is free. */
  readonly #tree: Uint8Array
  readonly #count: Uint16Array
  readonly #run: Uint16Array
  readonly #named: Uint16Array
  readonly #at: Float64Array
  readonly #since: Float64Array
  /** Which of the last /24 (of IPv6, the last 256) were asked for. */
  readonly #asked: Uint32Array
  readonly #networks: Uint16Array
  readonly #beside: Uint16Array
  /** Per client: the position asked for last, and how many networks came since a step down. */
  readonly #previous: Uint32Array
  readonly #rising: Uint8Array
  /** Of the last visit: its track, the position before it in that track and when that was asked, and whether soon after. */
  track = 0
  before = 0
  beforeAt = 0
  isSoon = false

  constructor(clients: number) {
    const n = tracks * clients
    this.#w0 = new Uint32Array(n)
    this.#w1 = new Uint32Array(n)
    this.#w2 = new Uint32Array(n)
    this.#last = new Uint32Array(n)
    this.#low = new Uint32Array(n)
    this.#high = new Uint32Array(n)
    this.#stride = new Int32Array(n)
    this.#tree = new Uint8Array(n)
    this.#count = new Uint16Array(n)
    this.#run = new Uint16Array(n)
    this.#named = new Uint16Array(n)
    this.#at = new Float64Array(n)
    this.#since = new Float64Array(n)
    this.#asked = new Uint32Array(bitWords * n)
    this.#networks = new Uint16Array(clients)
    this.#beside = new Uint16Array(clients)
    this.#previous = new Uint32Array(clients)
    this.#rising = new Uint8Array(clients)
  }

  /** Forgets what was known of the client that had the slot. */
  clear(client: number): void {
    for (let t = tracks * client; t < tracks * (client + 1); t++) this.#tree[t] = 0
    this.#networks[client] = this.#beside[client] = this.#previous[client] = this.#rising[client] = 0
  }

  /** Whether the client asks for addresses all over, as those do who look up what contacts them, and works through a list. */
  habit(client: number): number {
    const networks = this.#networks[client] as number
    if (networks < wideNetworks || networks * widePerNetwork < (this.#beside[client] as number)) return Habit.narrow
    return (this.#rising[client] as number) >= rises ? Habit.list : Habit.wide
  }

  /** Whether the address of the last visit lies above the one asked for before. */
  isRising = false

  /** Steps on in a row, up to now, in the track of the last visit. */
  get run(): number {
    return this.#run[this.track] as number
  }

  /** Addresses asked for in the track of the last visit. */
  get count(): number {
    return this.#count[this.track] as number
  }

  /** When the first address in the track of the last visit was asked for. */
  get since(): number {
    return this.#since[this.track] as number
  }

  /** Positions in the track of the last visit that were asked for before the two last, as far as they are known. Cold. */
  get earlier(): number[] {
    const last = this.#last[this.track] as number
    const found: number[] = []
    for (let low = 0; low < 256; low++) {
      const isAsked = (((this.#asked[bitWords * this.track + (low >>> 5)] as number) >>> (low & 31)) & 1) === 1
      const position = ((last & 0xffffff00) | low) >>> 0
      if (isAsked && position !== last && position !== this.before) found.push(position)
    }
    return found
  }

  /** Whether an address without a name is telling: many were asked for around it, and some have names. */
  get isTelling(): boolean {
    return this.count >= half && (this.#named[this.track] as number) >= 2
  }

  /** Takes up a name that was not just asked for; says where it lies. */
  visit(client: number, name: ReverseName, at: number): number {
    const t = this.#find(client, name)
    const previous = this.#previous[client] as number
    this.#previous[client] = name.w3
    this.isRising = name.w3 > previous
    if (!this.isRising) this.#rising[client] = 0
    if (t < 0) {
      if (this.isRising && (this.#rising[client] as number) < rises) this.#rising[client]!++
      this.#begin(client, name, at)
      return Position.elsewhere
    }
    if (!this.#mark(t, name.w3)) return Position.known
    this.#tally(client, this.#beside)
    this.track = t
    this.before = this.#last[t] as number
    this.beforeAt = this.#at[t] as number
    this.isSoon = at - this.beforeAt <= soonUs
    const position = this.#place(t, name, at)
    const x = name.w3
    this.#run[t] = position >= Position.next && position <= Position.branch ? (this.#run[t] as number) + 1 : 0
    this.#stride[t] = x - this.before
    this.#last[t] = x
    this.#at[t] = at
    if (x < (this.#low[t] as number)) this.#low[t] = x
    if (x > (this.#high[t] as number)) this.#high[t] = x
    if ((this.#count[t] as number) < 65535) this.#count[t]!++
    return position
  }

  /** The name was answered with a host's. */
  named(client: number, name: ReverseName): void {
    const t = this.#find(client, name)
    if (t >= 0 && (this.#named[t] as number) < 65535) this.#named[t]!++
  }

  #place(t: number, name: ReverseName, at: number): number {
    const x = name.w3
    const step = x - this.before
    const beyond = x > (this.#high[t] as number) ? x - (this.#high[t] as number) : (this.#low[t] as number) - x
    if (beyond <= 0) return Math.abs(step) <= jostle ? Position.jostled : Position.between
    const strides = (this.#count[t] as number) >= 2 && step === this.#stride[t] && Math.abs(step) <= largestStride
    if (strides || step === 1 || step === -1) {
      if (!name.isWhole) return Position.branch
      return at - this.beforeAt <= pauseUs ? Position.next : Position.later
    }
    return beyond <= nearSteps ? Position.near : Position.between
  }

  /** Marks a position as asked for; false where it was. */
  #mark(t: number, x: number): boolean {
    if (x >>> 8 !== (this.#last[t] as number) >>> 8) this.#asked.fill(0, bitWords * t, bitWords * (t + 1))
    const word = bitWords * t + ((x >>> 5) & 7)
    if (((this.#asked[word] as number) >>> (x & 31)) & 1) return false
    this.#asked[word]! |= 1 << (x & 31)
    return true
  }

  /** The track whose neighbourhood the name lies in, -1 for none. */
  #find(client: number, name: ReverseName): number {
    const tree = treeOf(name)
    for (let t = tracks * client; t < tracks * (client + 1); t++) {
      if (this.#tree[t] !== tree || this.#w2[t] !== name.w2 || this.#w1[t] !== name.w1 || this.#w0[t] !== name.w0)
        continue
      const last = this.#last[t] as number
      if (Math.abs(name.w3 - last) <= largestStride || name.w3 >>> 8 === last >>> 8) return t
    }
    return -1
  }

  /** A new neighbourhood, in place of the one not asked about for longest. */
  #begin(client: number, name: ReverseName, at: number): void {
    this.#tally(client, this.#networks)
    let t = tracks * client
    for (let k = t + 1; k < tracks * (client + 1); k++) {
      if (this.#tree[t] !== 0 && (this.#tree[k] === 0 || (this.#at[k] as number) < (this.#at[t] as number))) t = k
    }
    this.track = t
    this.#tree[t] = treeOf(name)
    this.#w0[t] = name.w0
    this.#w1[t] = name.w1
    this.#w2[t] = name.w2
    this.#last[t] = this.#low[t] = this.#high[t] = name.w3
    this.#asked.fill(0, bitWords * t, bitWords * (t + 1))
    this.#mark(t, name.w3)
    this.#stride[t] = 0
    this.#count[t] = 1
    this.#run[t] = this.#named[t] = 0
    this.#at[t] = this.#since[t] = at
    this.isSoon = false
  }

  #tally(client: number, counts: Uint16Array): void {
    counts[client]!++
    if ((this.#networks[client] as number) + (this.#beside[client] as number) < mostCounted) return
    this.#networks[client]! >>>= 1
    this.#beside[client]! >>>= 1
  }

  snapshot(): SweepState {
    const words = [this.#w0, this.#w1, this.#w2, this.#last, this.#low, this.#high, this.#stride, this.#tree]
    const counts = [this.#count, this.#run, this.#named, this.#networks, this.#beside, this.#rising]
    return [...words, ...counts, this.#at, this.#since, this.#asked, this.#previous]
  }

  resume(state: SweepState): void {
    fillTables(this.snapshot() as Uint8Array[], state)
  }
}

function treeOf(name: ReverseName): number {
  return name.depth | (name.isIpv4 ? 64 : 0)
}
