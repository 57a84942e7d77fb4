import { ascii, find, readPort, startsWith, wordEnd } from '../../base/ascii.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { Text } from '../../event/texts.ts'
import { type Form, forms, Layout } from './forms.ts'

const fromWord = ascii(' from ')
const portWord = ascii(' port ')
const forWord = ascii(' for ')
const onWord = ascii(' on ')
const toWord = ascii(' to ')
const preauth = ascii('[preauth]')
const invalidUser = ascii('invalid user ')
const illegalUser = ascii('illegal user ')
const authenticatingUser = ascii('authenticating user ')
const sessionUser = ascii('user ')
const notAllowed = ascii(' not allowed because ')
const space = 32
const colon = 58
const comma = 44
const quote = 39
const openParen = 40
const closeParen = 41
const openBracket = 91
const closeBracket = 93

/** The form of a message, undefined where it says nothing of somebody outside. */
export function formOf(bytes: Uint8Array, from: number, to: number): Form | undefined {
  for (let k = 0; k < forms.length; k++) if (startsWith(bytes, from, to, forms[k]!.word)) return forms[k]
  return undefined
}

/**
 * Reads what stands behind a form's beginning into row `i`. Names are what somebody outside chose and may hold any of sshd's
 * own words: an end that could be read in two ways is not read.
 *
 * @returns false where the message is not of this form after all
 */
export function readMessage(
  bytes: Uint8Array,
  form: Form,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
): boolean {
  const at = from + form.word.length
  if (form.isEarly && find(bytes, at, to, preauth) < 0) return false
  switch (form.layout) {
    case Layout.method:
      return readMethod(bytes, at, to, batch, i)
    case Layout.user:
      return readUser(bytes, at, to, batch, i)
    case Layout.denied:
      return readDenied(bytes, at, to, batch, i)
    case Layout.peer:
      return readPeer(bytes, at, to, batch, i)
    case Layout.banner:
      return readBanner(bytes, at, to, batch, i)
    case Layout.bracket:
      return readDropped(bytes, at, to, batch, i)
    default:
      return readAddressed(bytes, at, to, batch, i)
  }
}

function readMethod(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const method = find(bytes, from, to, forWord)
  if (method < 0) return false
  batch.text(i, Text.reason, bytes, from, method)
  const user = afterInvalid(bytes, method + forWord.length, to)
  // A name that was accepted is an account's; behind it may stand what a certificate says.
  const isAccepted = batch.column.outcome[i] === Outcome.established
  const end = isAccepted ? find(bytes, user, to, fromWord) : findLast(bytes, user, to, fromWord)
  if (end < 0) return false
  batch.text(i, Text.user, bytes, user, end)
  return readEnd(bytes, end + fromWord.length, to, batch, i)
}

function readUser(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const user = afterInvalid(bytes, from, to)
  const end = findLast(bytes, user, to, fromWord)
  if (end < 0) return false
  batch.text(i, Text.user, bytes, user, end)
  return readEnd(bytes, end + fromWord.length, to, batch, i)
}

/** `NAME from ADDRESS not allowed because …`, where the name is an account's. */
function readDenied(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const end = find(bytes, from, to, fromWord)
  const reason = find(bytes, from, to, notAllowed)
  if (end < 0 || reason < end) return false
  batch.text(i, Text.user, bytes, from, end)
  batch.text(i, Text.reason, bytes, reason + notAllowed.length, to)
  return readEnd(bytes, end + fromWord.length, reason, batch, i)
}

function readPeer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const isInvalid = startsWith(bytes, from, to, invalidUser)
  if (!isInvalid && !startsWith(bytes, from, to, authenticatingUser)) {
    return !startsWith(bytes, from, to, sessionUser) && readAddressed(bytes, from, to, batch, i)
  }
  batch.column.subject[i] = Subject.auth
  const user = from + (isInvalid ? invalidUser.length : authenticatingUser.length)
  const port = find(bytes, user, to, portWord)
  if (port < 0 || find(bytes, port + 1, to, portWord) >= 0) return true
  let address = port
  while (address > user && bytes[address - 1] !== space) address--
  batch.text(i, Text.user, bytes, user, address - 1)
  const end = readEnd(bytes, address, to, batch, i)
  readReason(bytes, port + portWord.length, to, batch, i)
  return end
}

