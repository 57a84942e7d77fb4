import type { FormatContext, Reader, Sink } from '../format.ts'
import { ExportDecoder } from './decoder.ts'
import { count } from './export-intake.ts'
import { exportLength, isExport } from './header.ts'

/** Bytes that `isExport` looks at. */
const header = 48

/** Reads export packets that stand back to back in a file. Nothing tells who sent them. */
export class RawReader implements Reader {
  readonly #sink: Sink
  readonly #decoder: ExportDecoder
  readonly #exporter = new Uint32Array(4)
  /** After damage, until the next packet is found. */
  #isLost = false

  constructor(context: FormatContext, sink: Sink) {
    this.#sink = sink
    this.#decoder = new ExportDecoder(sink, context.rules)
    this.#decoder.onUndecoded = (offset, reason) => sink.tally.damage(offset, reason)
    this.#decoder.arrived = sink.batch.arrival > 0 ? sink.batch.arrival : context.newest
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    const { batch } = this.#sink
    batch.bytes = bytes
    let at = 0
    while (at < to) {
      if (this.#isLost) at = this.#find(bytes, at, to, last)
      if (at >= to || this.#isLost) break
      const length = exportLength(bytes, at, to, last)
      if (length === 0) break
      if (length < 0) {
        this.#isLost = true
        this.#sink.tally.damage(base + at, 'no export packet')
        at++
        continue
      }
      batch.recordOffset = base + at
      batch.recordLength = length
      this.#decoder.datagram(bytes, at, at + length, this.#exporter, 0)
      count(this.#sink, this.#decoder)
      batch.bytes = bytes
      at += length
    }
    if (last) this.#decoder.close()
    if (batch.length > 0) this.#sink.flush()
    return last ? to : at
  }

  /** Looks for the next packet from `at` on and returns its place, or how far the search came. */
  #find(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    const end = last ? to : to - header
    for (let place = at; place < end; place++) {
      if (!isExport(bytes, place, to)) continue
      this.#isLost = false
      return place
    }
    return Math.max(at, end)
  }
}
