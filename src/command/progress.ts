import { count, duration } from '../base/quantity.ts'
import { printable } from '../report/escape.ts'
import type { Terminal } from './terminal.ts'

export interface ProgressAt {
  readonly bytes: number
  readonly total: number | undefined
  readonly events: number
  readonly file: string
}

const repaintMs = 100
const jsonEachMs = 500

/** The live line on stderr: how far, how fast, how long still. Nothing where stderr is no terminal. */
export class Progress {
  readonly #terminal: Terminal
  readonly #started = performance.now()
  #painted = 0
  #shown = false
  readonly #isJson: boolean

  /** @param isJson for programs: a JSON object a line, at most two a second */
  constructor(terminal: Terminal, isJson = false) {
    this.#terminal = terminal
    this.#isJson = isJson
  }

  show(at: ProgressAt): void {
    const moment = performance.now()
    if (this.#isJson && moment - this.#painted >= jsonEachMs) {
      this.#painted = moment
      const { bytes, total, events } = at
      this.#terminal.err(`${JSON.stringify({ progress: { bytes, ...(total !== undefined && { total }), events } })}\n`)
    }
    if (this.#isJson || !this.#terminal.errIsTerminal || moment - this.#painted < repaintMs) return
    this.#painted = moment
    this.#shown = true
    const line = progressLine(at, moment - this.#started)
    this.#terminal.err(`\r\u001b[K${[...line].slice(0, this.#terminal.errLook.columns - 1).join('')}`)
  }

  /** A warning, above the live line. */
  say(line: string): void {
    this.#clear()
    this.#terminal.err(`sweepwatch: ${printable(line)}\n`)
  }

  end(): void {
    this.#clear()
  }

  #clear(): void {
    if (this.#shown) this.#terminal.err('\r\u001b[K')
    this.#shown = false
  }
}

/** @param elapsed milliseconds since the start */
export function progressLine({ bytes, total, events, file }: ProgressAt, elapsed: number): string {
  const rate = elapsed > 0 ? Math.round((events * 1000) / elapsed) : 0
  const parts = [`${count(events)} events`, `${count(rate)}/s`]
  if (total !== undefined && total > 0 && bytes <= total) {
    parts.unshift(`${Math.floor((100 * bytes) / total)}%`)
    if (bytes > 0 && elapsed > 500) parts.push(`${duration((elapsed * (total - bytes)) / bytes)} left`)
  }
  return `${parts.join('  ')}  ${printable(file)}`
}
