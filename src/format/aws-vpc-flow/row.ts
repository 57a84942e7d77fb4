import { ascii, equals, readPort, readUint } from '../../base/ascii.ts'
import { isAnswering } from '../../event/answering.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text } from '../../event/texts.ts'
import type { Table } from '../../framing/table.ts'
import { Decoded } from '../format.ts'
import { Field } from './fields.ts'

const dash = 45
const accept = ascii('ACCEPT')
const reject = ascii('REJECT')
const ok = ascii('OK')
const noData = ascii('NODATA')
const skipData = ascii('SKIPDATA')

/** Turns a cut line into a row. Hot: nothing is allocated. */
export function appendRow(bytes: Uint8Array, table: Table, batch: EventBatch, names: Names): Decoded {
  if (is(bytes, table, Field.status, noData)) return Decoded.ignored
  if (is(bytes, table, Field.status, skipData)) {
    // How many records are missing is not told.
    batch.lost++
    return Decoded.ignored
  }
  const i = batch.begin()
  const reason = readRow(bytes, table, batch, i)
  if (reason !== '') {
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }
  const { from, to } = table
  batch.column.device[i] = has(bytes, table, Field.interface)
    ? names.id(bytes, from[Field.interface]!, to[Field.interface]!)
    : 0
  if (has(bytes, table, Field.reason)) batch.text(i, Text.reason, bytes, from[Field.reason]!, to[Field.reason]!)
  return Decoded.event
}

function readRow(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const c = batch.column
  const { from, to } = table
  if (from[Field.status]! >= 0 && !is(bytes, table, Field.status, ok)) return 'log-status is not known'
  c.kind[i] = Kind.flow
  c.marks[i] = Mark.uniflow
  const start = number(bytes, table, Field.start)
  if (start <= 0) return 'no readable start'
  c.time[i] = start * 1e6
  c.duration[i] = Math.max(0, number(bytes, table, Field.end) - start) * 1e6
  const src = has(bytes, table, Field.packetSrc) ? Field.packetSrc : Field.srcAddr
  const dst = has(bytes, table, Field.packetDst) ? Field.packetDst : Field.dstAddr
  if (!readSource(bytes, from[src]!, to[src]!, batch, i)) return 'no readable srcaddr'
  if (!readDestination(bytes, from[dst]!, to[dst]!, batch, i)) return 'no readable dstaddr'
  const protocol = from[Field.protocol]! < 0 ? -1 : readProtocol(bytes, from[Field.protocol]!, to[Field.protocol]!)
  if (protocol < 0) return 'no readable protocol'
  c.protocol[i] = protocol
  return readPorts(bytes, table, batch, i) || readCounts(bytes, table, batch, i) || readAction(bytes, table, batch, i)
}

function readPorts(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const { from, to } = table
  const c = batch.column
  const protocol = c.protocol[i]!
  // The type is not told, and most of what is asked by ICMP is echo: as such both directions find each other.
  if (protocol === Protocol.icmp) c.icmpType[i] = 8
  else if (protocol === Protocol.icmp6) c.icmpType[i] = 128
  const isPorted = protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp
  if (!isPorted) return ''
  const srcPort = from[Field.srcPort]! < 0 ? -1 : readPort(bytes, from[Field.srcPort]!, to[Field.srcPort]!)
  const dstPort = from[Field.dstPort]! < 0 ? -1 : readPort(bytes, from[Field.dstPort]!, to[Field.dstPort]!)
  if (dstPort < 0) return 'no readable dstport'
  if (srcPort < 0 && has(bytes, table, Field.srcPort)) return 'no readable srcport'
  c.srcPort[i] = Math.max(0, srcPort)
  c.dstPort[i] = dstPort
  return ''
}

function readCounts(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const c = batch.column
  const packets = number(bytes, table, Field.packets)
  if (packets < 0 && has(bytes, table, Field.packets)) return 'no readable packets'
  if (packets < 0) c.marks[i] = c.marks[i]! | Mark.noCounts
  else c.packetsOut[i] = packets
  c.bytesOut[i] = Math.max(0, number(bytes, table, Field.bytes))
  return ''
}

/** What a security group or network ACL did, and which side the record is of. */
function readAction(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const c = batch.column
  const told = number(bytes, table, Field.flags)
  const flags = c.protocol[i] === Protocol.tcp && told >= 0 && told < 256 ? told : -1
  if (flags >= 0) c.flags[i] = flags
  if (is(bytes, table, Field.action, reject)) {
    c.action[i] = Action.deny
    c.outcome[i] = Outcome.blocked
    return ''
  }
  if (is(bytes, table, Field.action, accept)) c.action[i] = Action.allow
  else if (has(bytes, table, Field.action)) return 'action is neither ACCEPT nor REJECT'
  if (isAnswering(c.protocol[i]!, flags, c.srcPort[i]!, c.dstPort[i]!)) {
    c.outcome[i] = Outcome.response
    c.marks[i] = c.marks[i]! | Mark.reverse
  }
  return ''
}

/** Whether the field is there and not `-`, which stands for what does not apply. */
function has(bytes: Uint8Array, { from, to }: Table, field: number): boolean {
  return from[field]! >= 0 && !(to[field]! - from[field]! === 1 && bytes[from[field]!] === dash)
}

function is(bytes: Uint8Array, { from, to }: Table, field: number, word: Uint8Array): boolean {
  return from[field]! >= 0 && equals(bytes, from[field]!, to[field]!, word)
}

function number(bytes: Uint8Array, { from, to }: Table, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}
