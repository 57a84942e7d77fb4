import { ascii, find, skipSpaces, startsWith } from '../../base/ascii.ts'
import { Action, type EventBatch, Mark, Outcome } from '../../event/batch.ts'
import type { Names } from '../../event/names.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import {
  after,
  alert,
  assumeEcho,
  denied,
  destination,
  isIcmp,
  Read,
  readFlags,
  readType,
  setProtocol,
  setRule,
  source,
  uncounted,
  until,
} from './message.ts'

/** Packets that were denied, discarded or asked for at the firewall itself: 106xxx, 305xxx, 313xxx, 710xxx. hot: no allocation per event. */

const space = 32
const lowerS = 115
const denyLength = 'Deny '.length
const spaceSrc = ascii(' src ')
const dstWord = ascii(' dst ')
const fromWord = ascii('from ')
const toWord = ascii(' to ')
const byWord = ascii(' by access-group ')
const byWordOld = ascii(' by access_group ')
const protocolWord = ascii('protocol=')
const icmpTypeWord = ascii('ICMP type')
const payloadWord = ascii('Original IP payload: ')

/**
 * `Deny tcp src outside:203.0.113.5/4444(user) dst dmz:192.168.1.5/80 (type 8, code 0) by access-group "acl"`, and all others
 * that name a protocol before `src`.
 */
export function srcDst(bytes: Uint8Array, at: number, to: number, names: Names, batch: EventBatch, i: number): number {
  // `Deny tcp src ` is what nearly all lines begin with.
  let mark = until(bytes, at + denyLength, to, space)
  if (bytes[mark + 1] !== lowerS || bytes[mark + spaceSrc.length - 1] !== space) mark = find(bytes, at, to, spaceSrc)
  if (mark < 0) return Read.text
  let protocolAt = mark
  while (protocolAt > at && bytes[protocolAt - 1] !== space) protocolAt--
  let k = source.readNamed(bytes, mark + spaceSrc.length, to)
  if (k < 0) return Read.address
  k = source.readUser(bytes, k, to)
  k = startsWith(bytes, k, to, dstWord) ? k + dstWord.length : after(bytes, k, to, dstWord)
  if (k < 0) return Read.text
  k = destination.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = destination.readUser(bytes, k, to)
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  if (!setProtocol(bytes, protocolAt, mark, batch, i)) return Read.protocol
  if (isIcmp(batch, i)) icmpPorts(bytes, k, to, batch, i)
  k = byRule(bytes, k, to)
  setRule(bytes, k, to, names, batch, i)
  if (!source.addUser(batch, i, bytes)) destination.addUser(batch, i, bytes)
  return denied(batch, i)
}

function byRule(bytes: Uint8Array, at: number, to: number): number {
  if (startsWith(bytes, at, to, byWord)) return at + byWord.length
  const k = after(bytes, at, to, byWord)
  return k < 0 ? after(bytes, at, to, byWordOld) : k
}

/** Of ICMP the ports are no ports, and the type stands behind the addresses. */
function icmpPorts(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  const c = batch.column
  c.srcPort[i] = 0
  c.dstPort[i] = 0
  if (!readType(bytes, at, to, batch, i)) assumeEcho(batch, i)
}

/**
 * `Deny TCP (no connection) from 203.0.113.5/4444 to 192.0.2.5/80 flags RST  on interface outside`: ends without interfaces.
 */
export function fromTo(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  protocol: number,
): number {
  const k = bareEnds(bytes, at, to)
  if (k < 0) return -k
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  batch.column.protocol[i] = protocol
  if (protocol === Protocol.tcp) readFlags(bytes, k, to, batch, i)
  const read = denied(batch, i)
  if (protocol === Protocol.udp && find(bytes, k, to, dnsResponse) >= 0) batch.column.outcome[i] = Outcome.response
  return read
}

const dnsResponse = ascii('DNS Response')

/** Reads ` from A to B` into both ends. @returns past them; a negative reason where they are not there */
function bareEnds(bytes: Uint8Array, at: number, to: number): number {
  let k = after(bytes, at, to, fromWord)
  if (k < 0) return -Read.text
  k = source.read(bytes, k, to)
  if (k < 0) return -Read.address
  k = startsWith(bytes, k, to, toWord) ? k + toWord.length : after(bytes, k, to, toWord)
  if (k < 0) return -Read.text
  k = destination.read(bytes, k, to)
  return k < 0 ? -Read.address : k
}

