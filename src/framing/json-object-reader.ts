import { type Decode, Decoded, type Reader, type Sink } from '../format/format.ts'
import { Cut, JsonObjects, joinLines } from './json-objects.ts'

/** Decodes a stream of JSON objects, one after the other, in arrays or wrapped (`JsonObjects`). */
export class JsonObjectReader implements Reader {
  readonly #objects = new JsonObjects()
  readonly #sink: Sink
  readonly #decode: Decode
  readonly #full: number

  /** @param mostRows the most rows that one object becomes before `decode` itself flushes */
  constructor(sink: Sink, mostRows: number, decode: Decode) {
    this.#sink = sink
    this.#decode = decode
    this.#full = sink.batch.capacity - mostRows
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    const objects = this.#objects
    const { tally } = this.#sink
    let at = 0
    for (;;) {
      const what = objects.next(bytes, at, to, last)
      if (what === Cut.none) return last ? to : objects.from
      at = objects.to
      if (what === Cut.object) this.#object(bytes, objects.from, at, base)
      else tally.damage(base + objects.from, 'not a JSON object')
    }
  }

  #object(bytes: Uint8Array, from: number, to: number, base: number): void {
    const { batch, tally } = this.#sink
    if (batch.length > this.#full || batch.isCrowded) this.#sink.flush()
    joinLines(bytes, from, to)
    batch.recordOffset = base + from
    batch.recordLength = to - from
    const what = this.#decode(bytes, from, to, batch)
    // `decode` may have flushed, so rows are not told by the batch's length alone.
    if (what === Decoded.ignored) tally.ignored++
    else if (what === Decoded.malformed) tally.damage(batch.recordOffset, batch.reason)
    tally.lost += batch.lost
    batch.lost = 0
  }
}
