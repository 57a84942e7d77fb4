import { ascii, equals, find, readPort, readUint } from '../../base/ascii.ts'
import { readIso, readSeconds } from '../../base/ascii-time.ts'
import { WordTable } from '../../base/word-table.ts'
import { type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { judgeUniflow } from '../../event/flow-outcome.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import type { Table } from '../../framing/table.ts'
import { Decoded } from '../format.ts'
import { Field } from './fields.ts'

const micros = new Float64Array(2)
const dot = ascii('.')
/** Microseconds, three years: a longer duration wrapped around. */
const longest = 1e14
const dropped = 2

/** Names of protocols that differ from those of other logs. */
const named: readonly (readonly [string, number])[] = [
  ['ICMP6', Protocol.icmp6],
  ['IPIP', Protocol.ipip],
  ['IPv6', Protocol.ipv6],
  ['RSVP', 46],
  ['EIGRP', 88],
  ['OSPF', 89],
  ['PIM', 103],
  ['IPcmp', 108],
  ['VRRP', 112],
  ['L2TP', 115],
  ['MPLS', 137],
  ['ETHIP', 97],
  ['DCCP', 33],
  ['UDP-L', 136],
  ['EGP', 8],
  ['IGP', 9],
  ['Frag6', 44],
  ['OPTS6', 60],
  ['NOHE6', 59],
]
const words = new WordTable(named.map(([word]) => word))
const numbers = Uint8Array.from(named, ([, number]) => number)

/** Turns a cut line into a row. Hot: nothing is allocated. */
export function appendRow(bytes: Uint8Array, table: Table, batch: EventBatch, names: Names): Decoded {
  const { from, to } = table
  const protocol = protocolOf(bytes, from[Field.protocol]!, to[Field.protocol]!)
  if (protocol < 0) return unreadable(batch, 'no readable protocol')
  if (!readTimes(bytes, table)) return unreadable(batch, 'no readable time')
  const i = batch.begin()
  const c = batch.column
  c.kind[i] = Kind.flow
  c.protocol[i] = protocol
  c.time[i] = micros[0]!
  c.duration[i] = micros[1]!
  const reason = readEnds(bytes, table, batch, i)
  if (reason !== '') {
    batch.undo()
    return unreadable(batch, reason)
  }
  if (from[Field.router]! >= 0) c.device[i] = routerOf(bytes, table, names)
  readCounts(bytes, table, batch, i)
  judge(bytes, table, batch, i)
  return Decoded.event
}

function unreadable(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}

function protocolOf(bytes: Uint8Array, from: number, to: number): number {
  if (from < 0) return -1
  const place = words.place(bytes, from, to)
  return place >= 0 ? numbers[place]! : readProtocol(bytes, from, to)
}

/** Reads the time into `micros[0]`, the duration into `micros[1]`. */
function readTimes(bytes: Uint8Array, table: Table): boolean {
  const { from, to } = table
  micros[1] = 0
  if (from[Field.last]! >= 0) readTime(bytes, from[Field.last]!, to[Field.last]!, 1)
  const last = micros[1]!
  const hasFirst = readTime(bytes, from[Field.first]!, to[Field.first]!, 0)
  if (hasFirst && last > 0) {
    // Flows that began before their exporter started are printed with both times exchanged.
    const first = micros[0]!
    micros[0] = Math.min(first, last)
    micros[1] = Math.abs(last - first)
    return true
  }
  if (!hasFirst) {
    // Records of events have no first packet.
    if (last > 0) micros[0] = last
    else if (!readTime(bytes, from[Field.received]!, to[Field.received]!, 0)) return false
  }
  micros[1] = 0
  const told = from[Field.duration]! >= 0 && readSeconds(bytes, from[Field.duration]!, to[Field.duration]!, micros, 1)
  if (!told || micros[1]! > longest) micros[1] = 0
  return true
}

/** A date and time, seconds since 1970 with a fraction, or milliseconds (csv-fast). */
function readTime(bytes: Uint8Array, from: number, to: number, at: number): boolean {
  if (from < 0) return false
  if (to - from >= 19 && bytes[from + 4] === 45) return readIso(bytes, from, to, micros, at) >= 0 && micros[at]! > 0
  const millis = readUint(bytes, from, to)
  if (millis >= 1e11) {
    micros[at] = millis * 1000
    return true
  }
  return readSeconds(bytes, from, to, micros, at) && micros[at]! > 0
}

function readEnds(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const { from, to } = table
  const c = batch.column
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no readable source address'
  if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)) return 'no readable destination address'
  const protocol = c.protocol[i]!
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) return readIcmp(bytes, table, batch, i)
  if (protocol !== Protocol.tcp && protocol !== Protocol.udp && protocol !== Protocol.sctp) return ''
  const src = from[Field.srcPort]! < 0 ? -1 : readPort(bytes, from[Field.srcPort]!, to[Field.srcPort]!)
  const dst = from[Field.dstPort]! < 0 ? -1 : readPort(bytes, from[Field.dstPort]!, to[Field.dstPort]!)
  if (src < 0 || dst < 0) return 'no readable port'
  c.srcPort[i] = src
  c.dstPort[i] = dst
  return ''
}

