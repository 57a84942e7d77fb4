import { ascii, skipSpaces, startsWith } from '../../base/ascii.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import { after, afterTo, assumeEcho, destination, Note, Read, Reset, readType, source, uncounted } from './message.ts'
import { reasonOf, Why } from './teardown-reason.ts'

/** Connections: Built and Teardown, 302013 to 302021, 302303 and 302304 (TCP state bypass). hot: no allocation per event. */

const space = 32
const colon = 58
const lowerB = 98
const lowerC = 99
const lowerD = 100
const lowerF = 102
const lowerO = 111
const lowerR = 114
const inboundLength = 'inbound '.length
const outboundLength = 'outbound '.length
const connection = ascii('connection ')
const forWord = ascii('for ')
const fromWord = ascii('from ')
const duration = ascii(' duration ')
const bytesWord = ascii(' bytes ')
const faddr = ascii(' faddr ')
const gaddr = ascii(' gaddr ')
const laddr = ascii(' laddr ')
const builtLength = 'Built '.length
const teardownLength = 'Teardown '.length

/**
 * `Built inbound TCP connection 12 for outside:203.0.113.5/4444 (203.0.113.5/4444) to dmz:192.168.1.5/80 (192.0.2.5/80)`: the
 * foreign end comes first, whoever opened it; `inbound` says that the foreign end did.
 */
export function built(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, protocol: number) {
  const isOutbound = bytes[at + builtLength] === lowerO
  const first = isOutbound ? destination : source
  const second = isOutbound ? source : destination
  let k = firstEnd(bytes, at + builtLength + (isOutbound ? outboundLength : inboundLength), to)
  if (k < 0) return Read.text
  k = first.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = first.readMapped(bytes, k, to)
  k = first.readUser(bytes, k, to)
  k = afterTo(bytes, k, to)
  if (k < 0) return Read.text
  k = second.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = second.readMapped(bytes, k, to)
  k = second.readUser(bytes, k, to)
  const c = batch.column
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  c.protocol[i] = protocol
  c.kind[i] = Kind.log
  c.action[i] = Action.allow
  c.marks[i] = Mark.noCounts
  c.seq[i] = Note.opening
  // Where both ends are translated the address that was asked for matters more.
  if (!destination.addMapped(batch, i, bytes)) source.addMapped(batch, i, bytes)
  if (!source.addUser(batch, i, bytes) && !destination.addUser(batch, i, bytes)) lastUser(bytes, k, to, batch, i)
  return Read.row
}

/** `Teardown TCP connection 12 for outside:203.0.113.5/4444 to dmz:192.168.1.5/80 duration 0:00:30 bytes 0 SYN Timeout`. */
export function teardown(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, protocol: number) {
  let k = firstEnd(bytes, at + teardownLength, to)
  if (k < 0) return Read.text
  k = source.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = source.readUser(bytes, k, to)
  k = afterTo(bytes, k, to)
  if (k < 0) return Read.text
  k = destination.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = destination.readUser(bytes, k, to)
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  const c = batch.column
  c.protocol[i] = protocol
  c.kind[i] = Kind.flow
  c.marks[i] = Mark.noCounts
  c.seq[i] = Note.ending
  c.ack[i] = Reset.none
  k = readDuration(bytes, k, to, batch, i)
  const total = afterBytes(bytes, k, to)
  if (total >= 0) {
    k = readTotal(bytes, total, to, batch, i)
    if (protocol === Protocol.tcp) end(bytes, k, to, batch, i)
  }
  if (!source.addUser(batch, i, bytes) && !destination.addUser(batch, i, bytes)) lastUser(bytes, k, to, batch, i)
  return Read.row
}

/** Past `connection 12 for ` or `connection 12 from `, whose first word stands behind `at`; -1 where it is not there. */
function firstEnd(bytes: Uint8Array, at: number, to: number): number {
  // Nearly all lines have the protocol, four bytes, before the word.
  let k = at + 4 + connection.length
  if (bytes[at + 4] !== lowerC || bytes[k - 1] !== space) k = after(bytes, at, Math.min(to, at + 64), connection)
  if (k < 0) return -1
  while (bytes[k]! >= 48 && bytes[k]! <= 57) k++
  if (bytes[k] === space && bytes[k + 1] === lowerF && bytes[k + 3] === lowerR && bytes[k + 4] === space) return k + 5
  k = skipSpaces(bytes, k, to)
  if (startsWith(bytes, k, to, forWord)) return k + forWord.length
  return startsWith(bytes, k, to, fromWord) ? k + fromWord.length : -1
}

/** Past ` bytes `, -1 where it is not there. */
function afterBytes(bytes: Uint8Array, at: number, to: number): number {
  const isNext = bytes[at] === space && bytes[at + 1] === lowerB && bytes[at + bytesWord.length - 1] === space
  return isNext ? at + bytesWord.length : after(bytes, at, to, bytesWord)
}

