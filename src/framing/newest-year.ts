import { daysOf } from '../base/ascii-time.ts'

const day = 86400e6

/**
 * Puts dates without a year into the newest year in which their day begins no later than `newest` plus a day.
 *
 * hot: no allocation per date.
 */
export class NewestYear {
  /** One element: when the day that `find` was asked for begins, in microseconds. */
  readonly start = new Float64Array(1)
  readonly #newest: number
  readonly #newestYear: number
  #lastKey = -1

  /** @param newest microseconds */
  constructor(newest: number) {
    this.#newest = newest
    this.#newestYear = new Date(newest / 1000).getUTCFullYear()
  }

  find(month: number, date: number): void {
    const key = month * 32 + date
    if (key === this.#lastKey) return
    let year = this.#newestYear + 1
    let start = daysOf(year, month, date) * day
    // At most nine steps: a 29 February needs a leap year, and 1900 is no place for a log.
    while ((start > this.#newest + day || (date === 29 && month === 2 && !isLeap(year))) && year > 1970) {
      start = daysOf(--year, month, date) * day
    }
    this.#lastKey = key
    this.start[0] = start
  }
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}
