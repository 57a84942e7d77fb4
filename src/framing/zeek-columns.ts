import { equals } from '../base/ascii.ts'
import type { ZeekHeader } from './zeek-header.ts'

/** Where each field's text stands in the record being read; `from` is -1 for a field that is absent. */
export interface Spans {
  readonly from: Int32Array
  readonly to: Int32Array
}

export function openSpans(fields: number): Spans {
  return { from: new Int32Array(fields).fill(-1), to: new Int32Array(fields) }
}

/** Cuts a line into the fields that are read. A mark of absence stands in them as it is written. Hot: nothing is allocated. */
export function cutColumns(bytes: Uint8Array, from: number, to: number, header: ZeekHeader, spans: Spans): void {
  for (let column = split(bytes, from, to, header, spans); column < header.columns; column++) {
    if (header.fieldOf[column]! >= 0) spans.from[header.fieldOf[column]!] = -1
  }
}

/** Makes a field absent that says so: needed where a mark of absence could be taken for a value. */
export function clearAbsent(bytes: Uint8Array, { from, to }: Spans, field: number, { unset, empty }: ZeekHeader): void {
  const start = from[field]!
  if (start >= 0 && (isWord(bytes, start, to[field]!, unset) || isWord(bytes, start, to[field]!, empty)))
    from[field] = -1
}

/** Cuts the columns that we read into fields; returns how many columns there are, at most those up to the last we read. */
function split(bytes: Uint8Array, from: number, to: number, header: ZeekHeader, spans: Spans): number {
  const { separator, columns, fieldOf } = header
  if (columns === 0) return 0
  let column = 0
  let start = from
  for (let i = from; i < to; i++) {
    if (bytes[i] !== separator) continue
    keep(spans, fieldOf[column]!, start, i)
    start = i + 1
    if (++column === columns) return column
  }
  keep(spans, fieldOf[column]!, start, to)
  return column + 1
}

function keep(spans: Spans, field: number, start: number, end: number): void {
  if (field < 0) return
  spans.from[field] = start === end ? -1 : start
  spans.to[field] = end
}

function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return bytes[from] === word[0] && equals(bytes, from, to, word)
}
