import { ascii, equals, find } from '../base/ascii.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Field, layout } from './suricata-eve/fields.ts'
import { appendMessage } from './suricata-eve/message.ts'
import { appendFlow } from './suricata-eve/row.ts'

const flow = ascii('flow')
const netflow = ascii('netflow')

function open(context: FormatContext): Decode {
  const fields = new JsonFields(layout)
  const names = new Names(context.rules)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    const scan = fields.scan(bytes, jsonStart(bytes, from, to), to)
    if (scan === Scan.done) {
      if (fields.from[Field.eventType]! < 0) return fail(batch, 'no event_type')
      return isFlow(bytes, fields) ? appendFlow(bytes, fields, batch) : appendMessage(bytes, fields, batch, names)
    }
    return scan === Scan.stopped ? Decoded.ignored : fail(batch, 'not a JSON object')
  }
}

const firstKey = ascii('{"timestamp"')
const longestHeader = 512

/** Where the object begins: at once, or behind a syslog header. */
function jsonStart(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] === 123) return from
  const at = find(bytes, from, Math.min(to, from + longestHeader), firstKey)
  return at < 0 ? from : at
}

function fail(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}

function isFlow(bytes: Uint8Array, { from, to }: JsonFields): boolean {
  const start = from[Field.eventType]!
  const end = to[Field.eventType]!
  return equals(bytes, start, end, flow) || equals(bytes, start, end, netflow)
}

/** The first line must be an EVE event: an object with a timestamp and an event_type; or some lines behind syslog headers. */
function sniff(head: Uint8Array): number {
  const end = head.indexOf(10)
  const line = Buffer.from(head.buffer, head.byteOffset, end < 0 ? head.length : end)
    .toString('latin1')
    .trimStart()
  if (!line.startsWith('{')) return sniffLines(head, claims)
  if (!/"event_type"\s*:\s*"/.test(line)) return 0
  return /"timestamp"\s*:\s*"/.test(line) ? 1 : 0.5
}

const eventType = ascii('"event_type"')

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return bytes[jsonStart(bytes, from, to)] === 123 && find(bytes, from, to, eventType) >= 0
}

const format: LineFormat = {
  id: 'suricata-eve',
  title: 'Suricata EVE (eve.json)',
  about:
    "Suricata's EVE output, one JSON object a line, behind a syslog header or not. Read are the events of type flow (both directions of a connection, " +
    'with its TCP flags), netflow (one direction each), alert (gid:sid:rev, signature, category, what was asked for), ' +
    'anomaly, dns (versions 1 to 3, queries and answers), http, tls (sni, ja3, ja4) and ssh (software, hassh of the ' +
    "client); other events are ignored. Suricata's severity 1 is the worst: it becomes 3 (high), 2 stays, 3 and beyond " +
    'become 1. A flow counts at flow.start, not at the time it was written. Byte counts are those of the frames, as ' +
    'Suricata counts them. An answer has the client as source, whichever version wrote it. Not read: drop, fileinfo, ' +
    'ja3s, certificates, payloads. Documented at docs.suricata.io, Eve JSON Format.',
  framing: 'line',
  maxRows: 1,
  sniff,
  claims,
  open,
}

export default format
