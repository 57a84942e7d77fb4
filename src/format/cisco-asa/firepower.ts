import { ascii, readUint, skipSpaces, startsWith } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { alert, assumeEcho, destination, isIcmp, Note, Read, setProtocol, source, until } from './message.ts'
import { portOf } from './words.ts'

/**
 * Security events of Firepower Threat Defense: 430001 intrusion, 430002 and 430003 beginning and end of a connection, as
 * `Key: value, Key: value` (Cisco, "Cisco Secure Firewall Threat Defense Syslog Messages"). hot: no allocation per event.
 */

const colon = 58
const comma = 44
const space = 32
const quote = 34

const keys = [
  'SrcIP',
  'DstIP',
  'SrcPort',
  'DstPort',
  'Protocol',
  'ICMPType',
  'ICMPCode',
  'AccessControlRuleAction',
  'AccessControlRuleName',
  'AccessControlRuleReason',
  'FirstPacketSecond',
  'ConnectionDuration',
  'InitiatorPackets',
  'ResponderPackets',
  'InitiatorBytes',
  'ResponderBytes',
  'ApplicationProtocol',
  'User',
  'UserAgent',
  'URL',
  'ReferencedHost',
  'DNSQuery',
  'NAT_ResponderIP',
  'NAT_InitiatorIP',
  'GID',
  'SID',
  'Message',
  'Classification',
  'Priority',
  'InlineResult',
] as const
const table = new WordTable(keys)
const from = new Int32Array(keys.length)
const to = new Int32Array(keys.length)
const place = Object.fromEntries(keys.map((key, field) => [key, field])) as Record<(typeof keys)[number], number>
const Key = {
  src: place.SrcIP,
  dst: place.DstIP,
  srcPort: place.SrcPort,
  dstPort: place.DstPort,
  protocol: place.Protocol,
  icmpType: place.ICMPType,
  icmpCode: place.ICMPCode,
  action: place.AccessControlRuleAction,
  rule: place.AccessControlRuleName,
  reason: place.AccessControlRuleReason,
  first: place.FirstPacketSecond,
  duration: place.ConnectionDuration,
  packetsOut: place.InitiatorPackets,
  packetsIn: place.ResponderPackets,
  bytesOut: place.InitiatorBytes,
  bytesIn: place.ResponderBytes,
  application: place.ApplicationProtocol,
  user: place.User,
  userAgent: place.UserAgent,
  url: place.URL,
  host: place.ReferencedHost,
  query: place.DNSQuery,
  natTo: place.NAT_ResponderIP,
  natFrom: place.NAT_InitiatorIP,
  gid: place.GID,
  sid: place.SID,
  message: place.Message,
  classification: place.Classification,
  priority: place.Priority,
  inline: place.InlineResult,
} as const

/** Of a repeated key the first counts: what an attacker writes (a URL, a user agent) stands behind what the device wrote. */
function scan(bytes: Uint8Array, at: number, end: number): void {
  from.fill(-1)
  let key = at
  while (key < end) {
    key = skipSpaces(bytes, key, end)
    const stop = until(bytes, key, end, colon)
    if (stop >= end) return
    const value = skipSpaces(bytes, stop + 1, end)
    const next = valueEnd(bytes, value, end)
    const field = table.place(bytes, key, stop)
    if (field >= 0 && from[field]! < 0) {
      const isQuoted = bytes[value] === quote && next - 1 > value && bytes[next - 1] === quote
      from[field] = isQuoted ? value + 1 : value
      to[field] = isQuoted ? next - 1 : next
    }
    key = next + 1
  }
}

/** A value ends at a comma behind which a key and its colon follow. */
function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === quote) {
    const closed = until(bytes, at + 1, end, quote)
    if (closed < end) return Math.min(end, closed + 1)
  }
  for (let k = until(bytes, at, end, comma); k < end; k = until(bytes, k + 1, end, comma)) {
    if (isKey(bytes, k + 1, end)) return k
  }
  return end
}

function isKey(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== space) return false
  const last = Math.min(end, at + 48)
  for (let k = at + 1; k < last; k++) {
    const byte = bytes[k]!
    if (byte === colon) return k > at + 1 && (bytes[k + 1] === space || k + 1 === end)
    if (byte === comma || byte === quote || byte === 47) return false
  }
  return false
}

