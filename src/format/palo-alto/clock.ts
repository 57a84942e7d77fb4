import { clockAt, daysOf, readIso, twoDigits } from '../../base/ascii-time.ts'
import { Stamp } from '../../framing/stamp.ts'
import { noZone, zoneMinutes } from '../../framing/zone-name.ts'
import type { Fields } from './fields.ts'

const slash = 47
const hyphen = 45
const zoneStep = 900e6

/**
 * The times of a log: `2026/11/22 02:13:41` in the firewall's own zone, which it does not tell; from PAN-OS 10 on the high
 * resolution timestamp of the same instant does (`2026-11-22T02:13:41.250+01:00`), and so gives the zone of the others.
 *
 * hot: no allocation per event.
 */
export class Clock {
  /** Microseconds, one element: what was read last. */
  readonly time = new Float64Array(1)
  readonly #stamp: Stamp
  #lastDate = -1
  #lastDay = 0

  constructor(newest: number) {
    this.#stamp = new Stamp(newest)
  }

  /** Reads any of the forms of time; a time without a zone is taken as UTC. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < 19) return false
    if (bytes[from + 4] === slash) return this.#slashed(bytes, from)
    if (bytes[from + 4] === hyphen) return readIso(bytes, from, to, this.time, 0) >= 0
    return this.#stamped(bytes, from, to)
  }

  /** How far the zone of a time without one lies east of Greenwich, in microseconds, as the high resolution time shows it. */
  zone(bytes: Uint8Array, fields: Fields, field: number, generated: number): number {
    if (!fields.has(field)) return 0
    const from = fields.from[field]!
    const to = fields.to[field]!
    if (to - from < 23 || bytes[from + 10] !== 84 || bytes[from + 4] !== hyphen) return 0
    if (readIso(bytes, from, to, this.time, 0) < 0) return 0
    return Math.round((generated - this.time[0]!) / zoneStep) * zoneStep
  }

  #slashed(bytes: Uint8Array, from: number): boolean {
    const clock = clockAt(bytes, from + 11)
    const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2)
    const month = twoDigits(bytes, from + 5)
    const day = twoDigits(bytes, from + 8)
    if (clock < 0 || year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || bytes[from + 7] !== slash)
      return false
    const date = (year << 9) | (month << 5) | day
    if (date !== this.#lastDate) {
      this.#lastDate = date
      this.#lastDay = daysOf(year, month, day) * 86400
    }
    this.time[0] = (this.#lastDay + clock) * 1e6
    return true
  }

  /** `Nov 22 2026 02:13:41 GMT`, as CEF and LEEF have it. */
  #stamped(bytes: Uint8Array, from: number, to: number): boolean {
    const end = this.#stamp.read(bytes, from, to)
    if (end === from) return false
    const east = zoneMinutes(bytes, end, to)
    this.time[0] = this.#stamp.time[0]! - (east === noZone ? 0 : east * 60e6)
    return true
  }
}
