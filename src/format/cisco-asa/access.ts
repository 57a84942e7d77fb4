import { ascii, find, skipSpaces, startsWith } from '../../base/ascii.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import { about, after, destination, Read, source, until } from './message.ts'
import { addUser, peerAt } from './translation.ts'

/** Logins to the firewall and to its VPN: 113xxx, 605004, 605005, 61110x, 716xxx, 722xxx. hot: no allocation per event. */

const space = 32
const quote = 34
const slash = 47
const fromWord = ascii(' from ')
const toWord = ascii(' to ')
const forUser = ascii(' for user ')
const authentication = ascii('AAA user authentication ')
const userIs = ascii('ser =')
const userIp = ascii('user IP =')
const reasonIs = ascii('reason =')
const uname = ascii('Uname: ')
const ipAddress = ascii('IP address: ')
const none = ascii('None')

function login(batch: EventBatch, i: number, isSuccess: boolean): void {
  about(batch, i, Subject.auth)
  batch.column.outcome[i] = isSuccess ? Outcome.established : Outcome.refused
}

/** `Login denied from 203.0.113.5/4444 to outside:192.0.2.1/ssh for user "root"` (605004, 605005). */
export function console(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, isSuccess: boolean) {
  login(batch, i, isSuccess)
  let k = after(bytes, at, to, fromWord)
  // `from serial to console`: nobody came over the network.
  if (k < 0 || startsWith(bytes, k, to, serial)) return Read.ignored
  k = source.read(bytes, k, to)
  if (k < 0) return Read.address
  k = after(bytes, k, to, toWord)
  if (k < 0) return Read.text
  k = destination.readNamed(bytes, k, to)
  if (k < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  batch.column.protocol[i] = Protocol.tcp
  let service = k
  while (service > at && bytes[service - 1] !== slash) service--
  batch.text(i, Text.process, bytes, service, k)
  const user = after(bytes, k, to, forUser)
  if (user >= 0) addQuoted(bytes, user, to, batch, i)
  return Read.row
}

const serial = ascii('serial')

function addQuoted(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  const from = bytes[at] === quote ? at + 1 : at
  batch.text(i, Text.user, bytes, from, until(bytes, from, to, bytes[at] === quote ? quote : space))
}

/**
 * `AAA user authentication Rejected : reason = AAA failure : server = 192.0.2.9 : user = alice : user IP = 203.0.113.5` (113004,
 * 113005, 113012, 113015). Authorisation and accounting are no logins.
 */
export function aaa(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, isSuccess: boolean) {
  if (!startsWith(bytes, at, to, authentication)) return Read.ignored
  login(batch, i, isSuccess)
  const ip = after(bytes, at, to, userIp)
  if (ip >= 0) {
    const from = skipSpaces(bytes, ip, to)
    if (!startsWith(bytes, from, to, none) && from < to) {
      if (source.read(bytes, from, to) < 0) return Read.address
      source.toSource(batch, i)
    }
  }
  const end = ip < 0 ? to : ip - userIp.length
  addValue(bytes, at, end, userIs, Text.user, batch, i)
  addValue(bytes, at, end, reasonIs, Text.reason, batch, i)
  return Read.row
}

/** The value behind `key`, up to ` : ` or the end. */
function addValue(
  bytes: Uint8Array,
  at: number,
  to: number,
  key: Uint8Array,
  field: typeof Text.user | typeof Text.reason,
  batch: EventBatch,
  i: number,
): void {
  const found = after(bytes, at, to, key)
  if (found < 0) return
  const from = skipSpaces(bytes, found, to)
  let end = from
  while (end < to && !(bytes[end] === 58 && (end + 1 >= to || bytes[end + 1] === space))) end++
  while (end > from && bytes[end - 1] === space) end--
  batch.text(i, field, bytes, from, end)
}

/** `User authentication failed: IP address: 203.0.113.5, Uname: admin` (611101, 611102); older versions tell no address. */
export function user(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, isSuccess: boolean) {
  login(batch, i, isSuccess)
  const ip = after(bytes, at, to, ipAddress)
  if (ip >= 0) {
    if (source.read(bytes, ip, to) < 0) return Read.address
    source.toSource(batch, i)
  }
  const name = after(bytes, at, to, uname)
  if (name < 0) return Read.text
  let end = to
  while (end > name && bytes[end - 1] === space) end--
  batch.text(i, Text.user, bytes, name, end)
  return Read.row
}

/** `console enable password incorrect for 3 tries (from 203.0.113.5)` (308001). */
export function enable(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  login(batch, i, false)
  const from = after(bytes, at, to, opened)
  if (from < 0) return Read.ignored
  if (source.read(bytes, from, to) < 0) return Read.address
  source.toSource(batch, i)
  return Read.row
}

const opened = ascii('(from ')

/** `Group <g> User <u> IP <203.0.113.5> AnyConnect parent session started.`, and `Authentication: rejected, …` (113039, 716xxx). */
export function vpn(
  bytes: Uint8Array,
  at: number,
  to: number,
  batch: EventBatch,
  i: number,
  isSuccess: boolean,
): number {
  login(batch, i, isSuccess)
  // 716039 of old versions: `Authentication: rejected, group = g user = u , Session Type: WebVPN`, without an address.
  if (find(bytes, at, Math.min(to, at + 6), groupWord) < 0) {
    addValue(bytes, at, commaAfter(bytes, at, to), userIs, Text.user, batch, i)
    return Read.row
  }
  const peer = peerAt(bytes, at, to)
  if (peer < 0) return Read.text
  if (source.read(bytes, peer, until(bytes, peer, to, space, 62)) < 0) return Read.address
  source.toSource(batch, i)
  addUser(bytes, at, to, batch, i)
  return Read.row
}

const groupWord = ascii('Group ')

/** The comma behind the user's name. */
function commaAfter(bytes: Uint8Array, at: number, to: number): number {
  const name = after(bytes, at, to, userIs)
  return name < 0 ? to : until(bytes, name, to, 44)
}
