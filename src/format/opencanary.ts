import { ascii, find } from '../base/ascii.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { layout } from './opencanary/fields.ts'
import { CanaryRows } from './opencanary/row.ts'

const longestHeader = 256
const brace = Uint8Array.of(123)
const marks = [ascii('"logtype"'), ascii('"node_id"')]

function open(context: FormatContext): Decode {
  const fields = new JsonFields(layout)
  const rows = new CanaryRows(context, fields)
  return (bytes, from, to, batch) => {
    const start = find(bytes, from, Math.min(to, from + longestHeader), brace)
    if (start < 0) return Decoded.ignored
    if (fields.scan(bytes, start, to) !== Scan.malformed) return rows.decode(bytes, batch)
    batch.reason = 'not a JSON object'
    return Decoded.malformed
  }
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const start = find(bytes, from, Math.min(to, from + longestHeader), brace)
  if (start < 0) return false
  for (let k = 0; k < marks.length; k++) if (find(bytes, start, to, marks[k]!) < 0) return false
  return true
}

const format: LineFormat = {
  id: 'opencanary',
  title: 'OpenCanary honeypot',
  about:
    "OpenCanary's log, one JSON object a line, with or without a syslog header. Every touch is a row; what named an account " +
    'is a login besides, always refused. Port scans (5001 to 5005) show the flags of their packets; services of TCP were ' +
    'connected to, those of UDP (TFTP, NTP, SNMP, SIP, LLMNR) were sent something. Logs of the honeypot itself (1000 to ' +
    '1006) are ignored. The kind of touch is the number in signature. Documented in opencanary/logger.py and at ' +
    'opencanary.readthedocs.io.',
  blind: ['what did not reach the honeypot'],
  framing: 'line',
  maxRows: 2,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