/** @returns `Read.row` where both ends and the protocol are in the row */
function readEnds(bytes: Uint8Array, batch: EventBatch, i: number): number {
  if (from[Key.src]! < 0 || from[Key.dst]! < 0) return Read.text
  if (source.read(bytes, from[Key.src]!, to[Key.src]!) !== to[Key.src]) return Read.address
  if (destination.read(bytes, from[Key.dst]!, to[Key.dst]!) !== to[Key.dst]) return Read.address
  const c = batch.column
  source.port = portAt(bytes, Key.srcPort)
  destination.port = portAt(bytes, Key.dstPort)
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  if (!setProtocol(bytes, from[Key.protocol]!, to[Key.protocol]!, batch, i)) return Read.protocol
  if (isIcmp(batch, i)) {
    // A type may be a number or a name; a name is that of a request unless it says that it is an answer.
    assumeEcho(batch, i)
    const type = leading(bytes, Key.icmpType)
    if (type >= 0) c.icmpType[i] = type
    else nameType(bytes, batch, i)
    const code = leading(bytes, Key.icmpCode)
    if (code >= 0) c.icmpCode[i] = code
  }
  return Read.row
}

const replies: readonly (readonly [Uint8Array, number, number])[] = [
  [ascii('Echo Reply'), 0, 129],
  [ascii('Destination Unreachable'), 3, 1],
  [ascii('Dest'), 3, 1],
  [ascii('Time Exceeded'), 11, 3],
  [ascii('Redirect'), 5, 137],
  [ascii('Timestamp Reply'), 14, 0],
  [ascii('Timestamp'), 13, 0],
  [ascii('Parameter Problem'), 12, 4],
]

function nameType(bytes: Uint8Array, batch: EventBatch, i: number): void {
  const at = from[Key.icmpType]!
  if (at < 0) return
  const isSix = batch.column.protocol[i] === Protocol.icmp6
  for (const reply of replies) {
    if (!startsWith(bytes, at, to[Key.icmpType]!, reply[0])) continue
    batch.column.icmpType[i] = isSix ? reply[2] : reply[1]
    return
  }
}

function portAt(bytes: Uint8Array, field: number): number {
  return from[field]! < 0 ? 0 : Math.max(0, portOf(bytes, from[field]!, until(bytes, from[field]!, to[field]!, space)))
}

/** The number a value begins with, -1 where it begins with none. */
function leading(bytes: Uint8Array, field: number): number {
  const at = from[field]!
  return at < 0 ? -1 : Math.min(255, readUint(bytes, at, until(bytes, at, to[field]!, space)))
}

function number(bytes: Uint8Array, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}

function text(bytes: Uint8Array, batch: EventBatch, i: number, name: TextField, field: number): void {
  if (from[field]! >= 0) batch.text(i, name, bytes, from[field]!, to[field]!)
}

/** 430002 and 430003. */
export function connection(
  bytes: Uint8Array,
  at: number,
  end: number,
  names: Names,
  batch: EventBatch,
  i: number,
  isEnd: boolean,
) {
  scan(bytes, at, end)
  const read = readEnds(bytes, batch, i)
  if (read !== Read.row) return read
  const c = batch.column
  const action = actionAt(bytes)
  c.action[i] = action
  c.rule[i] = from[Key.rule]! < 0 ? 0 : names.id(bytes, from[Key.rule]!, to[Key.rule]!)
  counts(bytes, batch, i)
  const isBlocked = action === Action.deny || action === Action.reject
  c.kind[i] = isEnd && !isBlocked ? Kind.flow : Kind.log
  time(bytes, batch, i, isEnd)
  if (isBlocked) c.outcome[i] = Outcome.blocked
  else if (isEnd) c.outcome[i] = endOutcome(batch, i)
  if (!isBlocked) c.seq[i] = isEnd ? Note.closing : Note.opening
  texts(bytes, batch, i)
  return Read.row
}

function texts(bytes: Uint8Array, batch: EventBatch, i: number): void {
  text(bytes, batch, i, Text.reason, Key.reason)
  text(bytes, batch, i, Text.application, Key.application)
  text(bytes, batch, i, Text.userAgent, Key.userAgent)
  text(bytes, batch, i, Text.uri, Key.url)
  text(bytes, batch, i, Text.host, Key.host)
  text(bytes, batch, i, Text.query, Key.query)
  text(bytes, batch, i, Text.mapped, from[Key.natTo]! >= 0 ? Key.natTo : Key.natFrom)
  user(bytes, batch, i)
}

const allow = ascii('Allow')
const trust = ascii('Trust')
const fastpath = ascii('Fastpath')
const withReset = ascii('Block with reset')
const block = ascii('Block')

