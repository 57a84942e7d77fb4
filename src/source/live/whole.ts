import type { Feed, Receiver } from '../feed.ts'
import { openInputs } from '../inputs.ts'
import { skip } from './rotated.ts'

/** Reads a file or pipe that does not grow, from where it was left to its end: archives, standard input. */
export class Whole implements Feed {
  readonly name: string
  readonly #format: string | undefined

  constructor(path: string, format?: string) {
    this.name = path
    this.#format = format
  }

  async run(receiver: Receiver, signal: AbortSignal): Promise<void> {
    const [input] = openInputs([this.name])
    if (!input) return
    // A pipe cannot be read again: what comes is new.
    const from = input.size === undefined ? 0 : (receiver.placeOf(this.name)?.offset ?? 0)
    const source = await input.open()
    const stream = receiver.open(this.name, { from, ...(this.#format === undefined ? {} : { format: this.#format }) })
    const stop = () => source.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      await skip(source, from)
      const buffer = new Uint8Array(1 << 18)
      while (!signal.aborted) {
        const count = await source.read(buffer, 0)
        if (count === 0) break
        stream.push(buffer, count)
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
      if (!signal.aborted) stream.end()
      if (source.damage !== undefined) receiver.notice(`${this.name}: ${source.damage}`)
    } finally {
      signal.removeEventListener('abort', stop)
      if (!signal.aborted) source.close()
    }
  }
}
