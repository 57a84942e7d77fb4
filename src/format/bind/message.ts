import { ascii, equals, find, startsWith, wordEnd } from '../../base/ascii.ts'
import { Action, type EventBatch, Outcome } from '../../event/batch.ts'
import { outcomeOfRcode } from '../../event/dns.ts'
import { readDestination } from '../../event/ends.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import { Decoded } from '../format.ts'

const slash = 47
const quote = 39
const open = 40
const close = 41
const dnsPort = 53
const query = ascii('query: ')
const response = ascii('response: ')
const failed = ascii('query failed (')
const denied = ascii(' denied')
const transferOf = ascii('transfer of ')
const zoneTransfer = ascii('zone transfer ')
const badTransfer = ascii('bad zone transfer request: ')
const queryOf = ascii('query ')
const axfr = ascii('AXFR')
const ixfr = ascii('IXFR')
const started = ascii(' started')
const overFor = ascii(' for ')

/** Where the parts of `name/type/class` or `name/class` stand. */
let nameFrom = 0
let nameTo = 0
let typeFrom = 0
let typeTo = 0

/** Reads what named says of the client in row `i`. Hot: nothing is allocated. `batch.reason` says what is malformed. */
export function readMessage(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  if (startsWith(bytes, from, to, query)) return readQuery(bytes, from + query.length, to, batch, i, false)
  if (startsWith(bytes, from, to, response)) return readQuery(bytes, from + response.length, to, batch, i, true)
  if (startsWith(bytes, from, to, failed)) return readFailed(bytes, from + failed.length, to, batch, i)
  if (startsWith(bytes, from, to, transferOf)) return readTransfer(bytes, from, to, batch, i)
  if (startsWith(bytes, from, to, badTransfer)) return readBadTransfer(bytes, from, to, batch, i)
  const isTransfer = startsWith(bytes, from, to, zoneTransfer)
  if (!isTransfer && !startsWith(bytes, from, to, queryOf)) return Decoded.ignored
  return readDenied(bytes, from, to, batch, i, isTransfer)
}

/** `name IN PTR +E(0)TK (192.0.2.53)`; of a response `name IN PTR NXDOMAIN 0 1 1 +E(0)TK (192.0.2.53)`. */
function readQuery(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
  isResponse: boolean,
): Decoded {
  const c = batch.column
  const name = wordEnd(bytes, from, to)
  const type = wordEnd(bytes, name + 1, to) + 1
  let end = wordEnd(bytes, type, to)
  if (name === from || type >= to || end === type) return fail(batch, 'a query without a name, class and type')
  batch.text(i, Text.query, bytes, from, name)
  batch.text(i, Text.queryType, bytes, type, end)
  if (isResponse) {
    const rcode = end + 1
    end = wordEnd(bytes, rcode, to)
    batch.text(i, Text.rcode, bytes, rcode, end)
    c.outcome[i] = outcomeOfRcode(bytes, rcode, end)
    for (let count = 0; count < 3; count++) end = wordEnd(bytes, end + 1, to)
  }
  const flags = end + 1
  end = wordEnd(bytes, flags, to)
  c.protocol[i] = isOverTcp(bytes, flags, end) ? Protocol.tcp : Protocol.udp
  readServer(bytes, end + 1, to, batch, i)
  return Decoded.event
}

/** `T` among the flags: asked over TCP. Their parentheses hold the version of EDNS. */
function isOverTcp(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === 84) return true
  return false
}

/** `(192.0.2.53)`, the address that was asked. Old versions do not tell it, none its port. */
function readServer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  if (bytes[from] !== open) return
  let end = from + 1
  while (end < to && bytes[end] !== close) end++
  if (readDestination(bytes, from + 1, end, batch, i)) batch.column.dstPort[i] = dnsPort
}

/** `query failed (SERVFAIL) for name/IN/A at query.c:5708`; a reason that is no response code is in small letters. */
function readFailed(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  let end = from
  while (end < to && bytes[end] !== close) end++
  const about = end + 1 + overFor.length
  // Without a name nothing is known of the query.
  if (!startsWith(bytes, end + 1, to, overFor)) return Decoded.ignored
  if (!cutName(bytes, about, wordEnd(bytes, about, to), true)) return fail(batch, 'a failed query without its name')
  addName(bytes, batch, i, typeFrom, typeTo)
  const isCode = bytes[from]! >= 65 && bytes[from]! <= 90
  batch.text(i, isCode ? Text.rcode : Text.reason, bytes, from, end)
  if (isCode) batch.column.outcome[i] = outcomeOfRcode(bytes, from, end)
  return Decoded.event
}

