import { ascii, equals, find, readPort, readUint, startsWith } from '../base/ascii.ts'
import { Action, type EventBatch, Kind, Outcome, Subject } from '../event/batch.ts'
import { clearEnds, readDestination, readSource } from '../event/ends.ts'
import { Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text } from '../event/texts.ts'

const space = 32
const quote = 34
const colon = 58
const openBracket = 91
const closeBracket = 93
const openBrace = 123
const closeBrace = 125
const less = 60
const arrow = ascii(' -> ')
const stars = ascii(' [**]')
const classification = ascii('[Classification: ')
const priority = ascii('[Priority: ')
const appId = ascii('[AppID: ')
const noClass = ascii('(null)')
const other = ascii('PROTO:')
const longestInterface = 20
const longestProtocol = 24

/** Opens the row of an alert. */
export function openAlert(batch: EventBatch): number {
  const i = batch.begin()
  batch.column.kind[i] = Kind.log
  batch.column.subject[i] = Subject.alert
  clearEnds(batch, i)
  return i
}

/** Where the `[gid:sid:rev]` that begins at `from` ends (past its bracket), -1 if there is none. */
export function ruleEnd(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== openBracket) return -1
  let colons = 0
  let digits = 0
  for (let i = from + 1; i < to && i < from + 40; i++) {
    const byte = bytes[i]!
    if (byte >= 48 && byte <= 57) digits++
    else if (byte === colon && digits > 0 && colons < 2) {
      colons++
      digits = 0
    } else return byte === closeBracket && colons === 2 && digits > 0 ? i + 1 : -1
  }
  return -1
}

/**
 * Reads `[1:2009582:3] message [**] [Classification: …] [Priority: 2] {TCP} a:1 -> b:2` and what Snort 2, Snort 3,
 * Suricata and syslog make of it into row `i`.
 *
 * Hot: nothing is allocated. @returns why it is malformed, or nothing
 */
export function readAlert(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): string {
  const end = ruleEnd(bytes, from, to)
  if (end < 0) return 'no [gid:sid:rev]'
  const rest = readRule(bytes, from, end, to, batch, i)
  readLabels(bytes, rest, to, batch, i)
  for (let at = find(bytes, rest, to, braceStart); at >= 0; at = find(bytes, at + 1, to, braceStart)) {
    if (isProtocol(bytes, at + 1, to)) return readProtocolAndEnds(bytes, at + 2, to, batch, i)
  }
  const isOfFrame = startsWith(bytes, from, to, arpSpoof) || find(bytes, rest, to, rawPacket) >= 0
  return isOfFrame ? '' : 'no addresses'
}

const braceStart = ascii(' {')
/** Alerts about frames that are not IP: Snort's arpspoof, Suricata's of its decoders. */
const arpSpoof = ascii('[112:')
const rawPacket = ascii('[Raw pkt: ')

/** The id and the message; returns where that ends. */
export function readRule(
  bytes: Uint8Array,
  from: number,
  end: number,
  to: number,
  batch: EventBatch,
  i: number,
): number {
  batch.text(i, Text.signatureId, bytes, from + 1, end - 1)
  let start = end
  while (start < to && bytes[start] === space) start++
  if (bytes[start] === less) start = afterInterface(bytes, start, to)
  if (bytes[start] === quote) {
    let stop = start + 1
    while (stop < to && bytes[stop] !== quote) stop += bytes[stop] === 92 ? 2 : 1
    stop = Math.min(stop, to)
    batch.text(i, Text.signature, bytes, start + 1, stop)
    return Math.min(to, stop + 1)
  }
  const stop = messageEnd(bytes, start, to)
  batch.text(i, Text.signature, bytes, start, stop)
  return stop
}

/** `<eth0> ` stands before the message with `snort -I`. */
function afterInterface(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from + 1; i + 1 < to && i < from + longestInterface; i++) {
    if (bytes[i] === 62 && bytes[i + 1] === space) return i + 2
  }
  return from
}

/** The message ends at ` [**]`, at a label, or at the protocol. */
function messageEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    if (bytes[i] !== space) continue
    if (bytes[i + 1] === openBrace && isProtocol(bytes, i + 1, to)) return i
    if (bytes[i + 1] !== openBracket) continue
    const isEnd =
      startsWith(bytes, i, to, stars) ||
      startsWith(bytes, i + 1, to, classification) ||
      startsWith(bytes, i + 1, to, priority)
    if (isEnd) return i
  }
  return to
}

/** Whether `{TCP} a -> ` stands at `brace`: a message may have braces too. */
function isProtocol(bytes: Uint8Array, brace: number, to: number): boolean {
  let i = brace + 1
  while (i < to && i < brace + longestProtocol && bytes[i] !== closeBrace && bytes[i] !== space) i++
  if (bytes[i] !== closeBrace || bytes[i + 1] !== space) return false
  i += 2
  while (i < to && bytes[i] !== space) i++
  return startsWith(bytes, i, to, arrow)
}

