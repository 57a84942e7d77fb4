import { type Ahead, type Decode, Decoded, type LineFormat, type Reader, type Sink } from '../format/format.ts'

/** A longer line is counted as malformed once and skipped; no log format we read comes near it. */
const longestLine = 1 << 20

const tooLong = 'line longer than 1 MiB'
const newline = 10
const carriageReturn = 13

/** Passes over lines, and keeps what they say about later ones. */
class LinesAhead implements Ahead {
  readonly isEntangled = false
  /** A line longer than any we decode, whose end has not come yet: nothing can be passed over. */
  isSkipping = false
  readonly #reader: LineReader
  readonly #format: LineFormat
  readonly #carried: unknown

  constructor(reader: LineReader, format: LineFormat, carried: unknown) {
    this.#reader = reader
    this.#format = format
    this.#carried = carried
  }

  state(): unknown {
    return this.#carried
  }

  pass(bytes: Uint8Array, to: number): number {
    if (this.isSkipping) return 0
    const end = Buffer.from(bytes.buffer, bytes.byteOffset, to).lastIndexOf(newline) + 1
    this.#format.carry?.pass(this.#carried, bytes, 0, end)
    return end
  }

  again(bytes: Uint8Array, to: number, base: number): void {
    this.#reader.push(bytes, to, base, false)
  }
}

/** Cuts text into lines (`\n` or `\r\n`; any other byte may stand in a line) and decodes each. */
export class LineReader implements Reader {
  readonly #decode: Decode
  readonly #sink: Sink
  /** The batch is handed on once fewer rows than one line may need are left. */
  readonly #full: number
  readonly ahead: LinesAhead

  /** @param carried the state of `format.carry` that `decode` was opened with */
  constructor(format: LineFormat, decode: Decode, sink: Sink, carried?: unknown) {
    this.#decode = decode
    this.#sink = sink
    this.#full = sink.batch.capacity - format.maxRows
    this.ahead = new LinesAhead(this, format, carried)
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    // Buffer's indexOf is a memchr; that of Uint8Array is not.
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    let from = this.ahead.isSkipping ? this.#endSkip(text) : 0
    while (from < to) {
      const end = text.indexOf(newline, from)
      if (end < 0) break
      this.#line(bytes, from, end, base)
      from = end + 1
    }
    return this.#rest(bytes, from, to, base, last)
  }

  /** What follows the last newline: the final line, the beginning of an overlong one, or the beginning of the next. */
  #rest(bytes: Uint8Array, from: number, to: number, base: number, last: boolean): number {
    if (this.ahead.isSkipping || from === to) return to
    if (last) {
      this.#line(bytes, from, to, base)
      return to
    }
    if (to - from <= longestLine) return from
    this.#sink.tally.damage(base + from, tooLong)
    this.ahead.isSkipping = true
    return to
  }

  #endSkip(text: Buffer): number {
    const end = text.indexOf(newline)
    if (end < 0) return text.length
    this.ahead.isSkipping = false
    return end + 1
  }

  #line(bytes: Uint8Array, from: number, end: number, base: number): void {
    const { batch, tally } = this.#sink
    const to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end
    if (batch.length > this.#full || batch.isCrowded) this.#sink.flush()
    batch.recordOffset = base + from
    batch.recordLength = to - from
    batch.reason = tooLong
    const rows = batch.length
    const what = to - from > longestLine ? Decoded.malformed : this.#decode(bytes, from, to, batch)
    if (what === Decoded.event) tally.events += batch.length - rows
    else if (what === Decoded.ignored) tally.ignored++
    else tally.damage(batch.recordOffset, batch.reason)
    tally.lost += batch.lost
    batch.lost = 0
  }
}
