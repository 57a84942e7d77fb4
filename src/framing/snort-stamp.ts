import { clockAt, daysOf, readIso, twoDigits } from '../base/ascii-time.ts'
import { NewestYear } from './newest-year.ts'

const slash = 47
const dash = 45
const dot = 46
const day = 86400e6
/** `11/22-10:00:00` */
const shortest = 14

/** Where the stamp of Snort or Suricata that begins at `from` ends, -1 if there is none. Its date is not looked at. */
export function snortStampEnd(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < shortest || bytes[from + 2] !== slash || twoDigits(bytes, from) < 0) return -1
  const clock = clockPlace(bytes, from)
  if (clock < 0 || clock + 8 > to || clockAt(bytes, clock) < 0) return -1
  let i = clock + 8
  if (bytes[i] === dot) i++
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  return i
}

/** Where the time of the day stands, -1 if nowhere. */
function clockPlace(bytes: Uint8Array, from: number): number {
  if (twoDigits(bytes, from + 3) < 0) return -1
  if (bytes[from + 5] === dash) return from + 6
  if (bytes[from + 5] !== slash || twoDigits(bytes, from + 6) < 0) return -1
  if (bytes[from + 8] === dash) return from + 9
  return twoDigits(bytes, from + 8) >= 0 && bytes[from + 10] === dash ? from + 11 : -1
}

/**
 * Reads the stamps of Snort and Suricata: `11/22-10:00:00.123456` (no year: the newest one that is not in the future),
 * `11/22/26-…` (Snort 2 -y), `26/11/22-…` (Snort 3 -y: no month is that large since 2013), `11/22/2026-…` (Suricata),
 * and ISO 8601. All are local times of the sensor, taken as UTC.
 */
export class SnortStamp {
  /** Microseconds, after `read` found a stamp. */
  readonly time = new Float64Array(1)
  readonly #year: NewestYear

  /** @param newest microseconds: the newest time the input can be from */
  constructor(newest: number) {
    this.#year = new NewestYear(newest)
  }

  /** @returns where the stamp ends, -1 if there is none */
  read(bytes: Uint8Array, from: number, to: number): number {
    if (bytes[from + 4] === dash) return readIso(bytes, from, to, this.time, 0)
    const end = snortStampEnd(bytes, from, to)
    if (end < 0) return -1
    const clock = clockPlace(bytes, from)
    const first = twoDigits(bytes, from)
    const second = twoDigits(bytes, from + 3)
    if (clock === from + 6) {
      if (!isDate(first, second)) return -1
      this.#year.find(first, second)
      this.time[0] = this.#year.start[0]!
    } else {
      const third = twoDigits(bytes, from + 6)
      const isYearFirst = first > 12
      const year = isYearFirst ? first : clock === from + 11 ? third * 100 - 2000 + twoDigits(bytes, from + 8) : third
      const month = isYearFirst ? second : first
      const date = isYearFirst ? third : second
      if (!isDate(month, date)) return -1
      this.time[0] = daysOf(2000 + year, month, date) * day
    }
    this.time[0]! += clockAt(bytes, clock) * 1e6 + micros(bytes, clock + 9, end)
    return end
  }
}

function isDate(month: number, date: number): boolean {
  return month >= 1 && month <= 12 && date >= 1 && date <= 31
}

/** A fraction of a second, in microseconds. */
function micros(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let i = from, unit = 100_000; i < to && unit > 0; i++, unit = (unit / 10) | 0) value += (bytes[i]! - 48) * unit
  return value
}
