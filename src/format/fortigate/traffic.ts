import { readPort } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text } from '../../event/texts.ts'
import { Field } from './fields.ts'
import { readIcmp } from './icmp.ts'
import type { FortiRecord } from './record.ts'

/** What `action` of a traffic log can say (FortiOS Log Message Reference): how the session ended, or that it was denied. */
const actions = new WordTable([
  'deny',
  'start',
  'close',
  'client-rst',
  'server-rst',
  'timeout',
  'ip-conn',
  'accept',
  'dns',
  'blocked',
])
const Told = {
  deny: 0,
  start: 1,
  close: 2,
  clientReset: 3,
  serverReset: 4,
  timeout: 5,
  connectionError: 6,
  accept: 7,
  dns: 8,
  blocked: 9,
} as const

/** Addresses, protocol and ports. @returns why they cannot be read, or nothing */
export function readEnds(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): string {
  const { from, to } = record
  const c = batch.column
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no readable srcip'
  if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)) return 'no readable dstip'
  const protocol = record.has(Field.protocol) ? readProtocol(bytes, from[Field.protocol]!, to[Field.protocol]!) : -1
  if (protocol < 0) return 'no readable proto'
  c.protocol[i] = protocol
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
    readIcmp(bytes, record, batch, i)
    return ''
  }
  const src = portOf(bytes, record, Field.srcPort)
  const dst = portOf(bytes, record, Field.dstPort)
  if (protocol === Protocol.tcp || protocol === Protocol.udp) {
    if (src < 0) return 'no readable srcport'
    if (dst < 0) return 'no readable dstport'
  }
  c.srcPort[i] = Math.max(0, src)
  c.dstPort[i] = Math.max(0, dst)
  return ''
}

function portOf(bytes: Uint8Array, { from, to }: FortiRecord, field: number): number {
  return from[field]! < 0 ? -1 : readPort(bytes, from[field]!, to[field]!)
}

/** Counts, outcome and what else a traffic log tells. The row's time is the log's and becomes the session's start. */
export function readTraffic(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): void {
  const c = batch.column
  const { from, to } = record
  const told = record.has(Field.action) ? actions.place(bytes, from[Field.action]!, to[Field.action]!) : -1
  const isDenied = told === Told.deny || told === Told.blocked
  c.action[i] = isDenied ? Action.deny : Action.allow
  if (isDenied || told === Told.start) {
    c.kind[i] = Kind.log
    c.marks[i]! |= Mark.noCounts
    c.outcome[i] = isDenied ? Outcome.blocked : Outcome.unknown
  } else {
    c.kind[i] = Kind.flow
    readCounts(bytes, record, batch, i)
    c.outcome[i] = outcomeOf(batch, i, told, record.has(Field.receivedBytes))
  }
  if (isIcmpAnswer(c.protocol[i]!, c.icmpType[i]!)) c.outcome[i] = Outcome.response
  if (!isDenied && told >= 0 && told !== Told.accept)
    batch.text(i, Text.reason, bytes, from[Field.action]!, to[Field.action]!)
  const nat = record.has(Field.destinationNat) ? Field.destinationNat : Field.sourceNat
  if (record.has(nat)) batch.text(i, Text.mapped, bytes, from[nat]!, to[nat]!)
}

function readCounts(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): void {
  const c = batch.column
  const sent = record.number(bytes, Field.sentPackets)
  if (sent < 0) c.marks[i]! |= Mark.noCounts
  else {
    c.packetsOut[i] = sent
    c.packetsIn[i] = Math.max(0, record.number(bytes, Field.receivedPackets))
  }
  c.bytesOut[i] = Math.max(0, record.number(bytes, Field.sentBytes))
  c.bytesIn[i] = Math.max(0, record.number(bytes, Field.receivedBytes))
  const seconds = record.number(bytes, Field.duration)
  if (seconds <= 0) return
  c.duration[i] = seconds * 1e6
  c.time[i] = c.time[i]! - seconds * 1e6
}

/** An IP and a TCP header without options: what a reset that answers a SYN is long, and a SYN-ACK is not. */
const bareHeader = 40
const bareHeader6 = 60

function outcomeOf(batch: EventBatch, i: number, told: number, isCounted: boolean): number {
  const c = batch.column
  if (!isCounted) return Outcome.unknown
  const isSilent = c.bytesIn[i] === 0
  if (told === Told.connectionError) return isSilent ? Outcome.unanswered : Outcome.unknown
  if (isSilent) return c.bytesOut[i]! > 0 && told !== Told.clientReset ? Outcome.unanswered : Outcome.unknown
  if (told !== Told.serverReset) return Outcome.established
  const bare = c.src2[i] === 0xffff && c.src0[i] === 0 ? bareHeader : bareHeader6
  const isCountedInPackets = (c.marks[i]! & Mark.noCounts) === 0
  const packets = isCountedInPackets ? c.packetsIn[i]! : 1
  return c.bytesIn[i]! <= packets * bare ? Outcome.refused : Outcome.established
}

/** The policy's name, else its number. @returns the field, -1 where none is told */
export function policyField(bytes: Uint8Array, record: FortiRecord): number {
  if (record.tells(bytes, Field.policyName)) return Field.policyName
  if (record.has(Field.policyId)) return Field.policyId
  return record.isCef && record.has(Field.policyLabel) ? Field.policyLabel : -1
}
