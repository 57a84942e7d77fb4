const quarter = 900e6
const day = 86400e6
const slots = 64

/** How far local time is from UTC. Times are microseconds; a wall time is what would be right if the clock showed UTC. */
export interface Zone {
  /**
   * What a wall clock's time is in UTC. Of a time that comes twice the first is meant, and one that the clock jumps over is
   * read with the offset from before the jump (RFC 5545 section 3.3.5).
   */
  toUtc(wall: number): number
  toWall(utc: number): number
}

/** A zone by its name or offset; undefined where there is none of that name. */
export function zoneOf(text: string): Zone | undefined {
  if (/^(utc|gmt|z)$/i.test(text)) return fixed(0)
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(text)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return fixed((offset[1] === '-' ? -minutes : minutes) * 60e6)
  }
  try {
    return new NamedZone(text)
  } catch {
    return undefined
  }
}

function fixed(micros: number): Zone {
  return { toUtc: (wall) => wall - micros, toWall: (utc) => utc + micros }
}

/** A zone of the tz database. Its offset is looked up once a quarter of an hour of log time: no clock changes in between. */
class NamedZone implements Zone {
  readonly #format: Intl.DateTimeFormat
  readonly #quarters = new Float64Array(slots).fill(Number.NaN)
  readonly #offsets = new Float64Array(slots)

  /** Throws a RangeError where there is no such zone. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  toUtc(wall: number): number {
    const key = Math.floor(wall / quarter)
    const slot = ((key % slots) + slots) % slots
    if (this.#quarters[slot] !== key) {
      this.#offsets[slot] = this.#offsetOfWall(wall)
      this.#quarters[slot] = key
    }
    return wall - this.#offsets[slot]!
  }

  toWall(utc: number): number {
    return utc + this.#offsetAt(utc)
  }

  /** Clocks change at most once in two days. */
  #offsetOfWall(wall: number): number {
    const before = this.#offsetAt(wall - day)
    if (this.#offsetAt(wall - before) === before) return before
    const after = this.#offsetAt(wall + day)
    return this.#offsetAt(wall - after) === after ? after : before
  }

  #offsetAt(utc: number): number {
    const parts = new Map(
      this.#format.formatToParts(new Date(utc / 1000)).map(({ type, value }) => [type, Number(value)]),
    )
    const at = (type: string) => parts.get(type as never) ?? 0
    const local = Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'))
    return local * 1000 - Math.floor(utc / 1e6) * 1e6
  }
}
