import { fillTables, type Resumable } from '../base/snapshot.ts'

export interface ContentState {
  readonly ring: Uint8Array
  readonly written: number
}

/**
 * The first bytes of conversations, in a ring of fixed size: the newest payloads push out the oldest.
 * hot: no allocation per event.
 */
export class ContentArena implements Resumable<ContentState> {
  /** At most this many bytes of one payload are kept (requirement D7). */
  static readonly most = 512
  readonly #ring: Uint8Array
  #written = 0

  /** @param size bytes; a multiple of `most` */
  constructor(size = 8 * 1024 * 1024) {
    this.#ring = new Uint8Array(size)
  }

  snapshot(): ContentState {
    return { ring: this.#ring, written: this.#written }
  }

  resume(state: ContentState): void {
    fillTables([this.#ring], [state.ring])
    this.#written = state.written
  }

  /** Copies a payload in and returns its position + 1. */
  keep(bytes: Uint8Array, from: number, length: number): number {
    const kept = Math.min(length, ContentArena.most)
    const size = this.#ring.length
    if ((this.#written % size) + kept + 2 > size) this.#written += size - (this.#written % size)
    const position = this.#written
    const at = position % size
    this.#ring[at] = kept & 255
    this.#ring[at + 1] = kept >>> 8
    for (let i = 0; i < kept; i++) this.#ring[at + 2 + i] = bytes[from + i] as number
    this.#written += kept + 2
    return position + 1
  }

  /** The payload kept under a position + 1, or undefined when it was never kept or has been pushed out. */
  read(positionPlusOne: number): Uint8Array | undefined {
    const size = this.#ring.length
    if (positionPlusOne === 0 || positionPlusOne - 1 < this.#written - size) return undefined
    const at = (positionPlusOne - 1) % size
    const length = (this.#ring[at] as number) | ((this.#ring[at + 1] as number) << 8)
    return this.#ring.subarray(at + 2, at + 2 + length)
  }
}
