import type { ByteSource } from './source.ts'

const firstWindow = 1 << 18
const largestWindow = 64 << 20

/** The part of an input that is in memory: bytes read and not decoded yet. */
export class Window {
  bytes: Uint8Array = new Uint8Array(firstWindow)
  filled = 0
  /** Offset of `bytes[0]` in the input. */
  base = 0
  /** The source has nothing more to give. */
  ended = false
  readonly source: ByteSource

  constructor(source: ByteSource) {
    this.source = source
  }

  get isFull(): boolean {
    return this.filled === this.bytes.length
  }

  /** Reads once, as much as the source gives at once. */
  async fill(): Promise<void> {
    const got = this.source.read(this.bytes, this.filled)
    const count = typeof got === 'number' ? got : await got
    if (count === 0) this.ended = true
    this.filled += count
  }

  /** The first `count` bytes are done with: what follows them moves to the start, of `to` where that is given. */
  advance(count: number, to = this.bytes): void {
    if (to === this.bytes) to.copyWithin(0, count, this.filled)
    else to.set(this.bytes.subarray(count, this.filled))
    this.bytes = to
    this.filled -= count
    this.base += count
  }

  /** A reader that consumed nothing of a full window needs a larger one. False where it has the largest. */
  grow(): boolean {
    if (this.bytes.length >= largestWindow) return false
    this.advance(0, new Uint8Array(this.bytes.length * 2))
    return true
  }
}
