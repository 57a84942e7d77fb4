import { daysOf } from '../../base/ascii-time.ts'
import type { Zone } from '../../base/zone.ts'

const day = 86400e6
const months = 'janfebmaraprmayjunjulaugsepoctnovdec'
const letterA = 97

/** One step of a pattern: a directive's letter, a blank (any run of blanks), or a byte that must stand there. */
type Step = readonly [kind: number, byte: number]
const Kind = { byte: 0, blank: 1, directive: 2 } as const
const known = 'YymdeHIMSfbBaAzZpsj'

const shorthand: Readonly<Record<string, string>> = { T: '%H:%M:%S', F: '%Y-%m-%d', D: '%m/%d/%y', R: '%H:%M', h: '%b' }

/** What is wrong with a pattern; nothing where it can be read. */
export function patternError(pattern: string): string {
  const text = expand(pattern)
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '%') continue
    i++
    if (i === text.length) return 'ends with a single %'
    if (text[i] !== '%' && !known.includes(text[i] as string)) return `%${text[i]} is not known`
  }
  const has = (letter: string) => text.includes(`%${letter}`)
  if (has('s')) return ''
  if (!has('H') && !has('I')) return 'tells no hour'
  return (has('d') || has('e')) && (has('m') || has('b') || has('B')) ? '' : has('j') ? '' : 'tells no day and month'
}

function expand(pattern: string): string {
  return pattern.replace(/%([TFDRh])/g, (_, letter: string) => shorthand[letter] as string)
}

/**
 * Reads times by a pattern as of strptime(3). A year that is not told is the newest in which the time is not in the future.
 *
 * hot: no allocation per event.
 */
export class TimePattern {
  readonly #steps: readonly Step[]
  readonly #zone: Zone
  readonly #newest: number
  readonly #hasYear: boolean
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #to = 0
  #year = 0
  #month = 0
  #day = 0
  #ofYear = 0
  #hour = 0
  #minute = 0
  #second = 0
  #micros = 0
  #isAfternoon = 0
  #offset = 0
  #epoch = -1

