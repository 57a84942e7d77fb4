import type { Site } from '../site.ts'

/** An answer that costs much is given again for a while, to whoever asks; those who ask meanwhile wait for the same. */
export class Remembered<Answer> {
  readonly #milliseconds: number
  readonly #known = new WeakMap<Site, { readonly at: number; readonly answer: Promise<Answer> }>()

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  of(site: Site, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.#known.get(site)
    if (known && performance.now() - known.at < this.#milliseconds) return known.answer
    const answer = ask()
    this.#known.set(site, { at: performance.now(), answer })
    answer.catch(() => this.forget(site))
    return answer
  }

  forget(site: Site): void {
    this.#known.delete(site)
  }
}
