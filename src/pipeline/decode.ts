import { Problem } from '../base/problem.ts'
import { EventBatch } from '../event/batch.ts'
import type { Dictionary } from '../event/dictionary.ts'
import { type Format, type Reader, type Sink, Tally } from '../format/format.ts'
import { builtInFormats, type Formats } from '../format/formats.ts'
import { Settling } from '../format/registry.ts'
import type { ByteSource, Input } from '../source/source.ts'
import { Window } from '../source/window.ts'
import { DecodeAhead } from './decode-ahead.ts'
import { openReader } from './decode-reader.ts'
import type { DecodeWorkers } from './decode-workers.ts'
import { recognise, sniffBytes } from './recognise.ts'

const largeInput = 8 << 20

export interface DecodeOptions {
  /** Format id; recognised from the first bytes where absent. */
  readonly format?: string
  /** Where the configuration describes more than those that are built in. */
  readonly formats?: Formats
  /** Number stamped on every row (column `sensor`): the input's place in the list of inputs. */
  readonly sensor: number
  /** Microseconds: the newest time the input can be from, for timestamps without a year (the file's mtime, or now). */
  readonly newest: number
  /** Rule names by id; shared by all inputs of a run. */
  readonly rules: Dictionary
  /** Reused where given, cleared first. */
  readonly batch?: EventBatch
  /** Other threads to decode with, where the input is large; the rows and their order are the same without. */
  readonly workers?: DecodeWorkers
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
  const wanted = options.format === undefined ? undefined : formatNamed(options.format, options.formats)
  const source = await input.open()
  try {
    return await new Decoding(input, options, source, consume).run(wanted)
  } finally {
    source.close()
  }
}

function formatNamed(id: string, formats = builtInFormats): Format {
  const format = formats.byId(id)
  if (format) return format
  throw new Problem('no-such-format', `no format is called ${id}`, { hint: '`sweepwatch formats` lists them.' })
}

class Decoding {
  readonly #input: Input
  readonly #options: DecodeOptions
  readonly #formats: Formats
  readonly #window: Window
  readonly #sink: Sink
  readonly #tally = new Tally()
  readonly #consume: (batch: EventBatch) => void
  readonly #settling = new Settling()

  constructor(input: Input, options: DecodeOptions, source: ByteSource, consume: (batch: EventBatch) => void) {
    this.#input = input
    this.#options = options
    this.#formats = options.formats ?? builtInFormats
    this.#window = new Window(source)
    this.#consume = consume
    const batch = options.batch ?? new EventBatch()
    batch.clear()
    batch.sensor = options.sensor
    const flush = () => {
      if (batch.length > 0) this.#give(batch)
      batch.clear()
    }
    this.#sink = { batch, tally: this.#tally, flush }
  }

  async run(wanted: Format | undefined): Promise<InputResult> {
    const window = this.#window
    while (!window.ended && window.filled < sniffBytes) await window.fill()
    const { name } = this.#input
    if (window.filled === 0) {
      if (window.source.damage !== undefined) this.#tally.damage(0, window.source.damage)
      return { name, format: undefined, tally: this.#tally, bytes: 0 }
    }
    const format =
      wanted ?? recognise(window.bytes.subarray(0, Math.min(window.filled, sniffBytes)), name, this.#formats)
    this.#options.onFormat?.(format.id)
    await this.#decode(format)
    return { name, format: format.id, tally: this.#tally, bytes: window.base }
  }

  /** Runs windows through the reader to the end of the input. */
  async #decode(format: Format): Promise<void> {
    const window = this.#window
    const { newest, rules } = this.#options
    const reader = openReader(format, { newest, rules }, this.#sink)
    const ahead = this.#ahead(format, reader)
    this.#sink.batch.format = this.#formats.number(format)
    for (;;) {
      if (ahead && this.#isLarge()) await ahead.run(window)
      // In a damaged archive the last record was cut in mid-word: reading it would give a wrong address, not a short one.
      const last = window.ended && window.source.damage === undefined
      this.#sink.batch.bytes = window.bytes
      const consumed = reader.push(window.bytes, window.filled, window.base, last)
      // Rows may point into the window (packet payloads), so they go before it moves.
      this.#sink.flush()
      window.advance(consumed)
      this.#onProgress()
      if (window.ended) break
      if (window.isFull && !window.grow()) {
        this.#tally.damage(window.base, 'record longer than 64 MiB: the rest of the input was not read')
        break
      }
      await window.fill()
    }
    if (window.source.damage !== undefined) this.#tally.damage(window.base, window.source.damage)
  }

  #ahead(format: Format, reader: Reader): DecodeAhead | undefined {
    const { workers, rules, newest, sensor } = this.#options
    if (!workers || !reader.ahead) return undefined
    const tally = this.#tally
    const give = (batch: EventBatch) => this.#give(batch)
    const onPiece = () => this.#onProgress()
    const mapping = this.#formats.mapping(format.id)
    const number = this.#formats.number(format)
    const task = { format: format.id, number, newest, sensor, ...(mapping && { mapping }) }
    return new DecodeAhead({ workers, task, ahead: reader.ahead, rules, tally, give, flush: this.#sink.flush, onPiece })
  }

  /** Whether other threads are worth their start: known from the size, or for pipes and archives once so much was read. */
  #isLarge(): boolean {
    return Math.max(this.#input.size ?? 0, this.#window.base) >= largeInput
  }

  #give(batch: EventBatch): void {
    this.#settling.settle(batch)
    this.#consume(batch)
  }

  #onProgress(): void {
    this.#options.onProgress?.(this.#window.source.taken, this.#input.size)
  }
}
