const hour = 3_600_000

/**
 * So many at once, so many an hour in the long run (GCRA, ITU-T I.371 appendix I): one number, which the times of earlier questions
 * give back after a restart. Times are milliseconds.
 */
export class Pace {
  readonly #interval: number
  readonly #tolerance: number
  /** When the next question would be due if all had kept the pace. */
  #due = 0

  constructor(perHour: number, burst: number) {
    this.#interval = hour / perHour
    this.#tolerance = (burst - 1) * this.#interval
  }

  /** From when on the next question is allowed. */
  get readyAt(): number {
    return this.#due - this.#tolerance
  }

  /** Counts a question. */
  take(at: number): void {
    this.#due = Math.max(this.#due, at) + this.#interval
  }
}