/** `zone transfer 'name/AXFR/IN' denied`, `query (cache) 'name/A/IN' denied (…)`; old versions name no type of transfer. */
function readDenied(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
  isTransfer: boolean,
): Decoded {
  const start = afterQuote(bytes, from, to)
  const end = lastQuote(bytes, start, to)
  if (start < 0 || end < 0 || !startsWith(bytes, end + 1, to, denied)) return Decoded.ignored
  const hasType = slashes(bytes, start, end) >= 2 && !(isTransfer && !endsInTransfer(bytes, start, end))
  if (!cutName(bytes, start, end, false)) return fail(batch, 'a refusal without a name')
  const c = batch.column
  if (hasType) addName(bytes, batch, i, typeFrom, typeTo)
  else addTransfer(bytes, start, end, batch, i)
  if (isTransfer) c.protocol[i] = Protocol.tcp
  c.outcome[i] = Outcome.refused
  c.action[i] = Action.deny
  return Decoded.event
}

/** `transfer of 'name/IN': AXFR started (serial 1)`; that it ended says nothing new. */
function readTransfer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  const start = afterQuote(bytes, from, to)
  const end = start < 0 ? -1 : quoteEnd(bytes, start, to)
  if (end < 0) return fail(batch, 'a transfer without a zone')
  if (find(bytes, end, to, started) < 0) return Decoded.ignored
  const isWhole = find(bytes, end, to, ixfr) < 0
  addTransfer(bytes, start, end, batch, i, isWhole)
  batch.column.protocol[i] = Protocol.tcp
  batch.column.outcome[i] = Outcome.established
  return Decoded.event
}

/** `bad zone transfer request: 'name/IN': non-authoritative zone (NOTAUTH)` */
function readBadTransfer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  const start = afterQuote(bytes, from, to)
  const end = start < 0 ? -1 : quoteEnd(bytes, start, to)
  if (end < 0) return Decoded.ignored
  addTransfer(bytes, start, end, batch, i)
  let rcode = to
  while (rcode > end && bytes[rcode - 1] !== open) rcode--
  if (rcode > end && bytes[to - 1] === close) batch.text(i, Text.rcode, bytes, rcode, to - 1)
  batch.column.protocol[i] = Protocol.tcp
  batch.column.outcome[i] = Outcome.refused
  return Decoded.event
}

function addName(bytes: Uint8Array, batch: EventBatch, i: number, from: number, to: number): void {
  batch.text(i, Text.query, bytes, nameFrom, nameTo)
  batch.text(i, Text.queryType, bytes, from, to)
}

/** A zone as `name/IN`: the type is that of the request. */
function addTransfer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, isWhole = true): void {
  let end = to
  while (end > from && bytes[end - 1] !== slash) end--
  batch.text(i, Text.query, bytes, from, end > from ? end - 1 : to)
  const type = isWhole ? axfr : ixfr
  batch.text(i, Text.queryType, type, 0, type.length)
}

/** Cuts `name/type/class` (`isClassFirst`: `name/class/type`) at its last two slashes: a name may have some of its own. */
function cutName(bytes: Uint8Array, from: number, to: number, isClassFirst: boolean): boolean {
  let last = to
  while (last > from && bytes[last - 1] !== slash) last--
  let middle = last - 1
  while (middle > from && bytes[middle - 1] !== slash) middle--
  if (last <= from) return false
  nameFrom = from
  nameTo = middle > from ? middle - 1 : last - 1
  typeFrom = isClassFirst ? last : middle
  typeTo = isClassFirst ? to : last - 1
  return nameTo > nameFrom
}

function slashes(bytes: Uint8Array, from: number, to: number): number {
  let count = 0
  for (let i = from; i < to; i++) if (bytes[i] === slash) count++
  return count
}

/** Whether `/AXFR/IN` or `/IXFR/IN` ends it. */
function endsInTransfer(bytes: Uint8Array, from: number, to: number): boolean {
  cutName(bytes, from, to, false)
  return equals(bytes, typeFrom, typeTo, axfr) || equals(bytes, typeFrom, typeTo, ixfr)
}

function afterQuote(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== quote) i++
  return i < to ? i + 1 : -1
}

function quoteEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && !(bytes[i] === quote && bytes[i + 1] === 58)) i++
  return i < to ? i : -1
}

/** The quote before ` denied`: a name may have quotes of its own. */
function lastQuote(bytes: Uint8Array, from: number, to: number): number {
  if (from < 0) return -1
  for (let i = to - 1; i > from; i--) if (bytes[i] === quote && startsWith(bytes, i + 1, to, denied)) return i
  return -1
}

function fail(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}
