import { readPort, readUint } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import type { JsonFields } from '../../base/json-scan.ts'
import { isAnswering } from '../../event/answering.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Decoded } from '../format.ts'
import { Field } from './fields.ts'

const micros = new Float64Array(2)
/** Flow records are made of about one packet in ten (Google Cloud, "VPC Flow Logs", sampling); they do not say it. */
const packetsPerSample = 10
const upperD = 68
const upperA = 65

/** Turns an entry into a row. Hot: nothing is allocated. */
export function appendEntry(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, names: Names): Decoded {
  const { from, to } = fields
  const isFirewall = from[Field.disposition]! >= 0
  if (from[Field.src]! < 0 && from[Field.dst]! < 0 && !isFirewall && from[Field.reporter]! < 0) return Decoded.ignored
  const i = batch.begin()
  const reason =
    readEnds(bytes, fields, batch, i) || (isFirewall ? judge(bytes, fields, batch, i) : flow(bytes, fields, batch, i))
  if (reason !== '') {
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }
  const c = batch.column
  if (from[Field.rule]! >= 0) c.rule[i] = names.id(bytes, from[Field.rule]!, to[Field.rule]!)
  const device = deviceOf(bytes, fields)
  if (device >= 0) c.device[i] = names.id(bytes, from[device]!, to[device]!)
  return Decoded.event
}

function readEnds(bytes: Uint8Array, { from, to }: JsonFields, batch: EventBatch, i: number): string {
  const c = batch.column
  const start = from[Field.start]! >= 0 ? Field.start : Field.timestamp
  if (from[start]! < 0 || readIso(bytes, from[start]!, to[start]!, micros, 0) < 0)
    return 'no readable start_time or timestamp'
  c.time[i] = micros[0]!
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no readable src_ip'
  if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)) return 'no readable dest_ip'
  const protocol = from[Field.protocol]! < 0 ? -1 : readProtocol(bytes, from[Field.protocol]!, to[Field.protocol]!)
  if (protocol < 0) return 'no readable protocol'
  c.protocol[i] = protocol
  // The type is not told, and most of what is asked by ICMP is echo: as such both directions find each other.
  if (protocol === Protocol.icmp) c.icmpType[i] = 8
  if (protocol === Protocol.icmp6) c.icmpType[i] = 128
  if (protocol !== Protocol.tcp && protocol !== Protocol.udp && protocol !== Protocol.sctp) return ''
  const srcPort = from[Field.srcPort]! < 0 ? -1 : readPort(bytes, from[Field.srcPort]!, to[Field.srcPort]!)
  const dstPort = from[Field.dstPort]! < 0 ? -1 : readPort(bytes, from[Field.dstPort]!, to[Field.dstPort]!)
  if (dstPort < 0) return 'no readable dest_port'
  if (srcPort < 0) return 'no readable src_port'
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  return ''
}

/** A firewall rule's log entry: one connection that began, or was not let through. */
function judge(bytes: Uint8Array, { from }: JsonFields, batch: EventBatch, i: number): string {
  const c = batch.column
  c.kind[i] = Kind.log
  c.marks[i] = Mark.noCounts
  const first = bytes[from[Field.disposition]!]
  if (first === upperA) c.action[i] = Action.allow
  else if (first === upperD) {
    c.action[i] = Action.deny
    c.outcome[i] = Outcome.blocked
  } else return 'disposition is neither ALLOWED nor DENIED'
  return ''
}

/** A flow record: one direction, as one end reports it. */
function flow(bytes: Uint8Array, { from, to }: JsonFields, batch: EventBatch, i: number): string {
  const c = batch.column
  c.kind[i] = Kind.flow
  c.marks[i] = Mark.uniflow
  c.sampling[i] = packetsPerSample
  if (from[Field.end]! >= 0 && readIso(bytes, from[Field.end]!, to[Field.end]!, micros, 1) > 0) {
    c.duration[i] = Math.max(0, micros[1]! - micros[0]!)
  }
  const packets = from[Field.packets]! < 0 ? -1 : readUint(bytes, from[Field.packets]!, to[Field.packets]!)
  if (packets < 0) c.marks[i] = c.marks[i]! | Mark.noCounts
  else c.packetsOut[i] = packets
  if (from[Field.bytes]! >= 0) c.bytesOut[i] = Math.max(0, readUint(bytes, from[Field.bytes]!, to[Field.bytes]!))
  if (isAnswering(c.protocol[i]!, -1, c.srcPort[i]!, c.dstPort[i]!)) {
    c.outcome[i] = Outcome.response
    c.marks[i] = c.marks[i]! | Mark.reverse
  }
  return ''
}

/** The machine that the record was made at, else its network. */
function deviceOf(bytes: Uint8Array, { from }: JsonFields): number {
  if (from[Field.vm]! >= 0) return Field.vm
  const isDestination = from[Field.reporter]! >= 0 && bytes[from[Field.reporter]!] === upperD
  const vm = isDestination ? Field.dstVm : Field.srcVm
  if (from[vm]! >= 0) return vm
  return from[Field.subnetwork]! >= 0 ? Field.subnetwork : -1
}