/** The byte count, of both directions together, stands in `bytesOut`. @returns where it ends */
function readTotal(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  let k = at
  let total = 0
  while (k < to && bytes[k]! >= 48 && bytes[k]! <= 57 && k - at < 15) total = total * 10 + bytes[k++]! - 48
  batch.column.bytesOut[i] = total
  return k
}

/** Reads `duration 92:24:20` and dates the row back to the connection's beginning. @returns where it ends */
function readDuration(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const isNext = bytes[at] === space && bytes[at + 1] === lowerD && bytes[at + duration.length - 1] === space
  let k = isNext ? at + duration.length : after(bytes, at, to, duration)
  if (k < 0) return at
  let seconds = 0
  let part = 0
  const last = Math.min(to, k + 15)
  for (; k < last; k++) {
    const digit = bytes[k]! - 48
    if (digit >= 0 && digit <= 9) part = part * 10 + digit
    else if (bytes[k] === colon) {
      seconds = (seconds + part) * 60
      part = 0
    } else break
  }
  seconds += part
  if (seconds === 0) return k
  const c = batch.column
  c.duration[i] = seconds * 1e6
  c.time[i] = c.time[i]! - seconds * 1e6
  return k
}

/** How a TCP connection ended: what is behind its byte count. */
function end(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  const c = batch.column
  const from = skipSpaces(bytes, at, to)
  // Versions from 9.13 on add the interface that it came from, and a name in parentheses may follow.
  let stop = to
  if (bytes[to - 1] === 41) while (stop > from && bytes[stop] !== 40) stop--
  while (stop > from && bytes[stop - 1] === 32) stop--
  batch.text(i, Text.reason, bytes, from, stop)
  const why = reasonOf(bytes, from, stop)
  const hasData = c.bytesOut[i]! > 0
  if (why === Why.synTimeout) c.outcome[i] = Outcome.unanswered
  else if (hasData || why === Why.closed) c.outcome[i] = Outcome.established
  else if (why === Why.denied) c.outcome[i] = Outcome.blocked
  else if (why === Why.resetInside) c.ack[i] = Reset.local
  else if (why === Why.resetOutside) c.ack[i] = Reset.foreign
}

/** A name in parentheses at the end of a message: the user that cut-through proxy or a VPN knows. */
function lastUser(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  if (bytes[to - 1] !== 41) return
  let from = to - 1
  while (from > at && bytes[from] !== 40) from--
  if (from > at) batch.text(i, Text.user, bytes, from + 1, to - 1)
}

/**
 * `Built inbound ICMP connection for faddr 203.0.113.5/4(user) gaddr 192.0.2.5/0 laddr 192.168.1.5/0 type 8 code 0`; behind
 * the addresses stands the identifier of the echo, at the end that asks. Newer versions print ends as for TCP.
 */
export function icmp(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, isEnd: boolean): number {
  let k = after(bytes, at, to, faddr)
  if (k < 0) return namedIcmp(bytes, at, to, batch, i, isEnd)
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  k = source.readUser(bytes, k, to)
  const mapped = after(bytes, k, to, gaddr)
  k = after(bytes, k, to, laddr)
  if (k < 0) return Read.text
  k = destination.read(bytes, k, to)
  if (k < 0) return Read.address
  if (mapped >= 0) destination.readOther(bytes, mapped, to)
  const isOutbound = isEnd ? source.port === 0 && destination.port > 0 : bytes[at + builtLength] === lowerO
  return icmpRow(bytes, k, to, batch, i, isEnd, isOutbound)
}

function icmpRow(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  isEnd: boolean,
  isOutbound: boolean,
) {
  const c = batch.column
  const identifier = isOutbound ? destination.port : source.port
  ;(isOutbound ? destination : source).toSource(batch, i)
  ;(isOutbound ? source : destination).toDestination(batch, i)
  c.protocol[i] = source.isFour ? Protocol.icmp : Protocol.icmp6
  c.srcPort[i] = identifier
  c.dstPort[i] = 0
  if (!readType(bytes, at, to, batch, i)) assumeEcho(batch, i)
  if (isIcmpAnswer(c.protocol[i]!, c.icmpType[i]!)) c.outcome[i] = Outcome.response
  c.kind[i] = isEnd ? Kind.flow : Kind.log
  if (isEnd) readDuration(bytes, at, to, batch, i)
  else c.action[i] = Action.allow
  uncounted(batch, i)
  if (!isEnd) destination.addMapped(batch, i, bytes)
  source.addUser(batch, i, bytes)
  return Read.row
}

/** The form with interfaces and a connection number, as TCP has it. */
function namedIcmp(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, isEnd: boolean): number {
  const read = (isEnd ? teardown : built)(bytes, at, to, batch, i, Protocol.icmp)
  if (read !== Read.row) return read
  const c = batch.column
  if (!source.isFour) c.protocol[i] = Protocol.icmp6
  c.seq[i] = Note.none
  c.dstPort[i] = 0
  if (!readType(bytes, at, to, batch, i)) assumeEcho(batch, i)
  if (isIcmpAnswer(c.protocol[i]!, c.icmpType[i]!)) c.outcome[i] = Outcome.response
  return read
}
