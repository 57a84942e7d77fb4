/** Timestamps in text, as microseconds since the Unix epoch, written to `out[at]`. Nothing is allocated. */

/** Seconds with an optional fraction (`1300475167.096535`), as Zeek and the kernel write them. */
export function readSeconds(bytes: Uint8Array, from: number, to: number, out: Float64Array, at: number): boolean {
  let seconds = 0
  let i = from
  for (; i < to; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) break
    seconds = seconds * 10 + digit
  }
  if (i === from || i - from > 11) return false
  let micros = 0
  if (i < to) {
    if (bytes[i] !== 46) return false
    micros = fraction(bytes, i + 1, to)
    if (micros < 0) return false
  }
  out[at] = seconds * 1e6 + micros
  return true
}

/** Whole microseconds of a decimal fraction; -1 if it is not all digits. */
function fraction(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) return -1
    if (i - from < 6) value = (Math.imul(value, 10) + digit) | 0
  }
  for (let digits = to - from; digits < 6; digits++) value = Math.imul(value, 10)
  return value
}

/** Days from 1970-01-01 to a civil date (Gregorian, proleptic). */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468
}

let lastDate = -1
let lastDays = 0

/** `daysOf`, for dates that come many times in a row. */
function daysOfRepeated(year: number, month: number, day: number): number {
  const date = (year << 9) | (month << 5) | day
  if (date !== lastDate) {
    lastDate = date
    lastDays = daysOf(year, month, day)
  }
  return lastDays
}

/** Two digits at `i`, -1 if they are not. */
export function twoDigits(bytes: Uint8Array, i: number): number {
  const tens = bytes[i]! - 48
  const ones = bytes[i + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}

/** Seconds of the day of `hh:mm:ss` at `i` (8 bytes, which the caller has made sure exist), -1 if it is none. */
export function clockAt(bytes: Uint8Array, i: number): number {
  const hour = twoDigits(bytes, i)
  const minute = twoDigits(bytes, i + 3)
  const second = twoDigits(bytes, i + 6)
  if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 60) return -1
  return bytes[i + 2] === 58 && bytes[i + 5] === 58 ? hour * 3600 + minute * 60 + second : -1
}

/**
 * An ISO 8601 instant (`2021-06-06T09:00:00.123456+0200`; the zone may be `Z`, `+02`, `+0200`, `+02:00` or absent, which is
 * taken as UTC; a space may stand for `T`) at the start of `bytes[from, to)`.
 *
 * @returns where it ends, -1 if there is none
 */
export function readIso(bytes: Uint8Array, from: number, to: number, out: Float64Array, at: number): number {
  if (to - from < 19 || bytes[from + 4] !== 45 || bytes[from + 7] !== 45) return -1
  const separator = bytes[from + 10]
  if (separator !== 84 && separator !== 32) return -1
  const century = twoDigits(bytes, from)
  const year = twoDigits(bytes, from + 2)
  const month = twoDigits(bytes, from + 5)
  const day = twoDigits(bytes, from + 8)
  const clock = clockAt(bytes, from + 11)
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return -1
  let i = from + 19
  let micros = 0
  if (i < to && (bytes[i] === 46 || bytes[i] === 44)) {
    const start = ++i
    while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
    micros = fraction(bytes, start, i)
  }
  const zone = zoneLength(bytes, i, to)
  const minutes = zone > 1 ? zoneMinutes(bytes, i, zone) : 0
  out[at] = (daysOfRepeated(century * 100 + year, month, day) * 86400 + clock - minutes * 60) * 1e6 + micros
  return i + zone
}

function zoneLength(bytes: Uint8Array, i: number, to: number): number {
  if (i >= to) return 0
  if (bytes[i] === 90) return 1
  if ((bytes[i] !== 43 && bytes[i] !== 45) || to - i < 3 || twoDigits(bytes, i + 1) < 0) return 0
  if (to - i >= 6 && bytes[i + 3] === 58 && twoDigits(bytes, i + 4) >= 0) return 6
  return to - i >= 5 && twoDigits(bytes, i + 3) >= 0 ? 5 : 3
}

function zoneMinutes(bytes: Uint8Array, i: number, length: number): number {
  const minutes = length === 3 ? 0 : twoDigits(bytes, i + length - 2)
  const total = twoDigits(bytes, i + 1) * 60 + minutes
  return bytes[i] === 45 ? -total : total
}
