import { Hash } from './hash.ts'
import { maskWord, type Prefix } from './prefix.ts'

/**
 * Networks with a number each (0 … 2^31-2), of any number and lengths; asked for the longest that holds an address. About 50
 * bytes a network. Hot: asking allocates nothing.
 */
export class PrefixTable {
  #capacity = 16
  #size = 0
  /** Lengths that occur, longest first. */
  #lengths: number[] = []
  #words = new Uint32Array(4 * this.#capacity)
  #bits = new Uint8Array(this.#capacity)
  /** Number plus one; 0 where the slot is free. */
  #values = new Int32Array(this.#capacity)
  readonly #hash = new Hash()

  get size(): number {
    return this.#size
  }

  /** @returns the number that the network had before and keeps, -1 where it is new */
  add({ address, bits }: Prefix, value: number): number {
    if (this.#size * 2 >= this.#capacity) this.#grow()
    const slot = this.#slot(...address, bits)
    if (this.#values[slot] !== 0) return this.#values[slot]! - 1
    this.#words.set(address, 4 * slot)
    this.#bits[slot] = bits
    this.#values[slot] = value + 1
    this.#size++
    if (!this.#lengths.includes(bits)) this.#lengths = [...this.#lengths, bits].sort((x, y) => y - x)
    return -1
  }

  /** The number of the longest network that holds the address; -1 where none does. */
  find(a0: number, a1: number, a2: number, a3: number): number {
    for (let k = 0; k < this.#lengths.length; k++) {
      const bits = this.#lengths[k]!
      const slot = this.#slot(
        (a0 & maskWord(bits)) >>> 0,
        (a1 & maskWord(bits - 32)) >>> 0,
        (a2 & maskWord(bits - 64)) >>> 0,
        (a3 & maskWord(bits - 96)) >>> 0,
        bits,
      )
      if (this.#values[slot] !== 0) return this.#values[slot]! - 1
    }
    return -1
  }

  /** The slot of a network, or the free one where it belongs. */
  #slot(a0: number, a1: number, a2: number, a3: number, bits: number): number {
    const words = this.#words
    const mask = this.#capacity - 1
    let slot = this.#hash.of5(a0, a1, a2, a3, bits) & mask
    while (this.#values[slot] !== 0) {
      const w = 4 * slot
      if (
        this.#bits[slot] === bits &&
        words[w] === a0 &&
        words[w + 1] === a1 &&
        words[w + 2] === a2 &&
        words[w + 3] === a3
      )
        break
      slot = (slot + 1) & mask
    }
    return slot
  }

  #grow(): void {
    const [words, bits, values] = [this.#words, this.#bits, this.#values]
    this.#capacity *= 2
    this.#words = new Uint32Array(4 * this.#capacity)
    this.#bits = new Uint8Array(this.#capacity)
    this.#values = new Int32Array(this.#capacity)
    for (let old = 0; old < values.length; old++) {
      if (values[old] === 0) continue
      const w = 4 * old
      const slot = this.#slot(words[w]!, words[w + 1]!, words[w + 2]!, words[w + 3]!, bits[old]!)
      this.#words.set(words.subarray(w, w + 4), 4 * slot)
      this.#bits[slot] = bits[old]!
      this.#values[slot] = values[old]!
    }
  }
}
