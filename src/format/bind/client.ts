import { ascii, find, hexDigit, readPort, startsWith } from '../../base/ascii.ts'
import type { EventBatch } from '../../event/batch.ts'
import { readSource } from '../../event/ends.ts'

const space = 32
const hash = 35
const colon = 58
const word = ascii('client ')
const key = ascii('/key ')
const view = ascii('view ')
const colonSpace = ascii(': ')
/** Before `client` stand at most a syslog header, a category and a severity. */
const longestHeader = 256
const longestName = 4096

/**
 * Where the text begins that names a client, as `client @0x7f3146cf4098 192.0.2.1#53124` or (before 9.11) without the
 * pointer; -1 where none does. Hot: nothing is allocated.
 */
export function clientAt(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + longestHeader)
  for (let at = find(bytes, from, last, word); at >= 0; at = find(bytes, at + 1, last, word)) {
    const start = addressAt(bytes, at + word.length, to)
    if ((at === from || bytes[at - 1] === space) && addressEnd(bytes, start, to) >= 0) return start
  }
  return -1
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

export function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== space) i++
  return i
}
