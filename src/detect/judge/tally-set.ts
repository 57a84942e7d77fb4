import { Hash } from '../../base/hash.ts'

/**
 * How often each 32-bit key was added, with cheap clearing: open addressing, entries stamped with a generation.
 * It doubles when half full, up to `most` keys; further new keys are then counted as seen once each.
 * hot: no allocation per event.
 */
export class Tally {
  readonly #hash: Hash
  #keys = new Uint32Array(64)
  #counts = new Uint32Array(64)
  #stamps = new Uint32Array(64)
  #generation = 1
  distinct = 0

  /** @param key of the hash; whoever chooses what is added must not know it beforehand */
  constructor(key: number) {
    this.#hash = new Hash(key)
  }

  clear(): void {
    this.distinct = 0
    if (++this.#generation === 0xffffffff) {
      this.#stamps.fill(0)
      this.#generation = 1
    }
  }

  /** Adds one to a key's count and returns the count. */
  add(key: number): number {
    let slot = this.#find(key)
    if (this.#stamps[slot] === this.#generation) {
      const count = (this.#counts[slot] as number) + 1
      this.#counts[slot] = count
      return count
    }
    if (this.distinct * 2 >= this.#keys.length) {
      this.#grow()
      slot = this.#find(key)
    }
    this.#keys[slot] = key
    this.#counts[slot] = 1
    this.#stamps[slot] = this.#generation
    this.distinct++
    return 1
  }

  #find(key: number): number {
    const mask = this.#keys.length - 1
    let slot = this.#hash.of2(key, 1) & mask
    while (this.#stamps[slot] === this.#generation && this.#keys[slot] !== key) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const { keys, counts, stamps } = { keys: this.#keys, counts: this.#counts, stamps: this.#stamps }
    this.#keys = new Uint32Array(keys.length * 2)
    this.#counts = new Uint32Array(keys.length * 2)
    this.#stamps = new Uint32Array(keys.length * 2)
    for (let i = 0; i < keys.length; i++) {
      if (stamps[i] !== this.#generation) continue
      const slot = this.#find(keys[i] as number)
      this.#keys[slot] = keys[i] as number
      this.#counts[slot] = counts[i] as number
      this.#stamps[slot] = this.#generation
    }
  }
}
