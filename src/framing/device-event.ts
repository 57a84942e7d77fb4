import { readPort, readUint } from '../base/ascii.ts'
import { Action, type EventBatch, Kind, Mark, Outcome, Subject } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Decoded } from '../format/format.ts'
import { EventTime } from './event-time.ts'
import { Syslog } from './syslog.ts'
import { actionOf } from './verdict.ts'

/** Where the fields of an event stand, by the keys' places; `from` is -1 where one is absent. */
export interface DeviceFields {
  readonly from: Int32Array
  readonly to: Int32Array
}

/** Places of the keys that every event is read by, at the beginning of a format's list. */
const DeviceKey = {
  src: 0,
  dst: 1,
  srcPort: 2,
  dstPort: 3,
  protocol: 4,
  action: 5,
  bytesIn: 6,
  bytesOut: 7,
  request: 8,
  user: 9,
  outcome: 10,
} as const

/** Opens rows for the events of devices that name their fields: what CEF and LEEF of any vendor have in common. */
export class DeviceEvents {
  /** What stood before the event opened last. */
  readonly header: Syslog
  readonly #time: EventTime
  readonly #times: readonly number[]

  /**
   * @param newest microseconds: the newest time the input can be from, for stamps without a year
   * @param times places of the keys that hold a time, the one that counts most first
   */
  constructor(newest: number, times: readonly number[]) {
    this.header = new Syslog(newest)
    this.#time = new EventTime(newest)
    this.#times = times
  }

  /** Opens a row for the event in the line `bytes[from, to)`, whose fields were found; `event` where it stands in the batch. */
  open(bytes: Uint8Array, from: number, to: number, fields: DeviceFields, batch: EventBatch): Decoded {
    const i = batch.begin()
    let reason = readShared(bytes, fields, batch, i)
    if (reason === '' && !this.#date(bytes, from, to, fields, batch, i)) reason = 'no readable time'
    if (reason === '') return Decoded.event
    batch.undo()
    batch.reason = reason
    return reason === nobody ? Decoded.ignored : Decoded.malformed
  }

  /** The device's own time counts before the relay's. */
  #date(bytes: Uint8Array, from: number, to: number, fields: DeviceFields, batch: EventBatch, i: number): boolean {
    const { time } = batch.column
    this.header.read(bytes, from, to)
    const isSettled = this.header.settle(batch)
    for (let k = 0; k < this.#times.length; k++) {
      const key = this.#times[k]!
      if (fields.from[key]! >= 0 && this.#time.read(bytes, fields.from[key]!, fields.to[key]!)) {
        time[i] = this.#time.time[0]!
        return true
      }
    }
    if (isSettled) time[i] = this.header.time[0]!
    return isSettled
  }
}

/**
 * Reads what CEF and LEEF events of any vendor share into row `i`: ends, protocol, action. An event without a destination port
 * is an alert, not a contact; one with a signature and no word of letting through or not is one, too.
 *
 * hot: no allocation per event.
 *
 * @returns why it is malformed; nothing where it is an event; `nobody` where it names no address
 */
function readShared(bytes: Uint8Array, { from, to }: DeviceFields, batch: EventBatch, i: number): string {
  const c = batch.column
  c.kind[i] = Kind.log
  const hasSrc = readSource(bytes, from[DeviceKey.src]!, to[DeviceKey.src]!, batch, i)
  const hasDst = readDestination(bytes, from[DeviceKey.dst]!, to[DeviceKey.dst]!, batch, i)
  if (from[DeviceKey.src]! >= 0 && !hasSrc) return 'the source address is not readable'
  if (from[DeviceKey.dst]! >= 0 && !hasDst) return 'the destination address is not readable'
  if (!hasSrc && !hasDst) return nobody
  const reason = readTransport(bytes, from, to, batch, i)
  if (reason !== '') return reason
  c.action[i] = actionOf(bytes, from[DeviceKey.action]!, to[DeviceKey.action]!)
  if (c.action[i] === Action.none) c.action[i] = actionOf(bytes, from[DeviceKey.outcome]!, to[DeviceKey.outcome]!)
  const isStopped = c.action[i] === Action.deny || c.action[i] === Action.reject
  if (isStopped) c.outcome[i] = Outcome.blocked
  const protocol = c.protocol[i]!
  const isPorted = protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp
  const isContact = hasSrc && hasDst && c.action[i] !== Action.none && (isPorted ? c.dstPort[i]! > 0 : protocol > 0)
  if (from[DeviceKey.request]! >= 0) c.subject[i] = Subject.http
  else c.subject[i] = isContact ? Subject.contact : Subject.alert
  readCounts(bytes, from, to, batch, i)
  return ''
}

/** Not a reason that is shown: the event names no address. */
const nobody = 'no address'

function readTransport(bytes: Uint8Array, from: Int32Array, to: Int32Array, batch: EventBatch, i: number): string {
  const c = batch.column
  const srcPort = portAt(bytes, from[DeviceKey.srcPort]!, to[DeviceKey.srcPort]!)
  const dstPort = portAt(bytes, from[DeviceKey.dstPort]!, to[DeviceKey.dstPort]!)
  if (srcPort < 0) return 'the source port is not readable'
  if (dstPort < 0) return 'the destination port is not readable'
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  const told =
    from[DeviceKey.protocol]! < 0 ? -1 : readProtocol(bytes, from[DeviceKey.protocol]!, to[DeviceKey.protocol]!)
  // Some devices name what runs over TCP (HTTP, SSH); whoever names ports and nothing else is most often a TCP device.
  c.protocol[i] = told >= 0 ? told : dstPort > 0 ? Protocol.tcp : 0
  if (told === Protocol.icmp) c.icmpType[i] = 8
  if (told === Protocol.icmp6) c.icmpType[i] = 128
  if (told === Protocol.icmp || told === Protocol.icmp6) c.srcPort[i] = c.dstPort[i] = 0
  return ''
}

/** 0 where absent, -1 where unreadable. */
function portAt(bytes: Uint8Array, from: number, to: number): number {
  return from < 0 ? 0 : readPort(bytes, from, to)
}

function readCounts(bytes: Uint8Array, from: Int32Array, to: Int32Array, batch: EventBatch, i: number): void {
  const c = batch.column
  c.marks[i] = Mark.noCounts
  // ArcSight counts from the device: `in` came from the source, `out` went back to it.
  if (from[DeviceKey.bytesIn]! >= 0)
    c.bytesOut[i] = Math.max(0, readUint(bytes, from[DeviceKey.bytesIn]!, to[DeviceKey.bytesIn]!))
  if (from[DeviceKey.bytesOut]! >= 0)
    c.bytesIn[i] = Math.max(0, readUint(bytes, from[DeviceKey.bytesOut]!, to[DeviceKey.bytesOut]!))
}

/** 0 to 10 as both standards have it: 0-3 low, 4-6 medium, 7-8 high, 9-10 very high; 0 for anything else. */
export function severityOfTen(number: number): number {
  if (number < 0 || number > 10) return 0
  return number <= 3 ? 1 : number <= 6 ? 2 : number <= 8 ? 3 : 4
}
