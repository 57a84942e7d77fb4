import { Problem } from '../../base/problem.ts'

/** Lets a few at a time do what costs much; others wait in a bounded line, and nobody fills it alone. */
export class Lane {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #mostOfOne: number
  #running = 0
  /** Who is in, running or waiting, and how often. */
  readonly #inside = new Map<string, number>()
  readonly #waiting: (() => void)[] = []

  constructor(options: { readonly atOnce: number; readonly waiting: number; readonly ofOne: number }) {
    this.#atOnce = options.atOnce
    this.#mostWaiting = options.waiting
    this.#mostOfOne = options.ofOne
  }

  /**
   * Waits for its turn and does it.
   * @param who the account
   * @throws Problem `too-many`, `gone`
   */
  async pass<Result>(who: string, signal: AbortSignal, act: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter(who, signal)
    try {
      return await act()
    } finally {
      leave()
    }
  }

  /** Waits for its turn. @returns what gives the place free; to be called once */
  async enter(who: string, signal: AbortSignal): Promise<() => void> {
    const mine = this.#inside.get(who) ?? 0
    if (mine >= this.#mostOfOne) {
      throw new Problem('too-many', `you have ${mine} of these running or waiting already`, {
        hint: 'Wait for one, or cancel it.',
      })
    }
    if (this.#running >= this.#atOnce && this.#waiting.length >= this.#mostWaiting) {
      throw new Problem('too-many', 'too many of these are running and waiting', { hint: 'Try again in a minute.' })
    }
    this.#inside.set(who, mine + 1)
    try {
      if (this.#running >= this.#atOnce) await this.#turn(signal)
      else this.#running++
    } catch (error) {
      this.#forget(who)
      throw error
    }
    let isOut = false
    return () => {
      if (isOut) return
      isOut = true
      this.#forget(who)
      // The place goes to the next without being free in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = () => {
        signal.removeEventListener('abort', give)
        resolve()
      }
      const give = () => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1)
        reject(gone())
      }
      this.#waiting.push(come)
      signal.addEventListener('abort', give, { once: true })
    })
  }

  #forget(who: string): void {
    const left = (this.#inside.get(who) ?? 1) - 1
    if (left === 0) this.#inside.delete(who)
    else this.#inside.set(who, left)
  }
}

/** Nobody waits for the answer any more. */
export function gone(): Problem {
  return new Problem('gone', 'it was cancelled')
}
