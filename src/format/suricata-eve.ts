import { ascii, find } from '../base/ascii.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'
import { layout } from './suricata-eve/fields.ts'
import { appendFlow } from './suricata-eve/row.ts'

function open(): Decode {
  const fields = new JsonFields(layout)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    const scan = fields.scan(bytes, from, to)
    if (scan === Scan.done) return appendFlow(bytes, fields, batch)
    batch.reason = 'not a JSON object'
    return scan === Scan.stopped ? Decoded.ignored : Decoded.malformed
  }
}

/** The first line must be an EVE event: an object with a timestamp and an event_type. */
function sniff(head: Uint8Array): number {
  const end = head.indexOf(10)
  const line = Buffer.from(head.buffer, head.byteOffset, end < 0 ? head.length : end)
    .toString('latin1')
    .trimStart()
  if (!line.startsWith('{') || !/"event_type"\s*:\s*"/.test(line)) return 0
  return /"timestamp"\s*:\s*"/.test(line) ? 1 : 0.5
}

const eventType = ascii('"event_type"')

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return bytes[from] === 123 && find(bytes, from, to, eventType) >= 0
}

const format: LineFormat = {
  id: 'suricata-eve',
  title: 'Suricata EVE (eve.json)',
  about:
    "Suricata's EVE output, one JSON object a line. Read are the events of type flow (both directions of a connection, " +
    'with its TCP flags) and netflow (one direction each); alerts, protocol events and statistics are ignored. A flow ' +
    'counts at flow.start, not at the time it was written. Byte counts are those of the frames, as Suricata counts them. ' +
    'Documented at docs.suricata.io, Eve JSON Format.',
  framing: 'line',
  maxRows: 1,
  sniff,
  claims,
  open,
}

export default format
