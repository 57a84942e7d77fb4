import { ascii, equals, find, readPort, readUint, startsWith } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark, Outcome, Subject } from '../../event/batch.ts'
import { clearEnds, readDestination, readSource } from '../../event/ends.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Field, Message } from './kinds.ts'

/** Where the fields of a message stand, by `Field`. */
export interface Spans {
  readonly from: Int32Array
  readonly to: Int32Array
}

const untoldType = 255
const ping = ascii('ping')
const icmpError = ascii('ICMP error')
const notTold = ['N/A', 'None', 'UNKNOWN', 'unknown'].map(ascii)
const severities = new WordTable(['', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'INFO', 'MINOR', 'MAJOR'])
const severityOf = Uint8Array.from([0, 1, 2, 3, 4, 1, 2, 3])
const blocking = new WordTable([
  'drop',
  'DROP',
  'DROP_PACKET',
  'CLOSE',
  'CLOSE_CLIENT',
  'CLOSE_SERVER',
  'CLOSE_CLIENT_AND_SERVER',
])
/** A reset that answers a SYN has no options; a SYN-ACK has. */
const bareHeader = 40
const bareHeader6 = 60

/** Fills row `i` from a session's message, whose time is in the row already. @returns why it cannot be read, or nothing */
export function readSession(bytes: Uint8Array, at: Spans, message: number, batch: EventBatch, i: number): string {
  const c = batch.column
  const { from, to } = at
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no source address'
  if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)) return 'no destination address'
  const protocol = number(bytes, at, Field.protocol)
  if (protocol < 0 || protocol > 255) return 'no protocol'
  c.protocol[i] = protocol
  c.kind[i] = Kind.log
  c.marks[i] = Mark.noCounts
  const isIcmp = protocol === Protocol.icmp || protocol === Protocol.icmp6
  if (isIcmp) readIcmp(bytes, at, message, batch, i)
  else {
    const src = port(bytes, at, Field.srcPort)
    const dst = port(bytes, at, Field.dstPort)
    if ((protocol === Protocol.tcp || protocol === Protocol.udp) && (src < 0 || dst < 0)) return 'no ports'
    c.srcPort[i] = Math.max(0, src)
    c.dstPort[i] = Math.max(0, dst)
  }
  c.action[i] = message === Message.deny ? (from[Field.action]! >= 0 ? Action.reject : Action.deny) : Action.allow
  if (message === Message.close) readCounts(bytes, at, batch, i)
  if (message === Message.deny) c.outcome[i] = Outcome.blocked
  if (isIcmpAnswer(protocol, c.icmpType[i]!)) c.outcome[i] = Outcome.response
  addTexts(bytes, at, batch, i)
  return ''
}

/** A session's ports are the identifiers of its messages; only a denied packet tells the type, of a ping the service does. */
function readIcmp(bytes: Uint8Array, at: Spans, message: number, batch: EventBatch, i: number): void {
  const c = batch.column
  const { from, to } = at
  const type = message === Message.deny ? number(bytes, at, Field.icmpType) : -1
  const isPing = from[Field.service]! >= 0 && find(bytes, from[Field.service]!, to[Field.service]!, ping) >= 0
  const echo = c.protocol[i] === Protocol.icmp6 ? 128 : 8
  c.icmpType[i] = type >= 0 && type < 256 ? type : isPing ? echo : untoldType
}

function readCounts(bytes: Uint8Array, at: Spans, batch: EventBatch, i: number): void {
  const c = batch.column
  c.kind[i] = Kind.flow
  const seconds = number(bytes, at, Field.elapsed)
  if (seconds > 0) {
    c.duration[i] = seconds * 1e6
    c.time[i] = c.time[i]! - seconds * 1e6
  }
  const packets = number(bytes, at, Field.packetsIn)
  if (packets < 0) return
  c.marks[i] = 0
  c.packetsOut[i] = Math.max(0, number(bytes, at, Field.packetsOut))
  c.packetsIn[i] = packets
  c.bytesOut[i] = Math.max(0, number(bytes, at, Field.bytesOut))
  c.bytesIn[i] = Math.max(0, number(bytes, at, Field.bytesIn))
  c.outcome[i] = closedOutcome(bytes, at, batch, i)
}

