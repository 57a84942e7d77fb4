import type { EventBatch } from '../event/batch.ts'
import type { Dictionary } from '../event/dictionary.ts'
import type { Ahead, Tally } from '../format/format.ts'
import type { Window } from '../source/window.ts'
import { addTally } from './decode-reader.ts'
import { type Done, type Slot, slotBytes, type Task } from './decode-slot.ts'
import type { DecodeWorkers } from './decode-workers.ts'

/** What decoding one input on several threads needs of the thread that has the input. */
export interface Site {
  readonly workers: DecodeWorkers
  readonly task: Pick<Task, 'format' | 'mapping' | 'number' | 'newest' | 'sensor'>
  readonly ahead: Ahead
  readonly rules: Dictionary
  readonly tally: Tally
  /** Hands the rows of a batch on. */
  give(batch: EventBatch): void
  /** Hands on the rows of the batch that this thread's own reader fills. */
  flush(): void
  /** Told after each piece. */
  onPiece(): void
}

interface Piece {
  readonly slot: Slot
  readonly to: number
  readonly base: number
  readonly done: Promise<Done>
}

/**
 * Decodes an input on several threads for as long as its records can be told apart without decoding them: cuts it into
 * pieces of whole records, and hands their rows on in input order. So the outcome is that of one thread, to the byte.
 */
export class DecodeAhead {
  readonly #site: Site
  readonly #pieces: Piece[] = []

  constructor(site: Site) {
    this.#site = site
  }

  /** Runs from the window's base until only the input's own reader can go on; what it left is in the window then. */
  async run(window: Window): Promise<void> {
    if (window.filled > slotBytes) return
    const own = window.bytes
    let slot = await this.#take()
    try {
      window.advance(0, slot.bytes)
      while (await this.#cut(window, slot)) {
        slot = await this.#take()
        window.advance(this.#pieces.at(-1)?.to ?? 0, slot.bytes)
      }
      while (this.#pieces.length > 0) await this.#finish()
    } finally {
      window.advance(0, own.length < slot.bytes.length ? new Uint8Array(slot.bytes.length) : own)
      if (this.#pieces.every((piece) => piece.slot !== slot)) this.#site.workers.release(slot)
      await this.#abandon()
    }
  }

  /** Fills the slot, which is the window, and has its whole records decoded; false where there are none. */
  async #cut(window: Window, slot: Slot): Promise<boolean> {
    const { ahead, workers, task } = this.#site
    while (!window.isFull && !window.ended) await window.fill()
    const state = structuredClone(ahead.state())
    const to = ahead.pass(slot.bytes, window.filled)
    if (to === 0) return false
    const { base } = window
    this.#pieces.push({ slot, to, base, done: workers.decode({ ...task, slot: slot.index, to, base, state }) })
    return true
  }

  async #take(): Promise<Slot> {
    for (;;) {
      const slot = this.#site.workers.take()
      if (slot) return slot
      await this.#finish()
    }
  }

  /** Hands on the rows of the oldest piece. */
  async #finish(): Promise<void> {
    const { ahead, workers, tally, give, flush, onPiece } = this.#site
    const { slot, to, base, done } = this.#pieces[0] as Piece
    const part = await done
    slot.batch.length = Math.min(part.rows, slot.batch.capacity)
    if (part.isWhole) {
      this.#name(slot.batch, slot.batch.column.rule, part.rules)
      this.#name(slot.batch, slot.batch.column.device, part.rules)
      addTally(tally, part.tally)
      if (part.rows > 0) give(slot.batch)
    } else {
      ahead.again(slot.bytes, to, base)
      flush()
    }
    this.#pieces.shift()
    slot.batch.clear()
    workers.release(slot)
    onPiece()
  }

  /** Gives the names in a column their ids for the whole run, in the order in which they appear. */
  #name({ length }: EventBatch, column: Uint32Array, texts: readonly string[]): void {
    if (texts.length === 0) return
    const ids = new Uint32Array(texts.length)
    for (let i = 0; i < length; i++) {
      const name = column[i]!
      if (name === 0) continue
      ids[name] ||= this.#site.rules.id(texts[name]!)
      column[i] = ids[name]!
    }
  }

  /** After an error nobody waits for the pieces that are still being decoded, but their slots must not be used before. */
  async #abandon(): Promise<void> {
    await Promise.allSettled(this.#pieces.map(({ done }) => done))
    for (const { slot } of this.#pieces.splice(0)) {
      slot.batch.length = slot.batch.capacity
      slot.batch.clear()
      this.#site.workers.release(slot)
    }
  }
}
