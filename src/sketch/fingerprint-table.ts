import { fillTables, type Resumable } from '../base/snapshot.ts'

export interface FingerprintState {
  readonly tables: readonly Uint32Array[]
  readonly evicted: number
}

/**
 * A fixed-size map from a 64-bit fingerprint to a number: sets of eight ways, the least recently written way of a full
 * set gives way. hot: no allocation per event.
 *
 * Two keys share a fingerprint with probability 2^-64 per pair; a lost key is looked up as unknown.
 */
export class FingerprintTable implements Resumable<FingerprintState> {
  readonly #mask: number
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #value: Uint32Array
  /** How many keys were pushed out by others: what was forgotten. */
  evicted = 0

  /** @param log2 capacity as a power of two; 12 bytes an entry */
  constructor(log2: number) {
    const capacity = 2 ** log2
    this.#mask = capacity / 8 - 1
    this.#low = new Uint32Array(capacity)
    this.#high = new Uint32Array(capacity)
    this.#value = new Uint32Array(capacity)
  }

  /** The table's storage, to be written to a file or filled from one. */
  get storage(): readonly Uint32Array[] {
    return [this.#low, this.#high, this.#value]
  }

  snapshot(): FingerprintState {
    return { tables: this.storage, evicted: this.evicted }
  }

  resume(state: FingerprintState): void {
    fillTables(this.storage, state.tables)
    this.evicted = state.evicted
  }

  /** The value under a key, or -1. */
  get(low: number, high: number): number {
    const base = (low & this.#mask) << 3
    for (let i = base; i < base + 8; i++) {
      if (this.#low[i] === low && this.#high[i] === high) return (this.#value[i] as number) - 1
    }
    return -1
  }

  /** Stores a value (0 … 2^32-2) under a key. */
  set(low: number, high: number, value: number): void {
    const base = (low & this.#mask) << 3
    let slot = base + 7
    for (let i = base; i < base + 8; i++) {
      if ((this.#low[i] === low && this.#high[i] === high) || this.#value[i] === 0) {
        slot = i
        break
      }
    }
    if (slot === base + 7 && this.#value[slot] !== 0 && this.#low[slot] !== low) this.evicted++
    // Newest first: the set is kept in order of writing, so that the last way is the one to lose.
    for (let i = slot; i > base; i--) {
      this.#low[i] = this.#low[i - 1] as number
      this.#high[i] = this.#high[i - 1] as number
      this.#value[i] = this.#value[i - 1] as number
    }
    this.#low[base] = low
    this.#high[base] = high
    this.#value[base] = value + 1
  }

  /** Rewrites every value: `change` returns the new one, or -1 to forget the number but keep the key as `unknown`. */
  remap(change: (value: number) => number, unknown: number): void {
    for (let i = 0; i < this.#value.length; i++) {
      const value = this.#value[i] as number
      if (value === 0) continue
      const now = value - 1 === unknown ? -1 : change(value - 1)
      this.#value[i] = (now < 0 ? unknown : now) + 1
    }
  }
}
