import type { ByteSource } from './source.ts'

/** A source whose first bytes were read to see what it is, and are given again. */
export class Pushback implements ByteSource {
  #head: Uint8Array
  readonly #rest: ByteSource

  constructor(head: Uint8Array, rest: ByteSource) {
    this.#head = head
    this.#rest = rest
  }

  get taken(): number {
    return this.#rest.taken
  }

  get damage(): string | undefined {
    return this.#rest.damage
  }

  read(into: Uint8Array, at: number): number | Promise<number> {
    if (this.#head.length === 0) return this.#rest.read(into, at)
    const count = Math.min(this.#head.length, into.length - at)
    into.set(this.#head.subarray(0, count), at)
    this.#head = this.#head.subarray(count)
    return count
  }

  close(): void {
    this.#rest.close()
  }
}