function closedOutcome(bytes: Uint8Array, { from, to }: Spans, batch: EventBatch, i: number): number {
  const c = batch.column
  const packets = c.packetsIn[i]!
  if (packets === 0) return c.packetsOut[i]! > 0 ? Outcome.unanswered : Outcome.unknown
  const reason = from[Field.reason]!
  // What answered is an error that somebody sent about the packets.
  if (reason >= 0 && startsWith(bytes, reason, to[Field.reason]!, icmpError)) return Outcome.unknown
  const bare = c.src0[i] === 0 && c.src2[i] === 0xffff ? bareHeader : bareHeader6
  const isReset = c.protocol[i] === Protocol.tcp && c.bytesIn[i]! <= packets * bare
  if (isReset)
    return reason >= 0 && find(bytes, reason, to[Field.reason]!, resetWord) >= 0 ? Outcome.refused : Outcome.unknown
  return Outcome.established
}

const resetWord = ascii('RST')

function addTexts(bytes: Uint8Array, at: Spans, batch: EventBatch, i: number): void {
  const { from, to } = at
  addText(bytes, at, Field.reason, Text.reason, batch, i)
  addText(
    bytes,
    at,
    from[Field.application]! >= 0 && isTold(bytes, at, Field.application) ? Field.application : Field.service,
    Text.application,
    batch,
    i,
  )
  addText(bytes, at, Field.user, Text.user, batch, i)
  const isSource = isChanged(bytes, at, Field.src, Field.natSrc)
  const field = isSource ? Field.natSrc : Field.natDst
  if (isSource || isChanged(bytes, at, Field.dst, Field.natDst))
    batch.text(i, Text.mapped, bytes, from[field]!, to[field]!)
}

function isChanged(bytes: Uint8Array, { from, to }: Spans, before: number, after: number): boolean {
  const length = to[after]! - from[after]!
  if (from[after]! < 0 || length === 0) return false
  if (length !== to[before]! - from[before]!) return true
  for (let k = 0; k < length; k++) if (bytes[from[before]! + k] !== bytes[from[after]! + k]) return true
  return false
}

/** A screen's or an attack's message. @returns why it cannot be read, or nothing */
export function readAlert(bytes: Uint8Array, at: Spans, protocol: number, batch: EventBatch, i: number): string {
  const c = batch.column
  const { from, to } = at
  clearEnds(batch, i)
  c.kind[i] = Kind.log
  c.subject[i] = Subject.alert
  c.marks[i] = Mark.noCounts
  const hasSource = readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)
  const hasDestination = readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)
  if (!hasSource && !hasDestination) return 'no address'
  if (from[Field.attack]! < 0) return 'no attack'
  c.protocol[i] = protocolOf(bytes, at, protocol)
  c.srcPort[i] = Math.max(0, port(bytes, at, Field.srcPort))
  c.dstPort[i] = Math.max(0, port(bytes, at, Field.dstPort))
  batch.text(i, Text.signature, bytes, from[Field.attack]!, to[Field.attack]!)
  const severity = from[Field.severity]! < 0 ? -1 : severities.place(bytes, from[Field.severity]!, to[Field.severity]!)
  if (severity > 0) c.severity[i] = severityOf[severity]!
  const isBlocked = from[Field.action]! >= 0 && blocking.place(bytes, from[Field.action]!, to[Field.action]!) >= 0
  if (isBlocked) {
    c.action[i] = Action.deny
    c.outcome[i] = Outcome.blocked
  }
  addText(bytes, at, Field.application, Text.application, batch, i)
  return ''
}

function protocolOf(bytes: Uint8Array, at: Spans, told: number): number {
  const id = number(bytes, at, Field.protocol)
  if (id >= 0 && id < 256) return id
  const { from, to } = at
  const name =
    from[Field.protocolName]! < 0 ? -1 : readProtocol(bytes, from[Field.protocolName]!, to[Field.protocolName]!)
  return name >= 0 ? name : told
}

/** The policy, of an attack with the rule where only that is told. */
export function ruleOf(bytes: Uint8Array, at: Spans, names: Names): number {
  const field = at.from[Field.policy]! >= 0 ? Field.policy : Field.rule
  return isTold(bytes, at, field) ? names.id(bytes, at.from[field]!, at.to[field]!) : 0
}

function addText(bytes: Uint8Array, at: Spans, field: number, text: TextField, batch: EventBatch, i: number): void {
  if (isTold(bytes, at, field)) batch.text(i, text, bytes, at.from[field]!, at.to[field]!)
}

function isTold(bytes: Uint8Array, { from, to }: Spans, field: number): boolean {
  if (from[field]! < 0) return false
  for (let k = 0; k < notTold.length; k++) if (equals(bytes, from[field]!, to[field]!, notTold[k]!)) return false
  return true
}

function number(bytes: Uint8Array, { from, to }: Spans, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}

function port(bytes: Uint8Array, { from, to }: Spans, field: number): number {
  return from[field]! < 0 ? -1 : readPort(bytes, from[field]!, to[field]!)
}
