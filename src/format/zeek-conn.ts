import { clearAbsent, cutColumns, openSpans } from '../framing/zeek-columns.ts'
import { defaultHeader, passHeaders, readHeader, skipBlank, type ZeekHeader } from '../framing/zeek-header.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { connLog, Field, fieldNames } from './zeek-conn/fields.ts'
import { appendConn } from './zeek-conn/row.ts'
import { sniffTsv } from './zeek-conn/sniff.ts'

const hash = 35

function open(context: FormatContext): Decode {
  const header = (context.carried as ZeekHeader | undefined) ?? defaultHeader(connLog)
  const spans = openSpans(fieldNames.length)
  return (bytes, from, to, batch) => {
    const start = skipBlank(bytes, from, to)
    if (start === to) return Decoded.ignored
    if (bytes[start] === hash) {
      readHeader(header, connLog, bytes, start, to)
      spans.from.fill(-1)
      return Decoded.ignored
    }
    if (!header.isOurs) return Decoded.ignored
    cutColumns(bytes, from, to, header, spans)
    for (let i = 0; i < textFields.length; i++) clearAbsent(bytes, spans, textFields[i]!, header)
    return appendConn(bytes, spans, batch)
  }
}

/** Fields where a mark of absence could be taken for a value; what is no number, time or address needs no such check. */
const textFields = [Field.connState, Field.history, Field.tunnelParents] as const

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
    start: () => defaultHeader(connLog),
    pass: (header, bytes, from, to) => passHeaders(header as ZeekHeader, connLog, bytes, from, to),
  },
}

export default format
