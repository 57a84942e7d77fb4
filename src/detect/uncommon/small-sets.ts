/** Sets of 32-bit keys, one for each place of a list, all of one fixed size. hot: no allocation per event. */
export class SmallSets {
  /** A set that holds so many takes no more. */
  readonly most: number
  readonly #slots: number
  readonly #keys: Uint32Array
  readonly count: Uint32Array

  /** @param log2 slots of a set; half of them are used */
  constructor(sets: number, log2: number) {
    this.#slots = 2 ** log2
    this.most = this.#slots / 2
    this.#keys = new Uint32Array(sets * this.#slots)
    this.count = new Uint32Array(sets)
  }

  /** False where the key is in the set, or the set is full. */
  add(set: number, key: number): boolean {
    const mask = this.#slots - 1
    const first = set * this.#slots
    const word = key === 0 ? 1 : key
    let slot = word & mask
    while (this.#keys[first + slot] !== 0) {
      if (this.#keys[first + slot] === word) return false
      slot = (slot + 1) & mask
    }
    if (this.count[set] === this.most) return false
    this.#keys[first + slot] = word
    this.count[set] = (this.count[set] as number) + 1
    return true
  }

  clear(set: number): void {
    if (this.count[set] === 0) return
    this.count[set] = 0
    this.#keys.fill(0, set * this.#slots, (set + 1) * this.#slots)
  }

  get tables(): readonly Uint32Array[] {
    return [this.#keys, this.count]
  }
}