function actionAt(bytes: Uint8Array): number {
  const at = from[Key.action]!
  const end = to[Key.action]!
  if (at < 0) return Action.none
  if (startsWith(bytes, at, end, allow) || startsWith(bytes, at, end, trust)) return Action.allow
  if (startsWith(bytes, at, end, fastpath)) return Action.allow
  if (startsWith(bytes, at, end, withReset)) return Action.reject
  // `Interactive Block` asks the user, `Monitor` leaves it to the next rule: neither says what was done.
  return startsWith(bytes, at, end, block) ? Action.deny : Action.none
}

function counts(bytes: Uint8Array, batch: EventBatch, i: number): void {
  const c = batch.column
  const out = number(bytes, Key.packetsOut)
  const back = number(bytes, Key.packetsIn)
  const bytesOut = number(bytes, Key.bytesOut)
  const bytesIn = number(bytes, Key.bytesIn)
  if (out < 0 || back < 0) c.marks[i] = Mark.noCounts
  else {
    c.packetsOut[i] = out
    c.packetsIn[i] = back
  }
  if (bytesOut > 0) c.bytesOut[i] = bytesOut
  if (bytesIn > 0) c.bytesIn[i] = bytesIn
}

const first = new Float64Array(1)

/** A connection counts at its first packet. */
function time(bytes: Uint8Array, batch: EventBatch, i: number, isEnd: boolean): void {
  const c = batch.column
  const seconds = isEnd ? number(bytes, Key.duration) : -1
  if (seconds > 0) c.duration[i] = seconds * 1e6
  if (from[Key.first]! >= 0 && readIso(bytes, from[Key.first]!, to[Key.first]!, first, 0) >= 0) c.time[i] = first[0]!
  else if (seconds > 0) c.time[i] = c.time[i]! - seconds * 1e6
}

/** One packet back may be a SYN-ACK or a RST, unless an application was recognised behind it. */
function endOutcome(batch: EventBatch, i: number): number {
  const c = batch.column
  if (c.marks[i]! & Mark.noCounts) return Outcome.unknown
  if (c.packetsIn[i] === 0) return c.packetsOut[i]! > 0 ? Outcome.unanswered : Outcome.unknown
  if (c.protocol[i] !== Protocol.tcp) return Outcome.established
  const hasApplication = from[Key.application]! >= 0
  if (hasApplication) c.marks[i] = c.marks[i]! | Mark.data
  return c.packetsIn[i]! > 1 || hasApplication ? Outcome.established : Outcome.unknown
}

const noUser = new WordTable(['No Authentication Required', 'Not Found', 'Unknown', 'N/A', 'Authentication Failed'])

function user(bytes: Uint8Array, batch: EventBatch, i: number): void {
  if (from[Key.user]! < 0 || noUser.place(bytes, from[Key.user]!, to[Key.user]!) >= 0) return
  batch.text(i, Text.user, bytes, from[Key.user]!, to[Key.user]!)
}

const blocked = ascii('Blocked')
const dropped = ascii('Dropped')
const identifier = new Uint8Array(24)

/** 430001. */
export function intrusion(
  bytes: Uint8Array,
  at: number,
  end: number,
  names: Names,
  batch: EventBatch,
  i: number,
): number {
  scan(bytes, at, end)
  alert(batch, i)
  const read = readEnds(bytes, batch, i)
  if (read !== Read.row) return read
  const c = batch.column
  c.rule[i] = from[Key.rule]! < 0 ? 0 : names.id(bytes, from[Key.rule]!, to[Key.rule]!)
  const priority = number(bytes, Key.priority)
  if (priority > 0) c.severity[i] = Math.max(1, 4 - priority)
  const result = from[Key.inline]!
  const stop = to[Key.inline]!
  if (result >= 0 && (startsWith(bytes, result, stop, blocked) || startsWith(bytes, result, stop, dropped))) {
    c.action[i] = Action.deny
    c.outcome[i] = Outcome.blocked
  }
  time(bytes, batch, i, false)
  text(bytes, batch, i, Text.signature, Key.message)
  addIdentifier(bytes, batch, i)
  text(bytes, batch, i, Text.category, Key.classification)
  text(bytes, batch, i, Text.application, Key.application)
  user(bytes, batch, i)
  return Read.row
}

/** `1:648`, of two fields. */
function addIdentifier(bytes: Uint8Array, batch: EventBatch, i: number): void {
  let length = 0
  for (const field of signatureFields) {
    if (from[field]! < 0) continue
    if (length > 0) identifier[length++] = colon
    for (let k = from[field]!; k < to[field]! && length < identifier.length - 1; k++) identifier[length++] = bytes[k]!
  }
  batch.text(i, Text.signatureId, identifier, 0, length)
}

const signatureFields = Uint8Array.of(Key.gid, Key.sid)
