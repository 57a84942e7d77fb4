import { equals } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Field, fieldNames, type Spans } from './zeek-conn/fields.ts'
import { defaultHeader, type Header, mostColumns, passHeaders, readHeader, skipBlank } from './zeek-conn/header.ts'
import { appendConn } from './zeek-conn/row.ts'
import { sniffTsv } from './zeek-conn/sniff.ts'

const hash = 35

function open(context: FormatContext): Decode {
  const header = (context.carried as Header | undefined) ?? defaultHeader()
  const spans: Spans = { from: new Int32Array(fieldNames.length).fill(-1), to: new Int32Array(fieldNames.length) }
  return (bytes, from, to, batch) => {
    const start = skipBlank(bytes, from, to)
    if (start === to) return Decoded.ignored
    if (bytes[start] === hash) {
      readHeader(header, bytes, start, to)
      spans.from.fill(-1)
      return Decoded.ignored
    }
    return header.isConn ? decodeRow(bytes, from, to, batch, header, spans) : Decoded.ignored
  }
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
  const { columnOf } = header
  for (let field = 0; field < columnOf.length; field++) {
    const column = columnOf[field]!
    const start = column >= 0 && column < found ? starts[column]! : to
    const end = column >= 0 && column < found ? starts[column + 1]! - 1 : to
    spans.from[field] = start === end ? -1 : start
    spans.to[field] = end
  }
  for (let i = 0; i < textFields.length; i++) clearAbsent(bytes, spans, textFields[i]!, header)
  return appendConn(bytes, spans, batch)
}

/** Fields where a mark of absence could be taken for a value; what is no number, time or address needs no such check. */
const textFields = [Field.connState, Field.history, Field.tunnelParents] as const

function clearAbsent(bytes: Uint8Array, { from, to }: Spans, field: number, { unset, empty }: Header): void {
  const start = from[field]!
  if (start >= 0 && (isWord(bytes, start, to[field]!, unset) || isWord(bytes, start, to[field]!, empty)))
    from[field] = -1
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
  carry: {
    start: defaultHeader,
    pass: (header, bytes, from, to) => passHeaders(header as Header, bytes, from, to),
  },
}

export default format
