import { daysOf } from '../../base/ascii-time.ts'

const space = 32
const colon = 58
const slash = 47
const dot = 46
const dash = 45
const day = 86400e6

/** Numbers of the date and of the clock, in the order in which they stand. */
const date = new Int32Array(3)
const clock = new Int32Array(3)
let place = 0

/**
 * Reads the date and time of a server's locale at the start of `bytes[from, to)` into `time[0]`, in microseconds:
 * `11/22/2026 1:05:00 PM`, `22/11/2026 13:05:00`, `22.11.2026 13:05:00`, `2026-11-22 13:05:00`, `2026/11/22 …`. The month is
 * first where AM or PM stands behind the time (or where the second number cannot be a month), else the day.
 *
 * Hot: nothing is allocated. @returns where it ends, -1 where there is none
 */
export function readLocaleTime(bytes: Uint8Array, from: number, to: number, time: Float64Array): number {
  place = from
  const between = readThree(bytes, to, date)
  if (between !== slash && between !== dot && between !== dash) return -1
  if (bytes[place] !== space) return -1
  place++
  const inClock = readThree(bytes, to, clock)
  if (inClock !== colon && inClock !== dot) return -1
  const half = halfOfDay(bytes, place, to)
  const hour = half === 0 ? clock[0]! : (clock[0]! % 12) + (half === 80 ? 12 : 0)
  if (hour > 23 || clock[1]! > 59 || clock[2]! > 60) return -1
  const isYearFirst = date[0]! > 999
  const isMonthFirst = isYearFirst || half !== 0 || date[1]! > 12
  const year = isYearFirst ? date[0]! : date[2]!
  const month = isYearFirst ? date[1]! : isMonthFirst ? date[0]! : date[1]!
  const inMonth = isYearFirst ? date[2]! : isMonthFirst ? date[1]! : date[0]!
  if (month < 1 || month > 12 || inMonth < 1 || inMonth > 31 || year < 1) return -1
  const seconds = hour * 3600 + clock[1]! * 60 + clock[2]!
  time[0] = daysOf(year < 100 ? 2000 + year : year, month, inMonth) * day + seconds * 1e6
  return half === 0 ? place : place + 3
}

/** Reads three numbers from `place` on; returns the byte between them, -1 where there are none. */
function readThree(bytes: Uint8Array, to: number, into: Int32Array): number {
  let separator = -1
  for (let k = 0; k < 3; k++) {
    const start = place
    let value = 0
    while (place < to && place < start + 4 && bytes[place]! >= 48 && bytes[place]! <= 57) {
      value = value * 10 + bytes[place++]! - 48
    }
    if (place === start) return -1
    into[k] = value
    if (k === 2) return separator
    if (k === 0) separator = bytes[place]!
    if (place >= to || bytes[place] !== separator) return -1
    place++
  }
  return separator
}

/** `A` or `P` where ` AM` or ` PM` stands, else 0. */
function halfOfDay(bytes: Uint8Array, from: number, to: number): number {
  if (from + 3 > to || bytes[from] !== space || (bytes[from + 2]! | 32) !== 109) return 0
  const letter = bytes[from + 1]! & 0xdf
  return letter === 65 || letter === 80 ? letter : 0
}
