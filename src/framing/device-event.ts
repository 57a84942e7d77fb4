import { readPort, readUint } from '../base/ascii.ts'
import { Action, type EventBatch, Kind, Mark, Outcome, Subject } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { actionOf } from './verdict.ts'

/** Where the fields of an event stand, by the keys' places; `from` is -1 where one is absent. */
export interface DeviceFields {
  readonly from: Int32Array
  readonly to: Int32Array
}

/** Places of the keys that `readDeviceEvent` wants, at the beginning of a format's list. */
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

/**
 * Reads what CEF and LEEF events of any vendor share into row `i`: ends, protocol, action. An event without a destination port
 * is an alert, not a contact; one with a signature and no word of letting through or not is one, too.
 *
 * hot: no allocation per event.
 *
 * @returns why it is malformed; nothing where it is an event; `nobody` where it names no address
 */
export function readDeviceEvent(bytes: Uint8Array, { from, to }: DeviceFields, batch: EventBatch, i: number): string {
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
export const nobody = 'no address'

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
