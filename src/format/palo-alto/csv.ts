/** The comma-separated form: where a log begins in a line, and of which type it is. hot: no allocation per event. */

const comma = 44
const slash = 47
const hyphen = 45
const colon = 58
/** A syslog header, perhaps two, stands before a log. */
const furthest = 300
const longestSerial = 64

/** What kind of log a line holds. */
export const Log = { none: 0, traffic: 1, threat: 2, other: 3 } as const

/**
 * Where field 1, the time of receipt, begins: behind a comma, and followed by the serial number and the log's type in capitals;
 * -1 where no such place is in the beginning of the line.
 */
export function findLog(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to - 28, from + furthest)
  for (let i = from; i < last; i++) {
    if (bytes[i] === comma && isTime(bytes, i + 1) && typeAt(bytes, i + 1, to) !== Log.none) return i + 1
  }
  return -1
}

/** `2026/11/22 02:13:41,`, and the ISO form of some forwarders. */
function isTime(bytes: Uint8Array, at: number): boolean {
  const separator = bytes[at + 4]
  if ((separator !== slash && separator !== hyphen) || bytes[at + 7] !== separator) return false
  return bytes[at + 13] === colon && bytes[at + 16] === colon && bytes[at]! === 50
}

/** The type of the log whose field 1 begins at `at`. */
export function typeAt(bytes: Uint8Array, at: number, to: number): number {
  let i = at + 19
  while (i < to && i < at + 40 && bytes[i] !== comma) i++
  const serial = ++i
  while (i < to && i < serial + longestSerial && bytes[i] !== comma) i++
  if (bytes[i] !== comma) return Log.none
  return typeOf(bytes, i + 1, to)
}

function typeOf(bytes: Uint8Array, at: number, to: number): number {
  let i = at
  while (i < to && i < at + 16 && isCapital(bytes[i]!)) i++
  if (bytes[i] !== comma) return Log.none
  // The decryption log leaves its type's place empty.
  if (i === at) return isCapital(bytes[i + 1]!) ? Log.other : Log.none
  if (i - at === 7 && bytes[at] === 84 && bytes[at + 1] === 82 && bytes[at + 2] === 65) return Log.traffic
  return i - at === 6 && bytes[at] === 84 && bytes[at + 1] === 72 && bytes[at + 2] === 82 ? Log.threat : Log.other
}

function isCapital(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || byte === hyphen
}