/** The same where both ends have interfaces: `SFR requested to drop TCP packet from outside:203.0.113.5/4 to dmz:192.0.2.5/80`. */
export function namedFromTo(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  let k = after(bytes, at, to, fromWord)
  if (k < 0) return Read.text
  const from = k - fromWord.length
  k = source.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, toWord)
  if (k < 0) return Read.text
  if (destination.readNamed(bytes, k, to) < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  // `... TCP packet from`, `... TCP flow from`, `Duplicate TCP SYN from`: the protocol is the word before the last.
  let end = from - 1
  while (end > at && bytes[end - 1] !== space) end--
  let start = --end
  while (start > at && bytes[start - 1] !== space) start--
  return setProtocol(bytes, start, end, batch, i) ? denied(batch, i) : Read.protocol
}

/** `Duplicate TCP SYN from … with different initial sequence number`: it was not let through, and not denied by a rule. */
export function duplicateSyn(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const read = namedFromTo(bytes, at, to, batch, i)
  if (read !== Read.row) return read
  const c = batch.column
  c.flags[i] = Flag.syn
  c.marks[i] = c.marks[i]! | Mark.flagsTold
  c.action[i] = Action.none
  c.outcome[i] = Outcome.unknown
  return Read.row
}

/** `TCP access denied by ACL from 203.0.113.5/4444 to outside:192.0.2.1/ssh`: at the firewall's own address (710001 to 710006). */
export function toBox(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  isAllowed: boolean,
): number {
  let k = after(bytes, at, to, fromWord)
  if (k < 0) return Read.text
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, toWord)
  if (k < 0) return Read.text
  if (destination.readNamed(bytes, k, to) < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  if (!setProtocol(bytes, at, until(bytes, at, to, space), batch, i)) return Read.protocol
  if (isIcmp(batch, i)) assumeEcho(batch, i)
  if (!isAllowed) return denied(batch, i)
  batch.column.action[i] = Action.allow
  uncounted(batch, i)
  return Read.row
}

/** `Denied ICMP type=0, from laddr 203.0.113.5 on interface outside to 192.0.2.5: no matching session`. */
export function icmpNoSession(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  let k = after(bytes, at, to, fromWord)
  if (k < 0) return Read.text
  if (startsWith(bytes, k, to, laddr)) k += laddr.length
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, toWord)
  if (k < 0) return Read.text
  if (destination.read(bytes, k, to) < 0) return Read.address
  return icmpDenied(bytes, at, to, batch, i)
}

const laddr = ascii('laddr ')

/** ICMP from `source` to `destination`, its type behind `at`. */
function icmpDenied(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  batch.column.protocol[i] = source.isFour ? Protocol.icmp : Protocol.icmp6
  icmpPorts(bytes, at, to, batch, i)
  return denied(batch, i)
}

/**
 * `No matching connection for ICMP error message: icmp src outside:203.0.113.5 dst dmz:192.0.2.5 (type 3, code 3) on outside
 * interface. Original IP payload: udp src 192.0.2.5/53 dst 203.0.113.5/4444.`: an answer to a packet that the firewall did not
 * see, so that the packet it quotes is told as a text and not believed.
 */
export function strayError(
  bytes: Uint8Array,
  at: number,
  to: number,
  names: Names,
  batch: EventBatch,
  i: number,
): number {
  const read = srcDst(bytes, at, to, names, batch, i)
  if (read !== Read.row) return read
  const payload = after(bytes, at, to, payloadWord)
  if (payload >= 0) batch.text(i, Text.message, bytes, payload, bytes[to - 1] === 46 ? to - 1 : to)
  return Read.row
}

/** `Denied invalid ICMP code 9, for outside:203.0.113.5/8 (…) to dmz:192.0.2.5/0 (…), ICMP id 295, ICMP type 8`. */
export function icmpCode(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  let k = after(bytes, at, to, forWord)
  if (k < 0) return Read.text
  k = source.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, toWord)
  if (k < 0) return Read.text
  k = destination.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  const type = find(bytes, k, to, icmpTypeWord)
  const read = icmpDenied(bytes, type < 0 ? to : type, to, batch, i)
  readCode(bytes, at, to, batch, i)
  return read
}

