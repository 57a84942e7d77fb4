const hour = 3_600_000

/** So many at once, and so many an hour in the long run. Times are milliseconds. */
export class TokenBucket {
  readonly #capacity: number
  readonly #perMs: number
  #tokens: number
  #at: number

  constructor(capacity: number, perHour: number, at: number) {
    this.#capacity = capacity
    this.#perMs = perHour / hour
    this.#tokens = capacity
    this.#at = at
  }

  /** Takes one where there is one. */
  take(at: number): boolean {
    this.#fill(at)
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  /** When there will be one. */
  readyAt(at: number): number {
    this.#fill(at)
    return this.#tokens >= 1 ? at : at + Math.ceil((1 - this.#tokens) / this.#perMs)
  }

  /** A clock that is set back gives nothing and takes nothing. */
  #fill(at: number): void {
    const passed = Math.max(0, at - this.#at)
    this.#tokens = Math.min(this.#capacity, this.#tokens + passed * this.#perMs)
    this.#at = Math.max(this.#at, at)
  }
}
