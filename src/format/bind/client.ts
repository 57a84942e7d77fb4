import { ascii, find, hexDigit, readPort, startsWith, wordEnd } from '../../base/ascii.ts'
import type { EventBatch } from '../../event/batch.ts'
import { readSource } from '../../event/ends.ts'
import { readDayMonth } from '../../framing/day-month-stamp.ts'
import { Syslog } from '../../framing/syslog.ts'

const space = 32
const hash = 35
const colon = 58
const word = ascii('client ')
const key = ascii('/key ')
const view = ascii('view ')
const colonSpace = ascii(': ')
const longestHeader = 256
const longestName = 4096

/** Where a line's message begins; what it is dated with does not matter here. */
const header = new Syslog(0)
const time = new Float64Array(1)

/**
 * Where the address stands in a line whose message begins `client @0x7f3146cf4098 192.0.2.1#53124` or (before 9.11) so without
 * the pointer; -1 where none does. Before it may stand a category and a severity. Hot: nothing is allocated.
 */
export function clientAt(bytes: Uint8Array, from: number, to: number): number {
  if (find(bytes, from, Math.min(to, from + longestHeader), word) < 0) return -1
  let at = messageAt(bytes, from, to)
  for (let label = 0; label < 2; label++) at = afterLabel(bytes, at, to)
  if (!startsWith(bytes, at, to, word)) return -1
  const start = addressAt(bytes, at + word.length, to)
  return addressEnd(bytes, start, to) < 0 ? -1 : start
}

function messageAt(bytes: Uint8Array, from: number, to: number): number {
  const stamped = readDayMonth(bytes, from, to, time)
  if (stamped >= 0) return stamped + 1
  header.read(bytes, from, to)
  // Behind the time of a file stands `client`, where syslog has the host, or the category, where it has the program.
  if (startsWith(bytes, header.hostFrom, to, word)) return header.hostFrom
  return header.text
}

/** Past `queries: ` or `info: `. */
function afterLabel(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && (isLetter(bytes[i]!) || bytes[i] === 45 || bytes[i] === space)) i++
  return i > from && bytes[i] === colon && bytes[i + 1] === space ? i + 2 : from
}

/** Past `@0x7f3146cf4098 `. */
function addressAt(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== 64) return from
  let i = from
  while (i < to && bytes[i] !== space) i++
  return i + 1
}

/** Where the `#` behind the address stands, -1 where there is none. */
function addressEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== hash && i < from + 64) {
    const byte = bytes[i]!
    // A zone (`fe80::1%eth0`) may have any letters.
    if (hexDigit(byte) < 0 && byte !== colon && byte !== 46 && byte !== 37 && !isLetter(byte)) return -1
    i++
  }
  return i > from && bytes[i] === hash ? i : -1
}

function isLetter(byte: number): boolean {
  const lower = byte | 32
  return lower >= 97 && lower <= 122
}

/**
 * Reads the client at `from` into row `i`'s source, and passes over the key it signed with, the name it asked for and the
 * view. @returns where the message begins, -1 where the client is not readable
 */
export function readClient(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): number {
  const end = addressEnd(bytes, from, to)
  if (end < 0 || !readSource(bytes, from, end, batch, i)) return -1
  let at = end + 1
  while (at < to && bytes[at]! >= 48 && bytes[at]! <= 57) at++
  const port = readPort(bytes, end + 1, at)
  if (port < 0) return -1
  batch.column.srcPort[i] = port
  // None of these has a blank: names are written with escapes.
  if (startsWith(bytes, at, to, key)) at = wordEnd(bytes, at + key.length, to)
  if (bytes[at] === space && bytes[at + 1] === 40) at = wordEnd(bytes, at + 1, to)
  if (bytes[at] === colon) at++
  if (bytes[at - 1] !== colon || bytes[at] !== space) return -1
  at++
  if (!startsWith(bytes, at, to, view)) return at
  const behind = find(bytes, at, Math.min(to, at + longestName), colonSpace)
  return behind < 0 ? -1 : behind + 2
}
