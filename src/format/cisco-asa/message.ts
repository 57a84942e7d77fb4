import { ascii, find, skipSpaces } from '../../base/ascii.ts'
import { Action, type EventBatch, Mark, Subject } from '../../event/batch.ts'
import { clearEnds } from '../../event/ends.ts'
import { loggedOutcome } from '../../event/logged-outcome.ts'
import type { Names } from '../../event/names.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import { Endpoint } from './endpoint.ts'
import { protocolOf } from './words.ts'

/** What a reader of a message says: a row, nothing for us, or one of the reasons for damage. */
export const Read = { row: 0, ignored: 1, address: 2, protocol: 3, text: 4 } as const

export const reasons = [
  '',
  '',
  'an address is not readable (names that `name` gives hosts are not resolved)',
  'a protocol is not readable',
  'the text is not that of its message number',
] as const

/** Notes that the settling of rows reads, in columns that no row of this format needs: `seq`, `ack`. */
export const Note = {
  none: 0,
  /** The row's source opened the connection. */
  opening: 1,
  /** The end of a connection, whose source is the foreign end; who opened it is not told. */
  ending: 2,
  /** The end of a connection that the row's source opened. */
  closing: 3,
} as const
/** With `Note.ending`: the foreign or the local end reset the connection before any byte of data. */
export const Reset = { none: 0, foreign: 1, local: 2 } as const

/** What is read of the message at hand; shared by all that read messages. hot: no allocation per event. */
export const source = new Endpoint()
export const destination = new Endpoint()

const space = 32
const lowerT = 116
const toWord = ascii(' to ')
const word = (text: string) => ascii(text)
const typeEqual = word('type')
const code = word('code')
const flags = word(' flags')

/** Columns that every line of a firewall without packet counts has. */
export function uncounted(batch: EventBatch, i: number): void {
  const c = batch.column
  c.marks[i] = c.marks[i]! | Mark.noCounts
}

/** Finishes row `i`, a packet that the firewall denied. */
export function denied(batch: EventBatch, i: number): number {
  const c = batch.column
  c.action[i] = Action.deny
  c.outcome[i] = loggedOutcome(batch, i)
  uncounted(batch, i)
  return Read.row
}

/** Makes row `i` one that is no contact and tells nothing yet. */
export function about(batch: EventBatch, i: number, subject: number): void {
  batch.column.subject[i] = subject
  clearEnds(batch, i)
}

/** An alert about a packet, whose source may be forged. */
export function alert(batch: EventBatch, i: number): void {
  about(batch, i, Subject.alert)
}

/** Reads a protocol; ICMP between IPv6 addresses is told as `icmp` as well, so the addresses must be in the row. */
export function setProtocol(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const protocol = protocolOf(bytes, from, to)
  if (protocol < 0) return false
  const isV6 = protocol === Protocol.icmp && !source.isFour
  batch.column.protocol[i] = isV6 ? Protocol.icmp6 : protocol
  return true
}

/** Past the word `text` where it stands at or behind `at`; -1 where it does not. */
export function after(bytes: Uint8Array, at: number, to: number, text: Uint8Array): number {
  if (at < 0) return -1
  const found = find(bytes, at, to, text)
  return found < 0 ? -1 : found + text.length
}

/** Past ` to `, before which old versions put a user's name. */
export function afterTo(bytes: Uint8Array, at: number, to: number): number {
  const isNext = bytes[at] === space && bytes[at + 1] === lowerT && bytes[at + 2] === lowerO && bytes[at + 3] === space
  return isNext ? at + toWord.length : after(bytes, at, to, toWord)
}

/** Where the text up to one of two bytes ends. */
export function until(bytes: Uint8Array, at: number, to: number, stop: number, other = stop): number {
  let i = at
  while (i < to && bytes[i] !== stop && bytes[i] !== other) i++
  return i
}

/** The small number at `at`, after blanks and `=`; -1 where there is none. */
export function smallNumber(bytes: Uint8Array, at: number, to: number): number {
  let i = at
  while (i < to && (bytes[i] === space || bytes[i] === 61)) i++
  const from = i
  let value = 0
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57 && i - from < 9) value = value * 10 + bytes[i++]! - 48
  return i === from ? -1 : value
}

/** Reads `type 8, code 0`, `type=8, code=0` or `type 8 code 0` behind `at`. @returns whether there is a type */
export function readType(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): boolean {
  const c = batch.column
  const typeAt = after(bytes, at, to, typeEqual)
  const type = typeAt < 0 ? -1 : smallNumber(bytes, typeAt, to)
  if (type < 0 || type > 255) return false
  c.icmpType[i] = type
  const codeAt = after(bytes, typeAt, to, code)
  const number = codeAt < 0 ? -1 : smallNumber(bytes, codeAt, to)
  if (number >= 0 && number <= 255) c.icmpCode[i] = number
  return true
}

/** An ICMP row whose type is not told: an identifier is no port, and what a firewall tracks is an echo. */
export function assumeEcho(batch: EventBatch, i: number): void {
  const c = batch.column
  c.icmpType[i] = c.protocol[i] === Protocol.icmp6 ? 128 : 8
}

export function isIcmp(batch: EventBatch, i: number): boolean {
  const protocol = batch.column.protocol[i]
  return protocol === Protocol.icmp || protocol === Protocol.icmp6
}

const flagKey = (text: string) => (text.charCodeAt(0) << 16) | (text.charCodeAt(1) << 8) | text.charCodeAt(2)
const FIN = flagKey('FIN')
const SYN = flagKey('SYN')
const RST = flagKey('RST')
const PSH = flagKey('PSH')
const ACK = flagKey('ACK')
const URG = flagKey('URG')
const lowerO = 111

function flagOf(key: number): number {
  if (key === ACK) return Flag.ack
  if (key === SYN) return Flag.syn
  if (key === RST) return Flag.rst
  if (key === FIN) return Flag.fin
  if (key === PSH) return Flag.psh
  return key === URG ? Flag.urg : 0
}

/** Reads `flags FIN PSH ACK  on interface outside`: an empty list says that none was set. */
export function readFlags(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  let k = after(bytes, at, to, flags)
  if (k < 0) return
  if (bytes[k] === 58) k++
  let set = 0
  for (;;) {
    k = skipSpaces(bytes, k, to)
    if (k >= to || (bytes[k] === lowerO && bytes[k + 1] === 110)) break
    const end = until(bytes, k, to, space, 44)
    const flag = end - k === 3 ? flagOf((bytes[k]! << 16) | (bytes[k + 1]! << 8) | bytes[k + 2]!) : 0
    // A word that is no flag (`INVALID`): what was set is not told.
    if (flag === 0) return
    set |= flag
    k = end
  }
  const c = batch.column
  c.flags[i] = set
  c.marks[i] = c.marks[i]! | Mark.flagsTold
}

/** Puts the name in quotes, or the word, behind `at` into the `rule` column. */
export function setRule(bytes: Uint8Array, at: number, to: number, names: Names, batch: EventBatch, i: number): void {
  if (at < 0) return
  const isQuoted = bytes[at] === 34
  const from = isQuoted ? at + 1 : at
  batch.column.rule[i] = names.id(bytes, from, until(bytes, from, to, isQuoted ? 34 : space))
}
