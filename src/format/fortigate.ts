import { ascii, find } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { Text } from '../event/texts.ts'
import { isCefOf } from '../framing/cef.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Field } from './fortigate/fields.ts'
import { addText, readAlert, readEvent } from './fortigate/other.ts'
import { FortiRecord } from './fortigate/record.ts'
import { readTime } from './fortigate/time.ts'
import { policyField, readEnds, readTraffic } from './fortigate/traffic.ts'

const traffic = ascii('traffic')
const event = ascii('event')
const ips = ascii('ips')
const anomaly = ascii('anomaly')
const vendor = ascii('Fortinet')
const dateKey = ascii('date=')
const timeKey = ascii('time=')
const idKey = ascii('logid=')
const subtypeKey = ascii('subtype=')

class FortiGate {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #record = new FortiRecord()
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const record = this.#record
    const start = record.read(bytes, from, to)
    if (start < 0) return Decoded.ignored
    if (!record.has(Field.type)) {
      batch.reason = 'no type'
      return Decoded.malformed
    }
    if (!this.#readTime(bytes, from, start, batch)) {
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const i = batch.begin()
    batch.column.time[i] = this.#time[0]!
    batch.column.protocol[i] = 0
    const what = this.#row(bytes, batch, i)
    if (what !== Decoded.event) batch.undo()
    else this.#nameOthers(bytes, batch, i)
    return what
  }

  #row(bytes: Uint8Array, batch: EventBatch, i: number): Decoded {
    const record = this.#record
    let reason = ''
    if (record.is(bytes, Field.type, traffic)) {
      reason = readEnds(bytes, record, batch, i)
      if (reason === '') readTraffic(bytes, record, batch, i)
    } else if (record.is(bytes, Field.subtype, ips) || record.is(bytes, Field.subtype, anomaly)) {
      reason = readAlert(bytes, record, batch, i)
    } else if (!record.is(bytes, Field.type, event) || !readEvent(bytes, record, batch, i)) return Decoded.ignored
    if (reason === '') return Decoded.event
    batch.reason = reason
    return Decoded.malformed
  }

  /** The record's own time; CEF of FortiOS 5 tells none, and the header's counts. */
  #readTime(bytes: Uint8Array, from: number, start: number, batch: EventBatch): boolean {
    if (readTime(bytes, this.#record, this.#time)) return true
    if (!this.#record.isCef) return false
    this.#syslog.read(bytes, from, start)
    if (!this.#syslog.settle(batch)) return false
    this.#time[0] = this.#syslog.time[0]!
    return true
  }

  #nameOthers(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const record = this.#record
    const c = batch.column
    const { from, to } = record
    if (record.has(Field.device)) c.device[i] = this.#names.id(bytes, from[Field.device]!, to[Field.device]!)
    const policy = policyField(bytes, record)
    if (policy >= 0) c.rule[i] = this.#names.id(bytes, from[policy]!, to[policy]!)
    if (!record.is(bytes, Field.type, traffic)) return
    addText(
      batch,
      i,
      Text.application,
      bytes,
      record,
      record.has(Field.application) ? Field.application : Field.service,
    )
    addText(batch, i, Text.user, bytes, record, record.has(Field.sourceUser) ? Field.sourceUser : Field.user)
  }
}

/** Date, log id and subtype, in this order and none of another maker's names; or CEF of Fortinet. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const date = find(bytes, from, Math.min(to, from + 256), dateKey)
  if (date < 0) return isCefOf(bytes, from, to, vendor)
  const time = find(bytes, date, Math.min(to, date + 32), timeKey)
  const id = time < 0 ? -1 : find(bytes, time, Math.min(to, time + 384), idKey)
  return id >= 0 && (bytes[id - 1] === 32 || bytes[id - 1] === 44) && find(bytes, id, to, subtypeKey) >= 0
}

function open(context: FormatContext): Decode {
  const log = new FortiGate(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'fortigate',
  title: 'FortiGate log (FortiOS 5 to 7)',
  about:
    'Key=value logs of FortiOS, with blanks or commas between the fields, and their CEF form: traffic (forward, local, ' +
    'multicast, sniffer) with counts and how the session ended; attacks and anomalies (tcp_port_scan, udp_scan, icmp_sweep …) ' +
    'as alerts; logins of administrators, users and SSL VPN; addresses given to tunnels and by DHCP. A session counts at its ' +
    'start: the time of the log less its duration. eventtime counts, else date and time with tz, else as UTC. The ' +
    'type of ICMP is known where the service says it, else it is 255. Other logs (web filter, DNS, virus, ' +
    'application control …) are ignored. Documented by Fortinet, FortiOS Log Message Reference.',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no TCP flags', 'only policies that log; denied local traffic only where that is switched on'],
}

export default format
