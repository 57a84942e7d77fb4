import { now } from '../base/clock.ts'
import type { EventBatch } from '../event/batch.ts'
import type { Dictionary } from '../event/dictionary.ts'
import { type Format, type Reader, Tally } from '../format/format.ts'
import type { Formats } from '../format/formats.ts'
import { Settling } from '../format/registry.ts'
import type { FileIdentity, Place, Stream, StreamOptions } from '../source/feed.ts'
import { openReader } from './decode-reader.ts'
import { recognise, sniffBytes } from './recognise.ts'

const firstWindow = 1 << 17
const largestWindow = 64 << 20
/** What is read where content does not tell the format: lines that some format claims. */
const fallback = 'syslog'

/** Where a stream was when the state was kept; plain data. */
export interface ChannelState extends Place {
  readonly name: string
  readonly sensor: number
  /** Format and what its earlier lines said about later ones; absent until it is recognised. */
  readonly format: string | undefined
  readonly ahead: unknown
  /** What later rows owe to earlier ones. */
  readonly settling: readonly unknown[]
  readonly counts: Readonly<Record<'events' | 'ignored' | 'malformed' | 'truncated' | 'lost', number>>
}

/** What all channels of a service share. */
export interface ChannelSite {
  readonly batch: EventBatch
  readonly rules: Dictionary
  readonly formats: Formats
  /** Takes the rows; the batch is cleared when it returns. */
  consume(batch: EventBatch): void
  warn(text: string): void
}

/** One live stream of bytes on its way to rows. Decoding is synchronous: when `push` returns, what was whole has been taken up. */
export class Channel implements Stream {
  readonly name: string
  readonly sensor: number
  readonly tally = new Tally()
  readonly #site: ChannelSite
  readonly #wanted: string | undefined
  readonly #isLive: boolean
  readonly #settling = new Settling()
  identity: FileIdentity | undefined
  #window = new Uint8Array(firstWindow)
  #filled = 0
  /** Input offset of the window's first byte. */
  #base: number
  #format: Format | undefined
  #reader: Reader | undefined
  #openedAt = 0

  /** @param resumed where the stream was left; only meant where its file is the same */
  constructor(name: string, sensor: number, site: ChannelSite, options: StreamOptions = {}, resumed?: ChannelState) {
    this.name = name
    this.sensor = sensor
    this.#site = site
    this.#wanted = options.format
    this.#isLive = options.isLive ?? false
    this.identity = options.identity
    this.#base = options.from ?? 0
    if (resumed) {
      Object.assign(this.tally, resumed.counts)
      this.#settling.resume(resumed.settling)
      const format =
        this.#base > 0 && resumed.format !== undefined ? this.#site.formats.byId(resumed.format) : undefined
      if (format) this.#open(format, resumed.ahead)
    }
  }

  get isFresh(): boolean {
    return this.#base + this.#filled === 0
  }

  get format(): string | undefined {
    return this.#format?.id
  }

  get state(): ChannelState {
    const { events, ignored, malformed, truncated, lost } = this.tally
    return {
      name: this.name,
      sensor: this.sensor,
      identity: this.identity,
      offset: this.#base,
      format: this.format,
      ahead: structuredClone(this.#reader?.ahead?.state()),
      settling: structuredClone(this.#settling.snapshot()),
      counts: { events, ignored, malformed, truncated, lost },
    }
  }

  push(bytes: Uint8Array, to: number): void {
    let from = 0
    while (from < to) {
      if (this.#filled === this.#window.length) this.#grow()
      const count = Math.min(to - from, this.#window.length - this.#filled)
      this.#window.set(bytes.subarray(from, from + count), this.#filled)
      this.#filled += count
      from += count
      this.#decode(false)
    }
  }

  end(): void {
    if (this.#filled > 0) this.#decode(true)
    this.#filled = 0
  }

  #decode(last: boolean): void {
    if (this.#format?.framing === 'line' && now() > this.#openedAt + 3600e6) {
      // Time stamps without a year are read against the time at which their reader was opened.
      this.#open(this.#format, this.#reader?.ahead?.state())
    }
    const reader = this.#reader ?? this.#recognise(last)
    if (!reader) return
    const { batch } = this.#site
    batch.clear()
    batch.sensor = this.sensor
    batch.format = this.#site.formats.number(this.#format as Format)
    batch.arrival = this.#isLive ? now() : 0
    batch.bytes = this.#window
    const consumed = reader.push(this.#window, this.#filled, this.#base, last)
    this.#flush()
    this.#window.copyWithin(0, consumed, this.#filled)
    this.#filled -= consumed
    this.#base += consumed
  }

  #flush(): void {
    const { batch, consume } = this.#site
    if (batch.length > 0) {
      this.#settling.settle(batch)
      consume(batch)
    }
    batch.clear()
  }

  /** A record that fills the window needs a larger one; one that fills the largest is dropped. */
  #grow(): void {
    if (this.#window.length >= largestWindow) {
      this.tally.damage(this.#base, 'record longer than 64 MiB')
      this.#base += this.#filled
      this.#filled = 0
      return
    }
    const larger = new Uint8Array(this.#window.length * 2)
    larger.set(this.#window)
    this.#window = larger
  }

  /** The format needs a whole line to show itself, or 64 KiB. */
  #recognise(last: boolean): Reader | undefined {
    const head = this.#window.subarray(0, Math.min(this.#filled, sniffBytes))
    if (this.#wanted !== undefined) return this.#open(this.#site.formats.byId(this.#wanted) as Format)
    const isEnough = last || head.length === sniffBytes || head.includes(10) || head.length >= 256
    if (!isEnough) return undefined
    try {
      return this.#open(recognise(head, this.name, this.#site.formats))
    } catch (error) {
      if (!last && head.length < sniffBytes) return undefined
      this.#site.warn(`${(error as Error).message}; lines that some format claims are read`)
      return this.#open(this.#site.formats.byId(fallback) as Format)
    }
  }

  #open(format: Format, ahead?: unknown): Reader {
    const { rules, batch } = this.#site
    const sink = { batch, tally: this.tally, flush: () => this.#flush() }
    this.#format = format
    this.#openedAt = now()
    this.#reader = openReader(format, { newest: now(), rules }, sink, ahead)
    return this.#reader
  }
}