/** Type and code stand in columns of their own, as `8.0` in that of the port, or there as one number (8 * 256). */
function readIcmp(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const { from, to } = table
  const { icmpType, icmpCode } = batch.column
  if (from[Field.icmpType]! >= 0) {
    icmpType[i] = Math.max(0, readUint(bytes, from[Field.icmpType]!, to[Field.icmpType]!))
    icmpCode[i] =
      from[Field.icmpCode]! < 0 ? 0 : Math.max(0, readUint(bytes, from[Field.icmpCode]!, to[Field.icmpCode]!))
    return ''
  }
  const start = from[Field.dstPort]!
  if (start < 0) return ''
  const end = to[Field.dstPort]!
  const middle = find(bytes, start, end, dot)
  const type = readUint(bytes, start, middle < 0 ? end : middle)
  const code = middle < 0 ? 0 : readUint(bytes, middle + 1, end)
  if (type < 0 || code < 0 || type > 65535) return 'no readable ICMP type'
  icmpType[i] = middle < 0 ? type >> 8 : type
  icmpCode[i] = middle < 0 ? type & 0xff : code
  return ''
}

const nobody = ascii('0.0.0.0')

function routerOf(bytes: Uint8Array, { from, to }: Table, names: Names): number {
  const start = from[Field.router]!
  const end = to[Field.router]!
  return equals(bytes, start, end, nobody) ? 0 : names.id(bytes, start, end)
}

function readCounts(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): void {
  const c = batch.column
  const packets = count(bytes, table, Field.packets)
  if (packets < 0) c.marks[i] = Mark.noCounts
  else c.packetsOut[i] = packets
  c.bytesOut[i] = Math.max(0, count(bytes, table, Field.bytes))
  c.packetsIn[i] = Math.max(0, count(bytes, table, Field.replyPackets))
  c.bytesIn[i] = Math.max(0, count(bytes, table, Field.replyBytes))
  c.flags[i] = c.protocol[i] === Protocol.tcp ? flagsOf(bytes, table) : 0
  const ttl = count(bytes, table, Field.ttl)
  if (ttl > 0 && ttl < 256) {
    c.ttl[i] = ttl
    c.marks[i] = c.marks[i]! | Mark.hasTtl
  }
}

function count(bytes: Uint8Array, { from, to }: Table, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}

/** The flags as letters at fixed places, CEUAPRSF, with dots for those that were not seen. */
function flagsOf(bytes: Uint8Array, { from, to }: Table): number {
  const start = from[Field.flags]!
  if (start < 0) return 0
  let flags = 0
  for (let k = to[Field.flags]! - 1, bit = 1; k >= start && bit < 256; k--, bit <<= 1) {
    if (bytes[k]! >= 65) flags |= bit
  }
  return flags
}

function judge(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): void {
  const c = batch.column
  // Flows that were put together (-b, -B) count both directions.
  if (c.packetsIn[i]! > 0 || c.bytesIn[i]! > 0) {
    if (c.protocol[i] !== Protocol.tcp) c.outcome[i] = Outcome.established
  } else {
    c.marks[i] = c.marks[i]! | Mark.uniflow
    judgeUniflow(batch, i)
  }
  const status = count(bytes, table, Field.forwarding)
  if (status >= 0 && (status & 0xff) >> 6 === dropped && c.outcome[i] !== Outcome.response)
    c.outcome[i] = Outcome.blocked
}
