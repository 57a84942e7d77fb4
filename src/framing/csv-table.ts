import type { Reader, Tally } from '../format/format.ts'

/** A longer record is a quote that was never closed. */
const longestRecord = 4 << 20
const mostFields = 256
const quote = 34
const newline = 10
const carriageReturn = 13

/** What a format does with a record: its fields, quotes taken off, and where it stands in the input. */
export type TakeRecord = (fields: readonly string[], offset: number, end: number) => void

/**
 * Cuts separated text (CSV) whose quoted fields may hold line ends (RFC 4180) into records, as it comes, in memory of fixed
 * size. A quote that is not closed within 4 MiB costs its line, which is counted as malformed.
 */
export class CsvTableReader implements Reader {
  readonly #tally: Tally
  readonly #take: TakeRecord
  readonly #delimiter: number

  /** @param delimiter byte between fields: 44 comma, 59 semicolon, 9 tab */
  constructor(tally: Tally, take: TakeRecord, delimiter = 44) {
    this.#tally = tally
    this.#take = take
    this.#delimiter = delimiter
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    let from = 0
    while (from < to) {
      const end = recordEnd(bytes, from, to, this.#delimiter)
      if (end >= 0) this.#record(bytes, from, end, base)
      else if (to - from > longestRecord || (last && isOpen(bytes, from, to, this.#delimiter))) {
        this.#tally.damage(base + from, 'a quote that is not closed')
        const line = bytes.subarray(0, to).indexOf(newline, from)
        from = line < 0 ? to : line + 1
        continue
      } else if (last) this.#record(bytes, from, to, base)
      else return from
      from = end < 0 ? to : end + 1
    }
    return to
  }

  #record(bytes: Uint8Array, from: number, end: number, base: number): void {
    const to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end
    const isMarked = base + from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    if (to > from) this.#take(fieldsOf(bytes, isMarked ? 3 : from, to, this.#delimiter), base + from, base + to)
  }
}

/** Where the line end behind the record stands, -1 where there is none yet. */
function recordEnd(bytes: Uint8Array, from: number, to: number, delimiter: number): number {
  let isQuoted = false
  let isStart = true
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === quote && (isQuoted || isStart)) isQuoted = !isQuoted
    else if (byte === newline && !isQuoted) return i
    // A doubled quote closes and opens again; elsewhere than at a field's start a quote is a character.
    isStart = byte === delimiter || (byte === quote && !isQuoted)
  }
  return -1
}

/** Whether a quote is open at the end. */
function isOpen(bytes: Uint8Array, from: number, to: number, delimiter: number): boolean {
  let isQuoted = false
  let isStart = true
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === quote && (isQuoted || isStart)) isQuoted = !isQuoted
    isStart = byte === delimiter || (byte === quote && !isQuoted)
  }
  return isQuoted
}

function fieldsOf(bytes: Uint8Array, from: number, to: number, byte: number): string[] {
  const delimiter = String.fromCharCode(byte)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
  const fields: string[] = []
  for (let at = 0; at <= text.length && fields.length < mostFields; ) {
    const found = text[at] === '"' ? quotedEnd(text, at + 1) : -1
    if (found >= 0) {
      fields.push(text.slice(at + 1, found).replaceAll('""', '"'))
      const next = text.indexOf(delimiter, found)
      at = next < 0 ? text.length + 1 : next + 1
    } else {
      const next = text.indexOf(delimiter, at)
      fields.push(text.slice(at, next < 0 ? undefined : next))
      at = next < 0 ? text.length + 1 : next + 1
    }
  }
  return fields
}

/** Where the closing quote stands, -1 where there is none. */
function quotedEnd(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at
  return -1
}