const forWord = ascii(', for ')
const codeWord = ascii('code ')

function readCode(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  const k = after(bytes, at, to, codeWord)
  let code = 0
  for (let d = k; d >= 0 && d < to && bytes[d]! >= 48 && bytes[d]! <= 57 && d < k + 3; d++)
    code = code * 10 + bytes[d]! - 48
  if (code <= 255) batch.column.icmpCode[i] = code
}

/**
 * `ICMP packet type 8 denied by outbound list 1 src 192.168.1.5 dest 192.0.2.5` and `TCP Connection denied by outbound list 1
 * src 192.168.1.5 80 dest 192.0.2.5 80`: PIX (106018, 106002).
 */
export function outboundList(
  bytes: Uint8Array,
  at: number,
  to: number,
  names: Names,
  batch: EventBatch,
  i: number,
): number {
  const list = after(bytes, at, to, listWord)
  let k = after(bytes, list, to, spaceSrc)
  if (k < 0) return Read.text
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, destWord)
  if (k < 0) return Read.text
  if (destination.read(bytes, k, to) < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  if (!setProtocol(bytes, at, until(bytes, at, to, space), batch, i)) return Read.protocol
  if (isIcmp(batch, i)) icmpPorts(bytes, at, list, batch, i)
  setRule(bytes, list, to, names, batch, i)
  return denied(batch, i)
}

const listWord = ascii(' outbound list ')
const destWord = ascii(' dest ')

/** `Dropping echo request from 203.0.113.5 to PAT address 192.0.2.5`. */
export function echoToPat(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  let k = after(bytes, at, to, fromWord)
  if (k < 0) return Read.text
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, patWord)
  if (k < 0) return Read.text
  return destination.read(bytes, k, to) < 0 ? Read.address : icmpDenied(bytes, to, to, batch, i)
}

const patWord = ascii(' to PAT address ')

/** `Invalid transport field for protocol=UDP, from 203.0.113.5/4444 to 192.0.2.5/0`. */
export function invalidTransport(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const word = after(bytes, at, to, protocolWord)
  const k = bareEnds(bytes, at, to)
  if (word < 0 || k < 0) return word < 0 ? Read.text : -k
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  if (!setProtocol(bytes, word, until(bytes, word, to, 44, space), batch, i)) return Read.protocol
  return denied(batch, i)
}

/**
 * A packet whose source is forged, or whose protocol is not told, so that it is no contact: `Deny IP spoof from (203.0.113.5) to
 * 192.0.2.5`, land attacks, reverse path checks, teardrops, IP options, shunned packets.
 */
export function forged(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  alert(batch, i)
  const c = batch.column
  c.action[i] = Action.deny
  c.outcome[i] = Outcome.blocked
  let k = after(bytes, at, to, fromWord)
  const isShunned = k < 0
  if (isShunned) k = after(bytes, at, to, packetWord)
  if (k < 0) return Read.text
  const name = isShunned ? k - packetWord.length : k - fromWord.length - 1
  if (bytes[k] === 40) k++
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  if (bytes[k] === 41) k++
  k = skipSpaces(bytes, k, to)
  while (k < to && bytes[k] !== space) k++
  if (destination.read(bytes, skipSpaces(bytes, k, to), to) < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  batch.text(i, Text.signature, bytes, at, Math.max(at, name))
  return Read.row
}

const packetWord = ascii(': ')
const onInterface = ascii(' on interface ')

/** `Denied ICMP type=8, code=0 from 203.0.113.5 on interface outside`: at an address of the firewall that is not told. */
export function icmpToBox(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  alert(batch, i)
  const k = after(bytes, at, to, fromWord)
  if (k < 0) return Read.text
  if (source.read(bytes, k, to) < 0) return Read.address
  source.toSource(batch, i)
  const c = batch.column
  c.protocol[i] = source.isFour ? Protocol.icmp : Protocol.icmp6
  readType(bytes, at, to, batch, i)
  c.action[i] = Action.deny
  c.outcome[i] = Outcome.blocked
  batch.text(i, Text.signature, bytes, at, k - fromWord.length - 1)
  const named = after(bytes, k, to, onInterface)
  if (named >= 0) batch.text(i, Text.message, bytes, named - onInterface.length + 1, to)
  return Read.row
}