  /** @param pattern one without a `patternError` @param newest microseconds */
  constructor(pattern: string, zone: Zone, newest: number) {
    const text = expand(pattern)
    const steps: Step[] = []
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === 37 && text[i + 1] !== '%') steps.push([Kind.directive, text.charCodeAt(++i)])
      else if (code === 37) steps.push([Kind.byte, text.charCodeAt(++i)])
      else steps.push(code === 32 ? [Kind.blank, 32] : [Kind.byte, code])
    }
    this.#steps = steps
    this.#zone = zone
    this.#newest = newest
    this.#hasYear = /%[Yys]/.test(text)
  }

  /** Reads `bytes[from, to)`, whole, into `out[0]`. */
  read(bytes: Uint8Array, from: number, to: number, out: Float64Array): boolean {
    this.#bytes = bytes
    this.#at = from
    this.#to = to
    this.#year = this.#ofYear = this.#hour = this.#minute = this.#second = this.#micros = 0
    this.#month = this.#day = 1
    this.#isAfternoon = this.#epoch = -1
    this.#offset = Number.NaN
    for (let k = 0; k < this.#steps.length; k++) if (!this.#step(this.#steps[k]!)) return false
    if (this.#at !== to) return false
    if (this.#epoch >= 0) {
      out[0] = this.#epoch * 1e6 + this.#micros
      return true
    }
    return this.#isSound() && this.#put(out)
  }

  #isSound(): boolean {
    if (this.#isAfternoon >= 0) this.#hour = (this.#hour % 12) + 12 * this.#isAfternoon
    return this.#month <= 12 && this.#day <= 31 && this.#hour < 24 && this.#minute < 60 && this.#second <= 60
  }

  #put(out: Float64Array): boolean {
    if (!this.#hasYear) this.#year = new Date(this.#newest / 1000).getUTCFullYear() + 1
    for (;;) {
      const days =
        this.#ofYear > 0 ? daysOf(this.#year, 1, 1) + this.#ofYear - 1 : daysOf(this.#year, this.#month, this.#day)
      const wall = days * day + (this.#hour * 3600 + this.#minute * 60 + this.#second) * 1e6 + this.#micros
      out[0] = Number.isNaN(this.#offset) ? this.#zone.toUtc(wall) : wall - this.#offset * 60e6
      // Two steps at most: this year or the one before it.
      if (this.#hasYear || out[0]! <= this.#newest + day) return true
      this.#year--
    }
  }

  #step([kind, byte]: Step): boolean {
    if (kind === Kind.byte) return this.#bytes[this.#at++] === byte && this.#at <= this.#to
    if (kind === Kind.blank) {
      while (this.#at < this.#to && this.#bytes[this.#at] === 32) this.#at++
      return true
    }
    switch (byte) {
      case 89:
        return (this.#year = this.#number(4, 4)) >= 0
      case 121:
        return this.#shortYear()
      case 109:
        return (this.#month = this.#number(1, 2)) >= 1
      case 100:
      case 101:
        if (this.#bytes[this.#at] === 32) this.#at++
        return (this.#day = this.#number(1, 2)) >= 1
      case 106:
        return (this.#ofYear = this.#number(1, 3)) >= 1
      case 72:
      case 73:
        return (this.#hour = this.#number(1, 2)) >= 0
      case 77:
        return (this.#minute = this.#number(2, 2)) >= 0
      case 83:
        return (this.#second = this.#number(2, 2)) >= 0
      case 115:
        return (this.#epoch = this.#number(1, 11)) >= 0
      case 102:
        return this.#fraction()
      case 98:
      case 66:
        return this.#monthName()
      case 112:
        return this.#half()
      case 122:
        return this.#zoneOffset()
      default:
        return this.#letters()
    }
  }

  #number(least: number, most: number): number {
    let value = 0
    let count = 0
    for (; count < most && this.#at < this.#to; count++, this.#at++) {
      const digit = this.#bytes[this.#at]! - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    return count < least ? -1 : value
  }

  #shortYear(): boolean {
    const year = this.#number(2, 2)
    this.#year = year < 69 ? 2000 + year : 1900 + year
    return year >= 0
  }

  #fraction(): boolean {
    let unit = 100_000
    const start = this.#at
    for (; this.#at < this.#to; this.#at++, unit = (unit / 10) | 0) {
      const digit = this.#bytes[this.#at]! - 48
      if (digit < 0 || digit > 9) break
      this.#micros += digit * unit
    }
    return this.#at > start
  }

  #monthName(): boolean {
    for (let month = 0; month < 12; month++) {
      let k = 0
      while (k < 3 && (this.#bytes[this.#at + k]! | 32) === months.charCodeAt(3 * month + k)) k++
      if (k < 3 || this.#at + 3 > this.#to) continue
      this.#month = month + 1
      return this.#letters()
    }
    return false
  }

  /** AM or PM. */
  #half(): boolean {
    if (this.#at + 2 > this.#to || (this.#bytes[this.#at + 1]! | 32) !== 109) return false
    this.#isAfternoon = (this.#bytes[this.#at]! | 32) === letterA ? 0 : 1
    this.#at += 2
    return true
  }

  /** `Z`, `+0200`, `+02:00`. */
  #zoneOffset(): boolean {
    const sign = this.#bytes[this.#at]
    if (this.#at >= this.#to) return false
    this.#at++
    this.#offset = 0
    if (sign === 90) return true
    if (sign !== 43 && sign !== 45) return false
    const hours = this.#number(2, 2)
    if (this.#bytes[this.#at] === 58) this.#at++
    const minutes = this.#number(2, 2)
    this.#offset = (sign === 45 ? -1 : 1) * (hours * 60 + Math.max(0, minutes))
    return hours >= 0
  }

  #letters(): boolean {
    const start = this.#at
    while (this.#at < this.#to && (this.#bytes[this.#at]! | 32) >= 97 && (this.#bytes[this.#at]! | 32) <= 122)
      this.#at++
    return this.#at > start
  }
}
