import { equals } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'
import { fieldNames, type Spans } from './zeek-conn/fields.ts'
import { Header, mostColumns } from './zeek-conn/header.ts'
import { appendConn } from './zeek-conn/row.ts'
import { sniffTsv } from './zeek-conn/sniff.ts'

const hash = 35
const tab = 9
const space = 32
/** A header line is a few hundred bytes; what is longer names no more columns than we would take. */
const longestHeader = 32 * 1024

function open(): Decode {
  const header = new Header()
  const spans: Spans = { from: new Int32Array(fieldNames.length).fill(-1), to: new Int32Array(fieldNames.length) }
  return (bytes, from, to, batch) => {
    const start = skipBlank(bytes, from, to)
    if (start === to) return Decoded.ignored
    if (bytes[start] === hash) {
      header.read(
        Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(to - start, longestHeader)).toString('latin1'),
      )
      spans.from.fill(-1)
      return Decoded.ignored
    }
    return header.isConn ? decodeRow(bytes, from, to, batch, header, spans) : Decoded.ignored
  }
}

function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && (bytes[i] === tab || bytes[i] === space)) i++
  return i
}

/** Where each column begins; one more than the last column we read. */
const starts = new Int32Array(mostColumns + 1)

function decodeRow(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  header: Header,
  spans: Spans,
): Decoded {
  const found = split(bytes, from, to, header.separator, header.columns)
  const { columnOf, unset, empty } = header
  for (let field = 0; field < columnOf.length; field++) {
    const column = columnOf[field]!
    if (column < 0) continue
    const start = column < found ? starts[column]! : to
    const end = column < found ? starts[column + 1]! - 1 : to
    const isAbsent = start === end || isWord(bytes, start, end, unset) || isWord(bytes, start, end, empty)
    spans.from[field] = isAbsent ? -1 : start
    spans.to[field] = end
  }
  return appendConn(bytes, spans, batch)
}

/** Cuts the first `columns` columns; returns how many there are. */
function split(bytes: Uint8Array, from: number, to: number, separator: number, columns: number): number {
  let found = 0
  starts[0] = from
  for (let i = from; i < to; i++) {
    if (bytes[i] === separator) {
      starts[++found] = i + 1
      if (found === columns) return found
    }
  }
  starts[++found] = to + 1
  return found
}

function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return bytes[from] === word[0] && equals(bytes, from, to, word)
}

const format: LineFormat = {
  id: 'zeek-conn',
  title: 'Zeek conn.log (tab-separated)',
  about:
    'The connection log of Zeek in its own format, with or without its # header, with columns in any order and with added ' +
    'ones. Needs ts, id.orig_h, id.orig_p, id.resp_h, id.resp_p and proto; conn_state and history say how a connection ' +
    'ended, packets and bytes come from orig_pkts, orig_ip_bytes and their resp_ counterparts. Not read: uid, service, ' +
    'local_orig, missed_bytes. Documented at docs.zeek.org, Conn::Info.',
  framing: 'line',
  maxRows: 1,
  sniff: sniffTsv,
  open,
}

export default format
