import { isIpv4, mapped } from '../base/address.ts'
import { contains, type Prefix, truncate } from '../base/prefix.ts'

/** Bits of a filter for each address, and how many of them one sets: about one in a hundred is found that is not there. */
const bitsEach = 10
const probes = 4
const slots = 1 << 17
const mostKept = slots / 2

/** The lengths, in bits of 128, under which an address is found: itself and two networks that hold it. */
const lengths4 = [128, 120, 112] as const
const lengths6 = [128, 64, 48] as const

/**
 * The different addresses of a run of packets, and the networks that hold them (/24 and /16; in IPv6 /64 and /48); made into a Bloom
 * filter in the end.
 *
 * hot: no allocation per packet.
 */
export class AddressSet {
  size = 0
  readonly #low = new Int32Array(slots)
  readonly #high = new Int32Array(slots)
  /** The run in which a slot was filled: emptying the set is counting on. */
  readonly #run = new Uint32Array(slots)
  #now = 1

  /** No more should be added before the set is emptied. */
  get isFull(): boolean {
    return this.size > mostKept
  }

  /** @param a0 … signed words: they stay off the heap */
  add(a0: number, a1: number, a2: number, a3: number): void {
    const four = a0 === 0 && a1 === 0 && a2 === mapped
    // Who was met was met with its networks.
    if (!this.#put(a0, a1, a2, a3, 128)) return
    if (four) {
      this.#put(a0, a1, a2, a3 & 0xffffff00, 120)
      this.#put(a0, a1, a2, a3 & 0xffff0000, 112)
    } else {
      this.#put(a0, a1, 0, 0, 64)
      this.#put(a0, a1 & 0xffff0000, 0, 0, 48)
    }
  }

  clear(): void {
    this.size = 0
    if (++this.#now > 0xfffffffe) {
      this.#run.fill(0)
      this.#now = 1
    }
  }

  /** The filter of what was added since `clear`. */
  filter(): Uint32Array {
    const words = new Uint32Array(Math.max(2, Math.ceil((this.size * bitsEach) / 32)))
    for (let slot = 0; slot < slots; slot++) {
      if (this.#run[slot] !== this.#now) continue
      for (let k = 0; k < probes; k++) {
        const bit = bitOf(this.#low[slot]!, this.#high[slot]!, k, words.length)
        words[bit >>> 5]! |= 1 << (bit & 31)
      }
    }
    return words
  }

  /** @returns whether it is new */
  #put(a0: number, a1: number, a2: number, a3: number, bits: number): boolean {
    if (this.size >= slots - 1) return false
    const lo = hash(lowSeed, a0, a1, a2, a3, bits)
    const hi = hash(highSeed, a0, a1, a2, a3, bits)
    let slot = lo & (slots - 1)
    while (this.#run[slot] === this.#now) {
      if (this.#low[slot] === lo && this.#high[slot] === hi) return false
      slot = (slot + 1) & (slots - 1)
    }
    this.#run[slot] = this.#now
    this.#low[slot] = lo
    this.#high[slot] = hi
    this.size++
    return true
  }
}

const lowSeed = 0x2545f491
const highSeed = 0x1b873593

/** The mixing of MurmurHash3 over signed words, which stay off the heap. */
function hash(seed: number, a0: number, a1: number, a2: number, a3: number, bits: number): number {
  let h = mix(mix(mix(mix(mix(seed, a0), a1), a2), a3), bits)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function mix(h: number, word: number): number {
  const k = Math.imul(word, 0xcc9e2d51)
  const x = h ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0
}

function bitOf(lo: number, hi: number, k: number, words: number): number {
  return ((lo + Math.imul(k, hi | 1)) >>> 0) % (words * 32)
}

/** A question to filters: whether one of some networks may be in them. */
export class FilterQuestion {
  readonly #low: Int32Array
  readonly #high: Int32Array
  /** One of the networks is larger than those that filters know: any filter may hold it. */
  readonly #isAny: boolean

  /** @param networks none: everything */
  constructor(networks: readonly Prefix[]) {
    const known = networks.map(nearest)
    this.#isAny = networks.length === 0 || known.includes(undefined)
    const asked = known.flatMap((prefix) => prefix ?? [])
    this.#low = Int32Array.from(asked, ({ address, bits }) => hash(lowSeed, ...address, bits))
    this.#high = Int32Array.from(asked, ({ address, bits }) => hash(highSeed, ...address, bits))
  }

  /** False: none of the networks is in it. True: one of them is, or chance says so. */
  mayHold(filter: Uint32Array): boolean {
    if (this.#isAny) return true
    for (let i = 0; i < this.#low.length; i++) if (isIn(filter, this.#low[i]!, this.#high[i]!)) return true
    return false
  }
}

function isIn(filter: Uint32Array, lo: number, hi: number): boolean {
  for (let k = 0; k < probes; k++) {
    const bit = bitOf(lo, hi, k, filter.length)
    if ((filter[bit >>> 5]! & (1 << (bit & 31))) === 0) return false
  }
  return true
}

/** The smallest network that filters know and that holds all of this one. */
function nearest(network: Prefix): Prefix | undefined {
  const { address, bits } = network
  const hasFour = contains(network, 0, 0, mapped, 0)
  const isFour = isIpv4(address) && bits >= 96
  const length = (isFour ? lengths4 : lengths6).find((each) => each <= bits)
  return length === undefined || (hasFour && !isFour) ? undefined : truncate(address, length)
}
