import { hexDigit } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import type { TextField } from '../event/texts.ts'
import { clearAbsent, type Spans } from './zeek-columns.ts'
import type { ZeekHeader } from './zeek-header.ts'

const backslash = 92
const x = 120
const longestText = 4096
/** A text without its escapes, on its way into the batch. */
const unescaped = new Uint8Array(longestText)

/** The fields of one record of a Zeek log, written as columns or as JSON. Hot: nothing is allocated. */
export class ZeekRecord {
  bytes: Uint8Array = new Uint8Array(0)
  spans: Spans
  readonly #header: ZeekHeader
  readonly #columns: Spans
  readonly #json: Spans
  #isJson = false

  /** @param columns where `cutColumns` puts the fields @param json where a scan of JSON does */
  constructor(header: ZeekHeader, columns: Spans, json: Spans) {
    this.#header = header
    this.#columns = columns
    this.#json = json
    this.spans = columns
  }

  /** The next record: its fields are found. @param fields how many there are */
  open(bytes: Uint8Array, isJson: boolean, fields: number): void {
    this.bytes = bytes
    this.#isJson = isJson
    this.spans = isJson ? this.#json : this.#columns
    // JSON leaves out what is unset.
    if (!isJson) for (let field = 0; field < fields; field++) clearAbsent(bytes, this.spans, field, this.#header)
  }

  has(field: number): boolean {
    return this.spans.from[field]! >= 0
  }

  /** Whether a bool is `T` or `true`. */
  isTrue(field: number): boolean {
    const from = this.spans.from[field]!
    return from >= 0 && (this.bytes[from]! | 32) === 116
  }

  isFalse(field: number): boolean {
    const from = this.spans.from[field]!
    return from >= 0 && (this.bytes[from]! | 32) === 102
  }

  /** Gives row `i` the field as a text; of a set or vector (`isList`) its first element. */
  text(batch: EventBatch, i: number, text: TextField, field: number, isList: boolean): void {
    const from = this.spans.from[field]!
    if (from < 0) return
    let to = this.spans.to[field]!
    if (this.#isJson) {
      batch.jsonText(i, text, this.bytes, from, to)
      return
    }
    if (isList) to = endOf(this.bytes, from, to, this.#header.setSeparator)
    const firstEscape = endOf(this.bytes, from, to, backslash)
    if (firstEscape === to) batch.text(i, text, this.bytes, from, to)
    else batch.text(i, text, unescaped, 0, undoEscapes(this.bytes, from, to))
  }
}

function endOf(bytes: Uint8Array, from: number, to: number, byte: number): number {
  let i = from
  while (i < to && bytes[i] !== byte) i++
  return i
}

/** Undoes `\x09` and `\\`, as Zeek's ASCII writer escapes; returns how many bytes there are. */
function undoEscapes(bytes: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to && count < longestText; i++) {
    const byte = bytes[i]!
    const value = byte === backslash && bytes[i + 1] === x && i + 3 < to ? hexByte(bytes, i + 2) : -1
    if (value >= 0) i += 3
    else if (byte === backslash && bytes[i + 1] === backslash && i + 1 < to) i++
    unescaped[count++] = value >= 0 ? value : byte
  }
  return count
}

function hexByte(bytes: Uint8Array, i: number): number {
  const high = hexDigit(bytes[i]!)
  const low = hexDigit(bytes[i + 1]!)
  return high < 0 || low < 0 ? -1 : high * 16 + low
}
