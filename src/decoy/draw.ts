import { createHmac } from 'node:crypto'

/** Draws that a seed decides once for all: the same seed and label always give the same. */
export class Draw {
  readonly #seed: Uint8Array

  /** @param seed 32 random bytes, kept secret: whoever has them knows every draw */
  constructor(seed: Uint8Array) {
    this.#seed = seed
  }

  bytes(label: string): Buffer {
    return createHmac('sha256', this.#seed).update(label).digest()
  }

  /** A whole number from 0 to below `most` (at most 2^32). */
  below(label: string, most: number): number {
    return this.bytes(label).readUInt32BE(0) % most
  }

  one<T>(label: string, from: readonly T[]): T {
    return from[this.below(label, from.length)] as T
  }
}
