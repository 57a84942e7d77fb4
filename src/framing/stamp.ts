import { clockAt, daysOf, readIso, readSeconds, twoDigits } from '../base/ascii-time.ts'
import { NewestYear } from './newest-year.ts'

const day = 86400e6
const bracket = 91
const slash = 47
const space = 32
const colon = 58
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const monthKey = (text: string, at: number) =>
  (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2)
const monthOf = new Map(Array.from({ length: 12 }, (_, month) => [monthKey(months, 3 * month), month + 1]))

/** How exact a line's time is. `year` less syslog stamps are to the second, others to the microsecond. */
export const Precision = { none: 0, second: 1, micro: 2 } as const

/**
 * Reads the time that a log line begins with. Syslog's `Nov 22 02:13:41` has no year: it is put into the newest year
 * in which its day begins no later than `newest` plus a day. A stamp without a zone is taken as UTC.
 */
export class Stamp {
  /** Microseconds, after `read` said there is a stamp. */
  readonly time = new Float64Array(1)
  precision: number = Precision.none
  readonly #year: NewestYear
  #micros = 0

  constructor(newest: number) {
    this.#year = new NewestYear(newest)
  }

  /** @returns where the text after the stamp begins; `from`, with precision `none`, if there is no stamp */
  read(bytes: Uint8Array, from: number, to: number): number {
    this.precision = Precision.none
    if (to - from < 15) return from
    const first = bytes[from]!
    if (first >= 65 && first <= 90) {
      const end = this.#syslog(bytes, from, to)
      return this.precision === Precision.none ? this.#weekday(bytes, from, from, to, space) : end
    }
    if (first === bracket) return this.#weekday(bytes, from, from + 1, to, 93)
    if (bytes[from + 3] === slash) return this.#routerOs(bytes, from, to)
    return first >= 48 && first <= 57 ? this.#number(bytes, from, to) : from
  }

  /** `Nov  2 02:13:41` (RFC 3164); Cisco's variants have a year before or behind the clock, a fraction, a colon at the end. */
  #syslog(bytes: Uint8Array, from: number, to: number): number {
    const month = monthOf.get((bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!) ?? 0
    const date = dayAt(bytes, from + 4)
    if (month === 0 || date < 0) return from
    const year = to >= from + 20 && bytes[from + 11] === space ? fourDigits(bytes, from + 7) : -1
    const at = year > 0 ? from + 12 : from + 7
    const clock = to >= at + 8 ? clockAt(bytes, at) : -1
    if (clock < 0) return from
    const end = this.#fraction(bytes, at + 8, to)
    if (end < to && bytes[end] !== space && bytes[end] !== colon) return from
    if (year > 0) this.time[0] = daysOf(year, month, date) * day + clock * 1e6 + this.#micros
    else {
      this.#year.find(month, date)
      this.time[0] = this.#year.start[0]! + clock * 1e6 + this.#micros
    }
    this.precision = end > at + 8 ? Precision.micro : Precision.second
    return Math.min(to, end + 1)
  }

  /** `nov/22/2026 02:13:41`, `nov/22 02:13:41`: RouterOS before 7.10. */
  #routerOs(bytes: Uint8Array, from: number, to: number): number {
    const month = monthOf.get(((bytes[from]! - 32) << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!) ?? 0
    const date = twoDigits(bytes, from + 4)
    const year = bytes[from + 6] === slash ? fourDigits(bytes, from + 7) : -1
    const at = year > 0 ? from + 12 : from + 7
    const clock = to >= at + 8 && bytes[at - 1] === space ? clockAt(bytes, at) : -1
    if (month === 0 || date < 1 || date > 31 || clock < 0) return from
    if (year > 0) this.time[0] = daysOf(year, month, date) * day + clock * 1e6
    else {
      this.#year.find(month, date)
      this.time[0] = this.#year.start[0]! + clock * 1e6
    }
    this.precision = Precision.second
    return Math.min(to, at + 9)
  }

  /** Reads `.123` into `#micros`; returns where it ends, `from` where there is none. */
  #fraction(bytes: Uint8Array, from: number, to: number): number {
    this.#micros = 0
    if (from >= to || bytes[from] !== 46) return from
    let i = from + 1
    for (let unit = 100_000; i < to && bytes[i]! >= 48 && bytes[i]! <= 57; i++, unit = (unit / 10) | 0) {
      this.#micros += (bytes[i]! - 48) * unit
    }
    return i
  }

  /** `[Sun Nov 22 02:13:41 2026] `, as `dmesg -T` writes it; OpenVPN before 2.5 without the brackets. */
  #weekday(bytes: Uint8Array, from: number, name: number, to: number, close: number): number {
    const at = name + 4
    const end = name + 24
    if (to <= end || bytes[name + 3] !== space || bytes[end] !== close) return from
    const month = monthOf.get((bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) ?? 0
    const date = dayAt(bytes, at + 4)
    const clock = clockAt(bytes, at + 7)
    const year = fourDigits(bytes, at + 16)
    if (month === 0 || date < 0 || clock < 0 || year < 0) return from
    this.time[0] = daysOf(year, month, date) * day + clock * 1e6
    this.precision = Precision.second
    return Math.min(to, close === space ? end + 1 : end + 2)
  }

  /** ISO 8601, or seconds since the epoch (`journalctl -o short-unix`). */
  #number(bytes: Uint8Array, from: number, to: number): number {
    let end = readIso(bytes, from, to, this.time, 0)
    const fraction = bytes[from + 19] === 46 || bytes[from + 19] === 44
    if (end >= 0) this.precision = fraction ? Precision.micro : Precision.second
    else {
      end = from
      while (end < to && bytes[end] !== space) end++
      if (end - from < 10 || !readSeconds(bytes, from, end, this.time, 0)) return from
      this.precision = Precision.micro
    }
    return Math.min(to, end + 1)
  }
}

function dayAt(bytes: Uint8Array, i: number): number {
  const ones = bytes[i + 1]! - 48
  const date = bytes[i] === space && ones >= 0 && ones <= 9 ? ones : twoDigits(bytes, i)
  return date >= 1 && date <= 31 && bytes[i - 1] === space && bytes[i + 2] === space ? date : -1
}

function fourDigits(bytes: Uint8Array, i: number): number {
  const century = twoDigits(bytes, i)
  const year = twoDigits(bytes, i + 2)
  return century < 0 || year < 0 ? -1 : century * 100 + year
}
