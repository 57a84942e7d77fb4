import { Problem } from '../base/problem.ts'
import { EventBatch } from '../event/batch.ts'
import type { Dictionary } from '../event/dictionary.ts'
import { type Format, type FormatContext, type Reader, type Sink, Tally } from '../format/format.ts'
import { formatById } from '../format/registry.ts'
import { LineReader } from '../framing/line.ts'
import type { ByteSource, Input } from '../source/source.ts'
import { recognise, sniffBytes } from './recognise.ts'

const firstWindow = 1 << 18
const largestWindow = 64 << 20

export interface DecodeOptions {
  /** Format id; recognised from the first bytes where absent. */
  readonly format?: string
  /** Number stamped on every row (column `sensor`): the input's place in the list of inputs. */
  readonly sensor: number
  /** Microseconds: the newest time the input can be from, for timestamps without a year (the file's mtime, or now). */
  readonly newest: number
  /** Rule names by id; shared by all inputs of a run. */
  readonly rules: Dictionary
  /** Reused where given, cleared first. */
  readonly batch?: EventBatch
  /** Called once the format is known, before the first batch. */
  readonly onFormat?: (id: string) => void
  /** Called after every window. `taken` and `total` are bytes on disk; `total` is undefined for pipes. */
  readonly onProgress?: (taken: number, total: number | undefined) => void
}

/** What one input was and what became of it. */
export interface InputResult {
  readonly name: string
  /** undefined for an input that is empty, or an archive damaged from its first byte. */
  readonly format: string | undefined
  readonly tally: Tally
  /** Bytes decoded, after decompression. */
  readonly bytes: number
}

/**
 * Decodes one input. `consume` is given each batch of rows in input order; the batch is cleared when it returns.
 * Throws a `Problem`: `unknown-format` (the input is none we know; other inputs may well be), `no-such-format`
 * (`options.format` is no id), `no-such-file`, `unreadable`. Damage inside the input never throws: it is counted.
 */
export async function decodeInput(
  input: Input,
  options: DecodeOptions,
  consume: (batch: EventBatch) => void,
): Promise<InputResult> {
  const wanted = options.format === undefined ? undefined : formatNamed(options.format)
  const source = await input.open()
  try {
    return await new Decoding(input, options, source, consume).run(wanted)
  } finally {
    source.close()
  }
}

function formatNamed(id: string): Format {
  const format = formatById(id)
  if (format) return format
  throw new Problem('no-such-format', `no format is called ${id}`, { hint: '`sweepwatch formats` lists them.' })
}

class Decoding {
  readonly #input: Input
  readonly #options: DecodeOptions
  readonly #source: ByteSource
  readonly #sink: Sink
  readonly #tally = new Tally()
  #window: Uint8Array = new Uint8Array(firstWindow)
  #filled = 0
  #ended = false

  constructor(input: Input, options: DecodeOptions, source: ByteSource, consume: (batch: EventBatch) => void) {
    this.#input = input
    this.#options = options
    this.#source = source
    const batch = options.batch ?? new EventBatch()
    batch.clear()
    batch.sensor = options.sensor
    const flush = () => {
      if (batch.length > 0) consume(batch)
      batch.clear()
    }
    this.#sink = { batch, tally: this.#tally, flush }
  }

  async run(wanted: Format | undefined): Promise<InputResult> {
    while (!this.#ended && this.#filled < sniffBytes) await this.#fill()
    const { name } = this.#input
    if (this.#filled === 0) {
      if (this.#source.damage !== undefined) this.#tally.damage(0, this.#source.damage)
      return { name, format: undefined, tally: this.#tally, bytes: 0 }
    }
    const format = wanted ?? recognise(this.#window.subarray(0, Math.min(this.#filled, sniffBytes)), name)
    this.#options.onFormat?.(format.id)
    const bytes = await this.#decode(this.#open(format))
    return { name, format: format.id, tally: this.#tally, bytes }
  }

  #open(format: Format): Reader {
    const context: FormatContext = { newest: this.#options.newest, rules: this.#options.rules }
    if (format.framing === 'container') return format.open(context, this.#sink)
    return new LineReader(format.open(context), format.maxRows, this.#sink)
  }

  /** Runs windows through the reader to the end of the input; returns how many bytes that were. */
  async #decode(reader: Reader): Promise<number> {
    let base = 0
    for (;;) {
      const batch = this.#sink.batch
      batch.bytes = this.#window
      // In a damaged archive the last record was cut in mid-word: reading it would give a wrong address, not a short one.
      const last = this.#ended && this.#source.damage === undefined
      const consumed = reader.push(this.#window, this.#filled, base, last)
      // Rows may point into the window (packet payloads), so they go before it moves.
      this.#sink.flush()
      base += consumed
      this.#window.copyWithin(0, consumed, this.#filled)
      this.#filled -= consumed
      this.#options.onProgress?.(this.#source.taken, this.#input.size)
      if (this.#ended) break
      if (this.#filled === this.#window.length && !this.#grow()) {
        this.#tally.damage(base, 'record longer than 64 MiB: the rest of the input was not read')
        break
      }
      await this.#fill()
    }
    if (this.#source.damage !== undefined) this.#tally.damage(base, this.#source.damage)
    return base
  }

  /** A reader that consumed nothing of a full window needs a larger one. */
  #grow(): boolean {
    if (this.#window.length >= largestWindow) return false
    const larger = new Uint8Array(this.#window.length * 2)
    larger.set(this.#window)
    this.#window = larger
    return true
  }

  async #fill(): Promise<void> {
    const got = this.#source.read(this.#window, this.#filled)
    const count = typeof got === 'number' ? got : await got
    if (count === 0) this.#ended = true
    this.#filled += count
  }
}
