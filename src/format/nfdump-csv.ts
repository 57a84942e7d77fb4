import { Names } from '../event/names.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { type Columns, defaultColumns, isHeader, openTable, readHeader } from './nfdump-csv/fields.ts'
import { appendRow } from './nfdump-csv/row.ts'

const newline = 10
const longestHeader = 8 * 1024

function open(context: FormatContext): Decode {
  const columns = (context.carried as Columns | undefined) ?? defaultColumns()
  const table = openTable()
  const names = new Names(context.rules)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    if (beginsWord(bytes[from]!)) {
      readHeader(columns, line(bytes, from, to))
      return Decoded.ignored
    }
    if (!columns.isFlows) return Decoded.ignored
    if (table.cut(columns.head, bytes, from, to) < columns.head.columns) {
      batch.reason = 'fewer columns than the header names'
      return Decoded.malformed
    }
    return appendRow(bytes, table, batch, names)
  }
}

/** Rows begin with a number. */
function beginsWord(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122
}

function line(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, longestHeader)).toString('latin1')
}

/** Reads the header lines among whole lines: those that begin with a letter. */
function pass(state: unknown, bytes: Uint8Array, from: number, to: number): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, to)
  for (let at = from; at < to; ) {
    const found = text.indexOf(newline, at)
    const end = found < 0 ? to : found
    if (beginsWord(bytes[at]!)) readHeader(state as Columns, line(bytes, at, bytes[end - 1] === 13 ? end - 1 : end))
    at = end + 1
  }
}

/** A row of the older form, in a file without header: two times, a duration, addresses, ports, protocol, flags. */
const headerless =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^,]*,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^,]*,[\d.]+,[0-9a-fA-F.:]+,[0-9a-fA-F.:]+,\d+,[\d.]+,[\w-]+ *,[.CEUAPRSFX\w]*,/

function sniff(head: Uint8Array): number {
  const end = head.indexOf(newline)
  const first = line(head, 0, end < 0 ? head.length : end).trimEnd()
  if (headerless.test(first)) return 0.9
  return isHeader(first) ? 1 : 0
}

const format: LineFormat = {
  id: 'nfdump-csv',
  title: 'nfdump flows as CSV',
  about:
    'What nfdump -o csv prints: the 48 columns of versions up to 1.7.2, with or without their header, the columns of later ' +
    'versions, csv-fast, and any columns of csv:FORMAT that hold a time, both addresses, ports and the protocol. Each ' +
    'record is one direction, but for flows that -b or -B put together, whose outcome is told only where it is not TCP. ' +
    "Times without a zone are taken as UTC (nfdump prints local time: run it with TZ=UTC). The router's address is the " +
    'sensor. Statistics (-s) and the summary are ignored. Sampling is not told. Documented in nfdump(1).',
  blind: ['payloads', 'single packets of a flow', 'what sampling left out'],
  framing: 'line',
  maxRows: 1,
  sniff,
  open,
  carry: { start: defaultColumns, pass },
}

export default format
