import { readUint } from '../base/ascii.ts'
import { readIso, readSeconds } from '../base/ascii-time.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { Syslog } from '../framing/syslog.ts'
import { Field } from './check-point/fields.ts'
import { CheckPointRecord, Shape, shapeOf } from './check-point/record.ts'
import { readAlert, readContact, readLogin, What, whatIs } from './check-point/row.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const space = 32
const one = 49

class CheckPoint {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #record = new CheckPointRecord()
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const record = this.#record
    if (!record.read(bytes, from, to)) {
      batch.reason = 'the fields do not end'
      return record.shape === Shape.none ? Decoded.ignored : Decoded.malformed
    }
    const what = whatIs(bytes, record)
    if (what === What.other) return Decoded.ignored
    // Where the priority is cut off, RFC 5424's version stands first.
    const header = bytes[from] === one && bytes[from + 1] === space ? from + 2 : from
    this.#syslog.read(bytes, header, Math.max(header, record.start))
    if (!this.#readTime(bytes, batch)) {
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const i = batch.begin()
    batch.column.time[i] = this.#time[0]!
    const reason = this.#row(bytes, what, batch, i)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return reason === nobody ? Decoded.ignored : Decoded.malformed
    }
    this.#addNames(bytes, batch, i)
    return Decoded.event
  }

  #row(bytes: Uint8Array, what: number, batch: EventBatch, i: number): string {
    if (what === What.contact) return readContact(bytes, this.#record, batch, i)
    if (what === What.alert) return readAlert(bytes, this.#record, batch, i)
    return readLogin(bytes, this.#record, batch, i) ? '' : nobody
  }

  /** The log's own time, in seconds or milliseconds since 1970 or as ISO 8601, else the header's. */
  #readTime(bytes: Uint8Array, batch: EventBatch): boolean {
    const from = this.#record.from[Field.time]!
    const to = this.#record.to[Field.time]!
    if (from >= 0 && (readEpoch(bytes, from, to, this.#time) || readIso(bytes, from, to, this.#time, 0) >= 0))
      return true
    if (!this.#syslog.settle(batch)) return false
    this.#time[0] = this.#syslog.time[0]!
    return true
  }

  #addNames(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const record = this.#record
    const c = batch.column
    const rule = record.has(Field.ruleName) ? Field.ruleName : record.has(Field.rule) ? Field.rule : Field.ruleId
    if (record.has(rule)) c.rule[i] = this.#names.id(bytes, record.from[rule]!, record.to[rule]!)
    // The header names the management server that exports; the origin is the gateway.
    const hasOrigin = record.has(Field.origin)
    const from = hasOrigin ? record.from[Field.origin]! : this.#syslog.hostFrom
    const to = hasOrigin ? record.to[Field.origin]! : this.#syslog.hostTo
    c.device[i] = this.#names.id(bytes, from, to)
  }
}

/** Ten digits are seconds, and three more milliseconds. */
function readEpoch(bytes: Uint8Array, from: number, to: number, out: Float64Array): boolean {
  const digits = to - from
  const seconds = from + 10
  if ((digits !== 10 && digits !== 13) || !readSeconds(bytes, from, seconds, out, 0)) return false
  const millis = digits === 13 ? readUint(bytes, seconds, to) : 0
  out[0] = out[0]! + millis * 1e3
  return millis >= 0
}

const nobody = 'nobody logged in'

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return shapeOf(bytes, from, to) !== Shape.none
}

function open(context: FormatContext): Decode {
  const log = new CheckPoint(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'check-point',
  title: 'Check Point log (Log Exporter)',
  about:
    'Logs of Check Point gateways and management as Log Exporter writes them: its syslog format, the Splunk, generic and ' +
    'JSON formats, CEF and LEEF, and the syslog of R77. Connections that a rule accepted, dropped or rejected, also by other blades ' +
    'that name both ends; IPS and SmartDefense attacks and scans (port scan, sweep) as alerts; logins. The time is that of the log, not ' +
    'of its export. Logs of tunnels and of the gateway itself are ignored, as are counts of accounting. Of ICMP without a type it is 255. ' +
    'Documented by Check Point, sk122323 (Log Exporter) and sk144192 (fields).',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no responses', 'no TCP flags, unless a packet was out of state', 'only rules that log'],
}

export default format
