import type { EventBatch } from '../event/batch.ts'
import { decode } from './decode.ts'
import { Frame, Step } from './frame.ts'

/** Where packets go and how they are counted: the part of a format's sink that is needed here. */
interface Outlet {
  readonly batch: EventBatch
  readonly tally: {
    events: number
    ignored: number
    truncated: number
    damage(offset: number, reason: string): void
  }
  flush(): void
}

/** Takes the packets of one capture, decodes each and counts what it was. */
export class Intake {
  readonly frame: Frame
  readonly #outlet: Outlet

  constructor(outlet: Outlet) {
    this.#outlet = outlet
    this.frame = new Frame(outlet.batch)
  }

  /** The window that the rows of the following packets point into. */
  open(bytes: Uint8Array): void {
    this.#outlet.batch.bytes = bytes
  }

  /** Hands the rows on: the window they point into is about to move. */
  close(): void {
    if (this.#outlet.batch.length > 0) this.#outlet.flush()
  }

  /**
   * Decodes the packet `bytes[at, end)`; the caller has set `frame.time` and the batch's `recordOffset` and `recordLength`.
   * @param wire its length on the wire, in bytes
   */
  take(linkType: number, bytes: Uint8Array, at: number, end: number, wire: number): void {
    const { batch, tally } = this.#outlet
    if (batch.length === batch.capacity) {
      this.#outlet.flush()
      batch.bytes = bytes
    }
    const step = decode(this.frame, linkType, bytes, at, end, wire)
    if (step === Step.row) tally.events++
    else if (step === Step.malformed) tally.damage(batch.recordOffset, batch.reason)
    else tally.ignored++
    if (this.frame.truncated || step === Step.cut) tally.truncated++
  }
}