/** `[Classification: …] [Priority: …] [AppID: …]` */
export function readLabels(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  const kind = label(bytes, from, to, classification)
  if (kind >= 0) {
    const end = labelEnd(bytes, kind, to)
    if (!equals(bytes, kind, end, noClass)) batch.text(i, Text.category, bytes, kind, end)
  }
  const rank = label(bytes, from, to, priority)
  if (rank >= 0) batch.column.severity[i] = severityOf(bytes, rank, labelEnd(bytes, rank, to))
  const application = label(bytes, from, to, appId)
  if (application >= 0) batch.text(i, Text.application, bytes, application, labelEnd(bytes, application, to))
}

function label(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const at = find(bytes, from, to, word)
  return at < 0 ? -1 : at + word.length
}

function labelEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== closeBracket) i++
  return i
}

/** Snort and Suricata count priorities from 1, the worst: 1 becomes 3 (high), 2 stays, what is beyond becomes 1. */
export function severityOf(bytes: Uint8Array, from: number, to: number): number {
  const value = readUint(bytes, from, to)
  if (value <= 0) return 0
  return value < 3 ? 4 - value : 1
}

function readProtocolAndEnds(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): string {
  let end = from
  while (end < to && bytes[end] !== closeBrace) end++
  batch.column.protocol[i] = snortProtocol(bytes, from, end)
  return readEnds(bytes, end + 2, to, batch, i) ? '' : 'no readable addresses'
}

/** `TCP`, `IPV6-ICMP`, `PROTO:132`. Snort's own 255 (a portscan alert, which is about no packet) is no protocol. */
export function snortProtocol(bytes: Uint8Array, from: number, to: number): number {
  const start = startsWith(bytes, from, to, other) ? from + other.length : from
  const protocol = readProtocol(bytes, start, to)
  return protocol < 0 || protocol === 255 ? 0 : protocol
}

/** Reads `a:1 -> b:2`. */
export function readEnds(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const at = find(bytes, from, to, arrow)
  if (at < 0) return false
  let end = at + arrow.length
  while (end < to && bytes[end] !== space) end++
  return readEnd(bytes, from, at, batch, i, true) && readEnd(bytes, at + arrow.length, end, batch, i, false)
}

/**
 * Reads one end, `address` or `address:port`, of which the port of an ICMP alert of Suricata is its type or code. An IPv6
 * address whose last group could be a port is one with a port where the protocol has ports, or `hasPort` says so.
 */
export function readEnd(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
  isSource: boolean,
  hasPort = false,
): boolean {
  const protocol = batch.column.protocol[i]!
  const isPorted = hasPort || protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp
  if (!isPorted && readHost(bytes, from, to, batch, i, isSource)) return true
  let last = to - 1
  while (last > from && bytes[last] !== colon) last--
  const port = last > from ? readPort(bytes, last + 1, to) : -1
  if (port >= 0 && readHost(bytes, from, last, batch, i, isSource)) {
    keepPort(batch, i, port, isSource)
    return true
  }
  return readHost(bytes, from, to, batch, i, isSource)
}

function readHost(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
  isSource: boolean,
): boolean {
  const isBracketed = bytes[from] === openBracket && bytes[to - 1] === closeBracket
  const start = isBracketed ? from + 1 : from
  const end = isBracketed ? to - 1 : to
  return isSource ? readSource(bytes, start, end, batch, i) : readDestination(bytes, start, end, batch, i)
}

function keepPort(batch: EventBatch, i: number, port: number, isSource: boolean): void {
  const c = batch.column
  const isIcmp = c.protocol[i] === Protocol.icmp || c.protocol[i] === Protocol.icmp6
  if (isIcmp) (isSource ? c.icmpType : c.icmpCode)[i] = port
  else (isSource ? c.srcPort : c.dstPort)[i] = port
}

const actions: readonly (readonly [string, number])[] = [
  ['allow', Action.allow],
  ['allowed', Action.allow],
  ['pass', Action.allow],
  ['alert', Action.none],
  ['drop', Action.deny],
  ['dropped', Action.deny],
  ['block', Action.deny],
  ['blocked', Action.deny],
  ['reject', Action.reject],
  ['reset', Action.reject],
]
const actionWords = actions.map(([word]) => ascii(word))

/** What was done with the packet; `would_drop` and the like did nothing. */
export function readAction(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  for (let k = 0; k < actions.length; k++) {
    if (!equalsAnyCase(bytes, from, to, actionWords[k]!)) continue
    const action = actions[k]![1]
    batch.column.action[i] = action
    if (action === Action.deny || action === Action.reject) batch.column.outcome[i] = Outcome.blocked
    return
  }
}

function equalsAnyCase(bytes: Uint8Array, from: number, to: number, lower: Uint8Array): boolean {
  if (to - from !== lower.length) return false
  for (let k = 0; k < lower.length; k++) if ((bytes[from + k]! | 32) !== lower[k]) return false
  return true
}
