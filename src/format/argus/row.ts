import { ascii, equals, readHex, readPort, readUint } from '../../base/ascii.ts'
import { clockAt, daysOf, readIso, readSeconds, twoDigits } from '../../base/ascii-time.ts'
import { type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import type { Table } from '../../framing/table.ts'
import { Decoded } from '../format.ts'
import { Field } from './fields.ts'
import { icmpOf, midstream, readFlags, seen, tcpOutcome, wordOutcome } from './state.ts'

const micros = new Float64Array(2)
const slash = 47
const question = 63
const arp = ascii('arp')
const rarp = ascii('rarp')
/** Protocols over UDP that ra names instead of it. */
const overUdp = ['rtp', 'rtcp', 'udt'].map(ascii)

/** Turns a cut line into a row. Hot: nothing is allocated. */
export function appendRow(bytes: Uint8Array, table: Table, batch: EventBatch, names: Names): Decoded {
  const protocol = protocolOf(bytes, table)
  if (protocol < 0) return Decoded.ignored
  const i = batch.begin()
  batch.column.kind[i] = Kind.flow
  batch.column.protocol[i] = protocol
  const reason = readEnds(bytes, table, batch, i)
  if (reason !== '') {
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }
  if (isNobody(batch, i)) {
    batch.undo()
    return Decoded.ignored
  }
  const { from, to } = table
  if (from[Field.sensor]! >= 0) batch.column.device[i] = names.id(bytes, from[Field.sensor]!, to[Field.sensor]!)
  readCounts(bytes, table, batch, i)
  const arrow = arrowOf(bytes, table)
  const isTurned = (arrow & Arrow.back) !== 0 && protocol !== Protocol.icmp && protocol !== Protocol.icmp6
  if (isTurned) turn(batch, i)
  judge(bytes, table, batch, i, isTurned)
  if (arrow & Arrow.unsure && protocol === Protocol.tcp) batch.column.marks[i] = batch.column.marks[i]! | Mark.midstream
  return Decoded.event
}

/** -1 for what is not IP and not ARP: link-layer protocols, argus's own management records. */
function protocolOf(bytes: Uint8Array, { from, to }: Table): number {
  const start = from[Field.proto]!
  const end = to[Field.proto]!
  if (start < 0) return -1
  if (equals(bytes, start, end, arp) || equals(bytes, start, end, rarp)) return Protocol.arp
  for (let k = 0; k < overUdp.length; k++) if (equals(bytes, start, end, overUdp[k]!)) return Protocol.udp
  return readProtocol(bytes, start, end)
}

function readEnds(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): string {
  const { from, to } = table
  const c = batch.column
  if (!readTime(bytes, from[Field.start]!, to[Field.start]!, 0)) return 'no readable StartTime with a date'
  c.time[i] = micros[0]!
  c.duration[i] = durationOf(bytes, table)
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no readable SrcAddr'
  if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)) return 'no readable DstAddr'
  const protocol = c.protocol[i]!
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
    readIcmp(bytes, table, batch, i)
    return ''
  }
  if (protocol !== Protocol.tcp && protocol !== Protocol.udp && protocol !== Protocol.sctp) return ''
  const srcPort = port(bytes, table, Field.srcPort)
  const dstPort = port(bytes, table, Field.dstPort)
  if (dstPort < 0) return 'no readable Dport (names of services are not read: ra -n)'
  if (srcPort < 0) return 'no readable Sport (names of services are not read: ra -n)'
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  return ''
}

/** `::` asks whether an address is free: that is nobody's contact. */
function isNobody({ column: c }: EventBatch, i: number): boolean {
  return c.src3[i] === 0 && c.src2[i] === 0 && c.src1[i] === 0 && c.src0[i] === 0
}

/** `2019/04/04 16:24:47.672448`, ISO 8601, or seconds since the epoch. */
function readTime(bytes: Uint8Array, from: number, to: number, at: number): boolean {
  if (from < 0) return false
  if (bytes[from + 4] !== slash) {
    return readIso(bytes, from, to, micros, at) === to || (to - from >= 9 && readSeconds(bytes, from, to, micros, at))
  }
  const century = twoDigits(bytes, from)
  const year = twoDigits(bytes, from + 2)
  const month = twoDigits(bytes, from + 5)
  const day = twoDigits(bytes, from + 8)
  const clock = to - from < 19 ? -1 : clockAt(bytes, from + 11)
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return false
  let fraction = 0
  if (bytes[from + 19] === 46) {
    for (let i = from + 20, unit = 100_000; i < to; i++, unit = (unit / 10) | 0) {
      const digit = bytes[i]! - 48
      if (digit < 0 || digit > 9) return false
      fraction += digit * unit
    }
  } else if (to > from + 19) return false
  micros[at] = (daysOf(century * 100 + year, month, day) * 86400 + clock) * 1e6 + fraction
  return true
}

function durationOf(bytes: Uint8Array, { from, to }: Table): number {
  if (from[Field.duration]! >= 0 && readSeconds(bytes, from[Field.duration]!, to[Field.duration]!, micros, 1)) {
    return micros[1]!
  }
  return readTime(bytes, from[Field.end]!, to[Field.end]!, 1) ? Math.max(0, micros[1]! - micros[0]!) : 0
}

