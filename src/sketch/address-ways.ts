import { Hash } from '../base/hash.ts'

const ways = 4

/**
 * Slots for addresses in sets of four ways, known by a 32-bit tag: what a table of fixed size over addresses needs beside its
 * columns. A full set gives up the slot that its owner weighs least. hot: no allocation per look-up.
 */
export class AddressWays {
  /** A tag per slot, 0 where it is free; to be kept with the columns. */
  readonly tags: Uint32Array
  readonly #mask: number
  readonly #hash: Hash

  /** @param log2 slots, as a power of two */
  constructor(log2: number, key: number) {
    this.tags = new Uint32Array(2 ** log2)
    this.#mask = this.tags.length / ways - 1
    this.#hash = new Hash(key)
  }

  /** The slot of an address, -1 where it has none. */
  find(a0: number, a1: number, a2: number, a3: number): number {
    const set = this.#set(a0, a1, a2, a3)
    const tag = this.#tag(a0, a1, a2, a3)
    for (let slot = set; slot < set + ways; slot++) if (this.tags[slot] === tag) return slot
    return -1
  }

  /** Gives an address that has none a slot: a free one, else the one with the least weight. Its columns are the caller's to clear. */
  claim(a0: number, a1: number, a2: number, a3: number, weightOf: (slot: number) => number): number {
    const set = this.#set(a0, a1, a2, a3)
    let least = set
    for (let slot = set; slot < set + ways; slot++) {
      if (this.tags[slot] === 0) {
        least = slot
        break
      }
      if (weightOf(slot) < weightOf(least)) least = slot
    }
    this.tags[least] = this.#tag(a0, a1, a2, a3)
    return least
  }

  #set(a0: number, a1: number, a2: number, a3: number): number {
    return (this.#hash.of4(a0, a1, a2, a3) & this.#mask) * ways
  }

  #tag(a0: number, a1: number, a2: number, a3: number): number {
    return (this.#hash.of5(a3, a2, a1, a0, 1) | 1) >>> 0
  }
}