/** `ADDRESS port N: reason`, `ADDRESS port N on ADDRESS port N`, `host (ADDRESS)` */
function readAddressed(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  let open = from
  while (open < to && bytes[open] !== openParen && bytes[open] !== space) open++
  const isNamed = bytes[open] === space && bytes[open + 1] === openParen
  const start = isNamed ? open + 2 : from
  if (!readEnd(bytes, start, to, batch, i)) return false
  const first = wordEnd(bytes, start, to)
  const on = find(bytes, first, Math.min(to, first + 16), onWord)
  const other = on >= 0 ? on + onWord.length : find(bytes, first, first + toWord.length, toWord) + toWord.length
  if (other >= first + toWord.length) {
    readDestination(bytes, other, wordEnd(bytes, other, to), batch, i)
    const port = portAt(bytes, wordEnd(bytes, other, to), to)
    if (port > 0) batch.column.dstPort[i] = port
  } else readReason(bytes, first, to, batch, i)
  return true
}

/** `'GET / HTTP/1.1' from ADDRESS port N` */
function readBanner(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const end = findLast(bytes, from, to, fromWord)
  if (end < 0) return false
  const isQuoted = bytes[from] === quote && bytes[end - 1] === quote && end - 1 > from
  batch.text(i, Text.clientBanner, bytes, isQuoted ? from + 1 : from, isQuoted ? end - 1 : end)
  return readEnd(bytes, end + fromWord.length, to, batch, i)
}

/** `#3 from [ADDRESS]:N on [ADDRESS]:N past MaxStartups`, `from [ADDRESS]:N on [ADDRESS]:N penalty: …` */
function readDropped(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const c = batch.column
  const source = find(bytes, from - 1, to, fromWord) + fromWord.length
  const sourceEnd = bracketEnd(bytes, source, to)
  if (sourceEnd < 0 || !readSource(bytes, source + 1, sourceEnd, batch, i)) return false
  c.srcPort[i] = Math.max(0, portBehind(bytes, sourceEnd, to))
  const on = find(bytes, sourceEnd, to, onWord) + onWord.length
  const onEnd = bracketEnd(bytes, on, to)
  if (on < onWord.length || onEnd < 0 || !readDestination(bytes, on + 1, onEnd, batch, i)) return true
  c.dstPort[i] = Math.max(0, portBehind(bytes, onEnd, to))
  batch.text(i, Text.reason, bytes, Math.min(to, wordEnd(bytes, onEnd, to) + 1), to)
  return true
}

/** The address that begins at `from`, and ` port N` behind it. A host name goes to the row as a text. */
function readEnd(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  let end = wordEnd(bytes, from, to)
  const next = end
  while (end > from && isClosing(bytes[end - 1]!)) end--
  if (!readSource(bytes, from, end, batch, i)) batch.text(i, Text.host, bytes, from, end)
  const port = portAt(bytes, next, to)
  if (port > 0) batch.column.srcPort[i] = port
  return end > from
}

function isClosing(byte: number): boolean {
  return byte === colon || byte === comma || byte === closeParen
}

/** The number of ` port N` at `from`, -1 where it is not there. */
function portAt(bytes: Uint8Array, from: number, to: number): number {
  if (!startsWith(bytes, from, to, portWord)) return -1
  const start = from + portWord.length
  let end = start
  while (end < to && bytes[end]! >= 48 && bytes[end]! <= 57) end++
  return readPort(bytes, start, end)
}

function bracketEnd(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== openBracket) return -1
  let end = from
  while (end < to && bytes[end] !== closeBracket) end++
  return end < to ? end : -1
}

/** The number of `]:N`, -1 where there is none. */
function portBehind(bytes: Uint8Array, bracket: number, to: number): number {
  return bytes[bracket + 1] === colon ? readPort(bytes, bracket + 2, wordEnd(bytes, bracket, to)) : -1
}

/** What stands behind `: `, without `[preauth]`. */
function readReason(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  let at = from
  while (at < to && bytes[at] !== colon) at++
  at++
  while (at < to && bytes[at] === space) at++
  const mark = find(bytes, at, to, preauth)
  batch.text(i, Text.reason, bytes, at, mark > at ? mark - 1 : to)
}

function afterInvalid(bytes: Uint8Array, from: number, to: number): number {
  return startsWith(bytes, from, to, invalidUser) || startsWith(bytes, from, to, illegalUser)
    ? from + invalidUser.length
    : from
}

function findLast(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  for (let i = to - word.length; i >= from; i--) if (startsWith(bytes, i, to, word)) return i
  return -1
}
