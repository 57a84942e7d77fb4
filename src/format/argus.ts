import { ascii, find } from '../base/ascii.ts'
import { Names } from '../event/names.ts'
import { passLines, type TableHead } from '../framing/table.ts'
import { defaultHead, openTable, readHead } from './argus/fields.ts'
import { appendRow } from './argus/row.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

/** Every header that can be read holds it (`SrcAddr`, `saddr`), and no row does. */
const headerWord = ascii('ddr')
const longestHeader = 16 * 1024

function open(context: FormatContext): Decode {
  const head = (context.carried as TableHead | undefined) ?? defaultHead()
  const table = openTable()
  const names = new Names(context.rules)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    if (mayBeHeader(bytes, from, to) && readHead(head, line(bytes, from, to))) return Decoded.ignored
    if (table.cut(head, bytes, from, to) < head.columns - 1) {
      batch.reason = 'fewer columns than the header names'
      return Decoded.malformed
    }
    return appendRow(bytes, table, batch, names)
  }
}

/** A row begins with a time, unless a column was put before it. */
function mayBeHeader(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from]! >= 48 && bytes[from]! <= 57) return false
  return find(bytes, from, Math.min(to, from + longestHeader), headerWord) >= 0
}

function line(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, longestHeader)).toString('latin1')
}

/** A binetflow file that lost its header to cutting: time, duration, protocol, address, port, arrow. */
const headerless =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{6},\d+\.\d+,[a-z0-9-]+,[0-9a-fA-F.:]+,[0-9a-fx]*, *[a-z ]*<?[-?]>?,/

function sniff(head: Uint8Array): number {
  const end = head.indexOf(10)
  const first = line(head, 0, end < 0 ? head.length : end)
  if (headerless.test(first)) return 0.9
  if (!readHead(defaultHead(), first)) return 0
  return /\bdur\b/i.test(first) || /\bstate\b/i.test(first) ? 1 : 0.5
}

function pass(state: unknown, bytes: Uint8Array, from: number, to: number): void {
  const read = (start: number, end: number) => {
    if (mayBeHeader(bytes, start, end)) readHead(state as TableHead, line(bytes, start, end))
  }
  passLines(bytes, from, to, headerWord, read)
}

const format: LineFormat = {
  id: 'argus',
  title: 'Argus flows (ra -c, binetflow)',
  about:
    'Flow records that ra or racsv of Argus prints with a delimiter (comma, tab, semicolon, bar) and a header line, in any ' +
    'columns; needs StartTime, Proto, SrcAddr, Sport, DstAddr and Dport. Outcomes come from State: TCP flags of both sides ' +
    '(S_RA), or words (CON, INT, REQ, RST, URP). Times must have a date (RA_TIME_FORMAT, or ra -u) and are taken as UTC, ' +
    'ports must be numbers (ra -n). Where the arrow points back (<-) both sides are exchanged. Byte counts are those of the ' +
    'frames. Not read: labels, TOS, the binary form (convert it with ra). Records that are neither IP nor ARP are ignored. ' +
    'Documented in ra(1) of the Argus clients.',
  framing: 'line',
  maxRows: 1,
  sniff,
  open,
  carry: { start: defaultHead, pass },
}

export default format
