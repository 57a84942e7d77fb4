import { readUint } from '../base/ascii.ts'
import { clockAt, daysOf, readIso, readSeconds, twoDigits } from '../base/ascii-time.ts'
import { Precision, Stamp } from './stamp.ts'

/** Offsets from UTC, in minutes, of the zone names that RFC 822 defines and of the common European ones. */
const zones = new Map(
  Object.entries({
    EST: -300,
    EDT: -240,
    CST: -360,
    CDT: -300,
    MST: -420,
    MDT: -360,
    PST: -480,
    PDT: -420,
    CET: 60,
    CEST: 120,
    MSK: 180,
    JST: 540,
  }).map(([name, minutes]) => [(name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2), minutes]),
)

/**
 * Reads the times of CEF and LEEF extensions: milliseconds or seconds since the epoch, ISO 8601, `Nov 22 2026 02:13:41.123 UTC`
 * or without a year, `22/Nov/2026:02:13:41`, `2026/11/22 02:13:41`. Without a zone they are UTC.
 *
 * hot: no allocation per event.
 */
export class EventTime {
  /** Microseconds, one element. */
  readonly time = new Float64Array(1)
  readonly #stamp: Stamp

  /** @param newest microseconds: the newest time the input can be from, for stamps without a year */
  constructor(newest: number) {
    this.#stamp = new Stamp(newest)
  }

  /** False where `bytes[from, to)` is no time. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const first = from < to ? bytes[from]! : 0
    if (first < 48 || first > 57) return this.#stamped(bytes, from, to)
    const length = digits(bytes, from, to) - from
    if (length === 13 && from + 13 === to) {
      // In two halves, which stay off the heap.
      this.time[0] = (readUint(bytes, from, from + 7) * 1e6 + readUint(bytes, from + 7, to)) * 1e3
      return true
    }
    if (length >= 9 && length <= 11) return readSeconds(bytes, from, to, this.time, 0)
    if (readIso(bytes, from, to, this.time, 0) >= 0) return true
    return length === 4 ? this.#slashed(bytes, from, to) : false
  }

  #stamped(bytes: Uint8Array, from: number, to: number): boolean {
    const end = this.#stamp.read(bytes, from, to)
    if (this.#stamp.precision === Precision.none) return false
    this.time[0] = this.#stamp.time[0]! - zone(bytes, end, to) * 60e6
    return true
  }

  #slashed(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < 19 || bytes[from + 4] !== 47 || bytes[from + 7] !== 47) return false
    const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2)
    const month = twoDigits(bytes, from + 5)
    const day = twoDigits(bytes, from + 8)
    const clock = clockAt(bytes, from + 11)
    if (month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return false
    this.time[0] = (daysOf(year, month, day) * 86400 + clock) * 1e6
    return true
  }
}

function digits(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  return i
}

/** Minutes east of UTC of `+0200`, `GMT+02:00` or a zone's name. */
function zone(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] === 32) i++
  if (i + 3 <= to && bytes[i] !== 43 && bytes[i] !== 45) {
    const named = zones.get((bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!)
    if (named !== undefined) return named
    i += 3
  }
  if (i + 5 > to || (bytes[i] !== 43 && bytes[i] !== 45)) return 0
  const hours = twoDigits(bytes, i + 1)
  const minutes = twoDigits(bytes, bytes[i + 3] === 58 ? i + 4 : i + 3)
  if (hours < 0 || minutes < 0) return 0
  return bytes[i] === 45 ? -(hours * 60 + minutes) : hours * 60 + minutes
}
