import type { Resumable } from '../base/snapshot.ts'
import type { EventBatch } from '../event/batch.ts'
import type { Dictionary } from '../event/dictionary.ts'

/**
 * What one record turned out to be. `event`: one or more rows were appended. `ignored`: understood, but nothing for us
 * (a comment, a log line of another program, a frame that is not IP). `malformed`: claims to be this format and is not
 * (`batch.reason` says why). Decoders never throw on input.
 */
export const Decoded = { event: 0, ignored: 1, malformed: 2 } as const
export type Decoded = (typeof Decoded)[keyof typeof Decoded]

/** Decodes the record `bytes[from, to)` into rows of `batch`. Rows are opened with `batch.begin()`. */
export type Decode = (bytes: Uint8Array, from: number, to: number, batch: EventBatch) => Decoded

/** What a format may need to know of its input. */
export interface FormatContext {
  /** Microseconds since the epoch: the newest time the input can be from, for timestamps without a year. */
  readonly newest: number
  /** Names of rules, prefixes, zones: low-cardinality text, by id. Bounded. */
  readonly rules: Dictionary
  /** What `LineFormat.carry` made: what earlier lines said about this and later ones. */
  readonly carried?: unknown
}

interface Described {
  /** The id is the file name, the fixture folder and the docs anchor. */
  readonly id: string
  readonly title: string
  /** One paragraph for `sweepwatch explain <format>`: what is read, what is not, where the format is documented. */
  readonly about: string
  /**
   * How sure the format is that an input is its own, from its first bytes (up to 64 KiB, decompressed): 0 = no, 1 = certain.
   * The highest wins; a tie is an error in the formats, and a test.
   * @param name the input's, for formats that the configuration ties to file names
   */
  sniff(head: Uint8Array, name?: string): number
  /** What a sensor with this format cannot see, whatever the log holds: `denies only`, `no responses`. */
  readonly blind?: readonly string[]
}

/** A format made of lines of text. */
export interface LineFormat extends Described {
  readonly framing: 'line'
  /** The most rows one line can become. */
  readonly maxRows: number
  open(context: FormatContext): Decode
  /**
   * Whether a single line is this format's, cheaply: for lines of several programs and devices in one file or on one socket.
   * A line may have a syslog header before it. Absent where lines cannot be told without those before them (headers).
   * Hot: nothing is allocated.
   */
  claims?(bytes: Uint8Array, from: number, to: number): boolean
  /** It claims what many devices write, and is asked after the formats that know one of them. */
  readonly isGeneric?: true
  /** Absent where a line is understood without those before it. */
  readonly carry?: Carry
  /**
   * Opens what is done to each row of this format in an input, in their order, once they are decoded: for what a row owes to
   * the rows before it. `open` then leaves raw material in columns it does not need otherwise.
   */
  settle?(): Settle
}

/**
 * What a format does to each of its rows, in their order. Where it remembers something between rows, that can be put aside and
 * taken up again (plain data), so that a service that was stopped goes on as if it had not been.
 */
export type Settle = ((batch: EventBatch, row: number) => void) & Partial<Resumable<unknown>>

/** How later lines learn what earlier ones said (headers) when different threads decode them. */
export interface Carry {
  /** The state before the first line: plain data, which goes to other threads as a copy. `open` finds it in its context. */
  start(): unknown
  /** Brings the state from before `bytes[from, to)` (whole lines) to behind it, without decoding. */
  pass(state: unknown, bytes: Uint8Array, from: number, to: number): void
}

/** A binary container that frames itself: pcap, pcapng. */
export interface ContainerFormat extends Described {
  readonly framing: 'container'
  /** @param ahead what `Ahead.state` of another reader of the input said */
  open(context: FormatContext, sink: Sink, ahead?: unknown): Reader
}

export type Format = LineFormat | ContainerFormat

/** Where a reader puts what it finds. `flush` hands the rows on and clears the batch; call it before the batch may overflow. */
export interface Sink {
  readonly batch: EventBatch
  readonly tally: Tally
  flush(): void
}

const mostReasons = 32

/** What became of the records of one input. */
export class Tally {
  events = 0
  ignored = 0
  malformed = 0
  /** Packets cut by the snaplen: no damage, but less was seen. */
  truncated = 0
  /** Packets or records that the input itself says never reached it: sequence gaps, a sensor's own drop counter. */
  lost = 0
  /** The first few malformed records, for the warning: byte offset in the (decompressed) input and why. */
  readonly examples: { readonly offset: number; readonly reason: string }[] = []
  /** How many records were malformed for each reason; of many different ones the first. */
  readonly reasons = new Map<string, number>()

  damage(offset: number, reason: string): void {
    this.malformed++
    this.count(reason, 1)
    this.show(offset, reason)
  }

  /** Keeps an example, without counting it. */
  show(offset: number, reason: string): void {
    if (this.examples.length < 5) this.examples.push({ offset, reason })
  }

  /** Counts records by why they were malformed, without adding to their number. */
  count(reason: string, times: number): void {
    const known = this.reasons.get(reason)
    if (known !== undefined || this.reasons.size < mostReasons) this.reasons.set(reason, (known ?? 0) + times)
  }
}

/**
 * Cuts a stream of bytes into records and decodes them. `push` is given a window of the input and consumes whole records;
 * what it leaves is given again, with more behind it.
 */
export interface Reader {
  /**
   * @param bytes the window; @param to its end (bytes[0, to) is filled); @param base input offset of bytes[0]
   * @param last true when nothing follows: what cannot be consumed then is damage and is counted
   * @returns how many bytes were consumed. If it is 0 and the window is full, the window grows (up to 64 MiB).
   */
  push(bytes: Uint8Array, to: number, base: number, last: boolean): number
  /** Absent where an input can only be read by one reader, from its beginning to its end. */
  readonly ahead?: Ahead
}

/** What lets several readers, on several threads, share one input: one of them cuts it and knows what the others need. */
export interface Ahead {
  /** What a reader must be opened with to go on from here: plain data. */
  state(): unknown
  /**
   * Moves over whole, sound records of `bytes[0, to)` without decoding them.
   *
   * @returns where they end; 0 where only `push` can go on (damage, a record that is not whole)
   */
  pass(bytes: Uint8Array, to: number): number
  /** Whether what was pushed cannot be told from it and `state` alone (fragments of packets), so that `again` must do it. */
  readonly isEntangled: boolean
  /** Decodes what was passed over. Called in input order. */
  again(bytes: Uint8Array, to: number, base: number): void
}
