import { ascii, skipSpaces, startsWith, wordEnd } from '../../base/ascii.ts'
import { readSeconds } from '../../base/ascii-time.ts'

const space = 32
const colon = 58
const kernel = ascii('kernel')
const ulogd = ascii('ulogd')
const lineStart = ascii('IN=')

/** Seconds since boot, in microseconds, after `afterUptime` found them. */
export const uptime = new Float64Array(1)

/**
 * Finds where the kernel's own text begins after the time stamp: past the host name and the tag `kernel:` (or ulogd's).
 * The tag matters: other programs log text that strangers choose (a user name, a URL), and such text may imitate a
 * packet line.
 *
 * @returns -1 if the line is another program's
 */
export function afterTag(bytes: Uint8Array, start: number, to: number): number {
  const from = pastFirstName(bytes, start, to)
  let i = from
  for (let word = 0; word < 2; word++) {
    i = skipSpaces(bytes, i, to)
    const end = wordEnd(bytes, i, to)
    if (isTag(bytes, i, end)) return skipDashes(bytes, end, to)
    // Without a tag at all, the kernel's uptime or the packet itself follows the host name.
    if (bytes[i] === 91 || startsWith(bytes, i, to, lineStart)) return i
    if (word === 1 && bytes[end - 1] === colon && startsWith(bytes, skipSpaces(bytes, end, to), to, lineStart)) return i
    i = end
  }
  i = skipSpaces(bytes, from, to)
  const second = skipSpaces(bytes, wordEnd(bytes, i, to), to)
  const third = skipSpaces(bytes, wordEnd(bytes, second, to), to)
  return isPlain(bytes, second, third) && startsWith(bytes, third, to, lineStart) ? second : -1
}

/** Where the host's name stands the second time, where it does: UniFi OS writes it twice. */
function pastFirstName(bytes: Uint8Array, from: number, to: number): number {
  const first = skipSpaces(bytes, from, to)
  const length = wordEnd(bytes, first, to) - first
  const second = skipSpaces(bytes, first + length, to)
  if (length === 0 || wordEnd(bytes, second, to) - second !== length) return from
  for (let k = 0; k < length; k++) if (bytes[first + k] !== bytes[second + k]) return from
  return second
}

/** A single word of a log prefix, with nothing of a tag. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === colon || bytes[i] === 91) return false
  return to > from
}

function isTag(bytes: Uint8Array, from: number, end: number): boolean {
  if (startsWith(bytes, from, end, kernel)) {
    const next = bytes[from + kernel.length]
    return end === from + kernel.length || (next === colon && end === from + kernel.length + 1) || next === 91
  }
  return startsWith(bytes, from, end, ulogd)
}

/** Past `[ 1847.789339] `; -1 where no uptime stands. */
export function afterUptime(bytes: Uint8Array, from: number, to: number): number {
  const start = skipSpaces(bytes, from, to)
  if (bytes[start] !== 91) return -1
  const digits = skipSpaces(bytes, start + 1, to)
  let end = digits
  while (end < to && bytes[end] !== 93) end++
  if (end >= to || end - digits > 20 || !readSeconds(bytes, digits, end, uptime, 0)) return -1
  return skipSpaces(bytes, end + 1, to)
}

/** RFC 5424 has process, message and structured data before the text, nil for the kernel. */
function skipDashes(bytes: Uint8Array, from: number, to: number): number {
  let i = skipSpaces(bytes, from, to)
  while (i + 1 < to && bytes[i] === 45 && bytes[i + 1] === space) i = skipSpaces(bytes, i + 1, to)
  return i
}

/** Past `<4>` or, in RFC 5424, `<4>1 `. */
export function afterPriority(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== 60) return from
  let i = from + 1
  while (i < to && i < from + 5 && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  if (bytes[i] !== 62) return from
  return bytes[i + 1] === 49 && bytes[i + 2] === space ? i + 3 : i + 1
}
