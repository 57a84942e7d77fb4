import { clockAt, daysOf, twoDigits } from '../base/ascii-time.ts'

const day = 86400e6
const dash = 45
const space = 32
const dot = 46
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const monthNumbers = new Map(Array.from({ length: 12 }, (_, month) => [keyOf(months, 3 * month), month + 1] as const))
/** `22-Nov-2026 10:00:00` */
const shortest = 20

function keyOf(text: string, at: number): number {
  return (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2)
}

/**
 * Reads `22-Nov-2026 10:00:00.123` (named, dnstap-read), local time that is taken as UTC, into `time[0]` in microseconds.
 *
 * Hot: nothing is allocated. @returns where it ends, -1 where there is none
 */
export function readDayMonth(bytes: Uint8Array, from: number, to: number, time: Float64Array): number {
  if (to - from < shortest || bytes[from + 2] !== dash || bytes[from + 6] !== dash || bytes[from + 11] !== space)
    return -1
  const month = monthNumbers.get((bytes[from + 3]! << 16) | (bytes[from + 4]! << 8) | bytes[from + 5]!) ?? 0
  const date = twoDigits(bytes, from)
  const century = twoDigits(bytes, from + 7)
  const year = twoDigits(bytes, from + 9)
  const clock = clockAt(bytes, from + 12)
  if (month === 0 || date < 1 || date > 31 || century < 0 || year < 0 || clock < 0) return -1
  let i = from + shortest
  let micros = 0
  if (bytes[i] === dot) {
    i++
    for (let unit = 100_000; i < to && bytes[i]! >= 48 && bytes[i]! <= 57; i++, unit = (unit / 10) | 0) {
      micros += (bytes[i]! - 48) * unit
    }
  }
  time[0] = daysOf(century * 100 + year, month, date) * day + clock * 1e6 + micros
  return i
}
