const hour = 3600e6
const slots = 64

/** How far local time is from UTC. */
export interface Zone {
  /** @param wall local time, as microseconds that would be right if it were UTC @returns microseconds, UTC */
  toUtc(wall: number): number
}

/** A zone by its name or offset; undefined where there is none of that name. */
export function zoneOf(text: string): Zone | undefined {
  if (/^(utc|gmt|z)$/i.test(text)) return { toUtc: (wall) => wall }
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(text)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    const micros = (offset[1] === '-' ? -minutes : minutes) * 60e6
    return { toUtc: (wall) => wall - micros }
  }
  try {
    return new NamedZone(text)
  } catch {
    return undefined
  }
}

/** A zone of the tz database. Its offset is looked up once an hour of log time. */
class NamedZone implements Zone {
  readonly #format: Intl.DateTimeFormat
  readonly #hours = new Float64Array(slots).fill(Number.NaN)
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

  /** In the hour that comes twice in autumn the earlier one is taken. */
  toUtc(wall: number): number {
    const key = Math.floor(wall / hour)
    const slot = ((key % slots) + slots) % slots
    if (this.#hours[slot] !== key) {
      const guess = wall - this.#offsetAt(wall)
      this.#offsets[slot] = this.#offsetAt(guess)
      this.#hours[slot] = key
    }
    return wall - this.#offsets[slot]!
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
