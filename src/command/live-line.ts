import type { Terminal } from './terminal.ts'

const repaintMs = 100

/** One line on stderr that is painted over; nothing where stderr is no terminal. */
export class LiveLine {
  readonly #terminal: Terminal
  #painted = Number.NEGATIVE_INFINITY
  #shown = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(text: string): void {
    const moment = performance.now()
    if (!this.#terminal.errIsTerminal || moment - this.#painted < repaintMs) return
    this.#painted = moment
    this.#shown = true
    this.#terminal.err(`\r\u001b[K${[...text].slice(0, this.#terminal.errLook.columns - 1).join('')}`)
  }

  end(): void {
    if (this.#shown) this.#terminal.err('\r\u001b[K')
    this.#shown = false
  }
}