function port(bytes: Uint8Array, { from, to }: Table, field: number): number {
  const start = from[field]!
  if (start < 0) return -1
  if (bytes[start] !== 48 || to[field]! - start < 3) return readPort(bytes, start, to[field]!)
  const value = readHex(bytes, start, to[field]!)
  return value > 65535 ? -1 : value
}

/** ICMP records have type and code in the source port, and the identifier in the other; or only the state says the type. */
function readIcmp(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): void {
  const c = batch.column
  const told = port(bytes, table, Field.srcPort)
  const named = icmpOf(bytes, table.from[Field.state]!, table.to[Field.state]!)
  const v6 = c.protocol[i] === Protocol.icmp6
  const both = told > 0 ? told : v6 && (named & 255) === 8 ? 128 : v6 && named === 0 ? 129 : Math.max(0, named)
  c.icmpType[i] = both & 255
  c.icmpCode[i] = both >> 8 === 0 && (both & 255) === (named & 255) ? named >> 8 : both >> 8
  const type = c.icmpType[i]!
  if (type === 8 || type === 128 || type === 129 || type === 0) {
    c.srcPort[i] = Math.max(0, port(bytes, table, Field.dstPort))
  }
}

/** Without packets by direction only bytes can show that nothing came back. */
function readCounts(bytes: Uint8Array, table: Table, batch: EventBatch, i: number): void {
  const c = batch.column
  const all = number(bytes, table, Field.packets)
  const out = number(bytes, table, Field.packetsOut)
  const back = number(bytes, table, Field.packetsIn)
  const allBytes = number(bytes, table, Field.bytes)
  const outBytes = number(bytes, table, Field.bytesOut)
  const backBytes = number(bytes, table, Field.bytesIn)
  c.bytesOut[i] = Math.max(0, outBytes)
  c.bytesIn[i] = backBytes >= 0 ? backBytes : outBytes >= 0 ? Math.max(0, allBytes - outBytes) : 0
  const isOneWay = outBytes >= 0 && c.bytesIn[i] === 0 && (backBytes === 0 || allBytes === outBytes)
  if (out >= 0 && (back >= 0 || all >= 0)) {
    c.packetsOut[i] = out
    c.packetsIn[i] = back >= 0 ? back : Math.max(0, all - out)
  } else if (isOneWay && all >= 0) c.packetsOut[i] = all
  else c.marks[i] = c.marks[i]! | Mark.noCounts
}

function number(bytes: Uint8Array, { from, to }: Table, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}

function judge(bytes: Uint8Array, { from, to }: Table, batch: EventBatch, i: number, isTurned: boolean): void {
  const c = batch.column
  const protocol = c.protocol[i]!
  const isCounted = (c.marks[i]! & Mark.noCounts) === 0
  const packets = isCounted ? c.packetsOut[i]! : -1
  const replies = isCounted ? c.packetsIn[i]! : -1
  const start = from[Field.state]!
  if (isIcmpAnswer(protocol, c.icmpType[i]!)) {
    c.outcome[i] = Outcome.response
    return
  }
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
    const asks = c.icmpType[i] === 8 || c.icmpType[i] === 128 || c.icmpType[i] === 13 || c.icmpType[i] === 17
    c.outcome[i] = !asks || replies < 0 ? Outcome.unknown : replies > 0 ? Outcome.established : Outcome.unanswered
    return
  }
  if (protocol === Protocol.tcp && start >= 0 && readFlags(bytes, start, to[Field.state]!, isTurned)) {
    c.flags[i] = seen.out
    c.replyFlags[i] = seen.back
    const outcome = tcpOutcome(packets, replies)
    c.outcome[i] = outcome & 255
    if (outcome & midstream) c.marks[i] = c.marks[i]! | Mark.midstream
    return
  }
  c.outcome[i] = wordOutcome(protocol, bytes, start, to[Field.state]!, packets, replies)
}

const Arrow = { back: 1, unsure: 2 } as const

/** `->`, `<-`, `<->`, with `?` for a side or middle that is not sure; anything before the arrow is a flag of argus. */
function arrowOf(bytes: Uint8Array, { from, to }: Table): number {
  const start = from[Field.direction]!
  if (start < 0) return 0
  let at = to[Field.direction]!
  while (at > start && bytes[at - 1] !== 32) at--
  const isBack = bytes[at] === 60 && bytes[to[Field.direction]! - 1] !== 62
  let isUnsure = false
  for (let i = at; i < to[Field.direction]!; i++) if (bytes[i] === question) isUnsure = true
  return (isBack ? Arrow.back : 0) | (isUnsure ? Arrow.unsure : 0)
}

/** `<-`: who stands as destination began, or sent all there was. */
function turn(batch: EventBatch, i: number): void {
  const c = batch.column
  swap(c.src0, c.dst0, i)
  swap(c.src1, c.dst1, i)
  swap(c.src2, c.dst2, i)
  swap(c.src3, c.dst3, i)
  swap(c.bytesOut, c.bytesIn, i)
  if (!(c.marks[i]! & Mark.noCounts)) swap(c.packetsOut, c.packetsIn, i)
  swap(c.srcPort, c.dstPort, i)
}

function swap(a: Float64Array | Uint32Array | Uint16Array | Uint8Array, b: typeof a, i: number): void {
  const kept = a[i]!
  a[i] = b[i]!
  b[i] = kept
}
