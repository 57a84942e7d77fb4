import { ascii, equals, find, readPort } from '../base/ascii.ts'
import { readSeconds } from '../base/ascii-time.ts'
import { JsonFields, type JsonLayout, Scan } from '../base/json-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { joinSignatureId } from '../event/signature-id.ts'
import { Text, type TextField } from '../event/texts.ts'
import { openAlert, readAction, readEnd, severityOf, snortProtocol } from '../framing/snort-alert.ts'
import { SnortStamp } from '../framing/snort-stamp.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const names = [
  'seconds',
  'timestamp',
  'proto',
  'src_ap',
  'dst_ap',
  'src_addr',
  'src_port',
  'dst_addr',
  'dst_port',
  'rule',
  'gid',
  'sid',
  'rev',
  'msg',
  'class',
  'priority',
  'action',
  'service',
  'icmp_type',
  'icmp_code',
] as const

const Field = Object.fromEntries(names.map((name, field) => [name, field])) as Record<(typeof names)[number], number>

const layout: JsonLayout = { paths: names.map((name, field) => ({ path: [name], field })), fields: names.length }

const texts: readonly (readonly [number, TextField])[] = [
  [Field.msg, Text.signature],
  [Field.service, Text.application],
]

const noClass = ascii('none')
/** `seconds`, in microseconds. */
const whole = new Float64Array(1)

class SnortJson {
  readonly #fields = new JsonFields(layout)
  readonly #stamp: SnortStamp

  constructor(context: FormatContext) {
    this.#stamp = new SnortStamp(context.newest)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const fields = this.#fields
    batch.reason = 'not a JSON object'
    if (fields.scan(bytes, from, to) !== Scan.done) return Decoded.malformed
    const i = openAlert(batch)
    const reason = this.#read(bytes, batch, i)
    if (reason === '') return Decoded.event
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }

  /** @returns why the alert is malformed, or nothing */
  #read(bytes: Uint8Array, batch: EventBatch, i: number): string {
    const { from, to } = this.#fields
    if (!this.#readTime(bytes)) return 'no readable seconds or timestamp'
    batch.column.time[i] = this.#stamp.time[0]!
    if (from[Field.proto]! >= 0) {
      batch.column.protocol[i] = snortProtocol(bytes, from[Field.proto]!, to[Field.proto]!)
    }
    if (!this.#readEnd(bytes, Field.src_ap, Field.src_addr, Field.src_port, batch, i, true)) return 'no readable source'
    if (!this.#readEnd(bytes, Field.dst_ap, Field.dst_addr, Field.dst_port, batch, i, false))
      return 'no readable destination'
    if (from[Field.rule]! >= 0) batch.text(i, Text.signatureId, bytes, from[Field.rule]!, to[Field.rule]!)
    else joinSignatureId(batch, i, bytes, this.#fields, Field.gid)
    for (let k = 0; k < texts.length; k++) {
      const field = texts[k]![0]
      if (from[field]! >= 0) batch.jsonText(i, texts[k]![1], bytes, from[field]!, to[field]!)
    }
    if (from[Field.class]! >= 0 && !equals(bytes, from[Field.class]!, to[Field.class]!, noClass)) {
      batch.jsonText(i, Text.category, bytes, from[Field.class]!, to[Field.class]!)
    }
    if (from[Field.priority]! >= 0) {
      batch.column.severity[i] = severityOf(bytes, from[Field.priority]!, to[Field.priority]!)
    }
    if (from[Field.action]! >= 0) readAction(bytes, from[Field.action]!, to[Field.action]!, batch, i)
    return ''
  }

  /** `timestamp` has the microseconds but no year and no zone; `seconds` are UTC and have no fraction. */
  #readTime(bytes: Uint8Array): boolean {
    const { from, to } = this.#fields
    const { time } = this.#stamp
    const isStamped =
      from[Field.timestamp]! >= 0 && this.#stamp.read(bytes, from[Field.timestamp]!, to[Field.timestamp]!) > 0
    if (from[Field.seconds]! < 0) return isStamped
    if (!readSeconds(bytes, from[Field.seconds]!, to[Field.seconds]!, whole, 0)) return false
    time[0] = isStamped ? whole[0]! + (time[0]! % 1e6) : whole[0]!
    return true
  }

  /** An end is one field with its port or two; none at all is told for what is not IP. */
  #readEnd(
    bytes: Uint8Array,
    pair: number,
    host: number,
    port: number,
    batch: EventBatch,
    i: number,
    isSource: boolean,
  ) {
    const { from, to } = this.#fields
    if (from[pair]! >= 0) {
      // `:0` stands for no address.
      return to[pair]! - from[pair]! <= 2 || readEnd(bytes, from[pair]!, to[pair]!, batch, i, isSource, true)
    }
    if (from[host]! < 0) return true
    const isRead = isSource
      ? readSource(bytes, from[host]!, to[host]!, batch, i)
      : readDestination(bytes, from[host]!, to[host]!, batch, i)
    const value = from[port]! < 0 ? 0 : Math.max(0, readPort(bytes, from[port]!, to[port]!))
    if (isSource) batch.column.srcPort[i] = value
    else batch.column.dstPort[i] = value
    return isRead
  }
}

const keys = ['"pkt_num"', '"pkt_gen"', '"src_ap"', '"src_addr"', '"b64_data"', '"pkt_len"'].map(ascii)
const time = ['"timestamp"', '"seconds"'].map(ascii)
const alert = ['"rule"', '"sid"', '"msg"', '"class"', '"action"'].map(ascii)

/** An object with a time, an alert and fields that only Snort has. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    bytes[from] === 123 &&
    hasOne(bytes, from, to, keys) &&
    hasOne(bytes, from, to, time) &&
    hasOne(bytes, from, to, alert)
  )
}

function hasOne(bytes: Uint8Array, from: number, to: number, words: readonly Uint8Array[]): boolean {
  for (let k = 0; k < words.length; k++) if (find(bytes, from, to, words[k]!) >= 0) return true
  return false
}

function open(context: FormatContext): Decode {
  const log = new SnortJson(context)
  return (bytes, from, to, batch) => (from === to ? Decoded.ignored : log.decode(bytes, from, to, batch))
}

const format: LineFormat = {
  id: 'snort-json',
  title: 'Snort 3 alerts as JSON (alert_json)',
  about:
    'The alert_json output of Snort 3, with whatever fields it was configured: seconds (UTC) and timestamp (microseconds; ' +
    'alone it is local time without a year, taken as UTC), proto, src_ap and dst_ap or src_addr, src_port and so on, rule or ' +
    'gid, sid, rev, msg, class, service, priority (1, the worst, becomes severity 3, 2 stays, what is beyond becomes 1), ' +
    'action (would_drop and the like did nothing). Without msg and class, as by default, an alert is only its number. Not ' +
    'read: payload, header fields, counts. Documented in the Snort 3 reference manual, alert_json.',
  blind: ['alerts only'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
