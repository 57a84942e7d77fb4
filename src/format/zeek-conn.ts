import { equals } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Field, fieldNames, type Spans } from './zeek-conn/fields.ts'
import { defaultHeader, type Header, passHeaders, readHeader, skipBlank } from './zeek-conn/header.ts'
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

function decodeRow(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  header: Header,
  spans: Spans,
): Decoded {
  for (let column = split(bytes, from, to, header, spans); column < header.columns; column++) {
    if (header.fieldOf[column]! >= 0) spans.from[header.fieldOf[column]!] = -1
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

/** Cuts the columns that we read into fields; returns how many columns there are, at most those up to the last we read. */
function split(bytes: Uint8Array, from: number, to: number, header: Header, spans: Spans): number {
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
