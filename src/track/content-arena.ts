import { fillTables, type Resumable } from '../base/snapshot.ts'
import type { EventBatch } from '../event/batch.ts'

export interface ContentState {
  readonly ring: Uint8Array
  readonly written: number
}

/** The record that carried a payload. Time in microseconds. */
export interface ContentPlace {
  readonly time: number
  readonly sensor: number
  readonly offset: number
  readonly length: number
}

/** In the two bytes of the length: the record's place follows the payload. States of earlier versions hold payloads without. */
const placed = 0x8000
const placeBytes = 22

/**
 * The first bytes of conversations and where they were read, in a ring of fixed size: the newest payloads push out the oldest.
 * hot: no allocation per event.
 */
export class ContentArena implements Resumable<ContentState> {
  /** At most this many bytes of one payload are kept (requirement D7). */
  static readonly most = 512
  readonly #ring: Uint8Array
  readonly #view: DataView
  #written = 0

  /** @param size bytes; a multiple of `most` */
  constructor(size = 8 * 1024 * 1024) {
    this.#ring = new Uint8Array(size)
    this.#view = new DataView(this.#ring.buffer)
  }

  snapshot(): ContentState {
    return { ring: this.#ring, written: this.#written }
  }

  resume(state: ContentState): void {
    fillTables([this.#ring], [state.ring])
    this.#written = state.written
  }

  /** Copies the payload of row `i` of a batch in and returns its position + 1. */
  keep(batch: EventBatch, i: number): number {
    const c = batch.column
    const from = c.payload[i] as number
    const kept = Math.min(c.payloadLength[i] as number, ContentArena.most)
    const size = this.#ring.length
    const whole = 2 + kept + placeBytes
    if ((this.#written % size) + whole > size) this.#written += size - (this.#written % size)
    const position = this.#written
    const at = position % size
    this.#view.setUint16(at, kept | placed, true)
    for (let k = 0; k < kept; k++) this.#ring[at + 2 + k] = batch.bytes[from + k] as number
    const behind = at + 2 + kept
    this.#view.setFloat64(behind, c.time[i] as number, true)
    this.#view.setFloat64(behind + 8, c.offset[i] as number, true)
    this.#view.setUint32(behind + 16, c.length[i] as number, true)
    this.#view.setUint16(behind + 20, c.sensor[i] as number, true)
    this.#written += whole
    return position + 1
  }

  /** The payload kept under a position + 1, or undefined when it was never kept or has been pushed out. */
  read(positionPlusOne: number): Uint8Array | undefined {
    if (!this.#holds(positionPlusOne)) return undefined
    const at = (positionPlusOne - 1) % this.#ring.length
    const length = this.#view.getUint16(at, true) & ~placed
    return this.#ring.subarray(at + 2, at + 2 + length)
  }

  /** The record of that payload; undefined where the payload is not there. */
  placeOf(positionPlusOne: number): ContentPlace | undefined {
    if (!this.#holds(positionPlusOne)) return undefined
    const at = (positionPlusOne - 1) % this.#ring.length
    const head = this.#view.getUint16(at, true)
    if ((head & placed) === 0) return undefined
    const behind = at + 2 + (head & ~placed)
    return {
      time: this.#view.getFloat64(behind, true),
      offset: this.#view.getFloat64(behind + 8, true),
      length: this.#view.getUint32(behind + 16, true),
      sensor: this.#view.getUint16(behind + 20, true),
    }
  }

  #holds(positionPlusOne: number): boolean {
    return positionPlusOne !== 0 && positionPlusOne - 1 >= this.#written - this.#ring.length
  }
}
