import { batchBytes, EventBatch } from '../event/batch.ts'
import type { Tally } from '../format/format.ts'
import type { Mapping } from '../format/mapping/spec.ts'

/** Bytes of input that a thread decodes at a time; less than the longest line, so that such a line is never inside one. */
export const slotBytes = 1 << 19
/** No format makes a row of 16 bytes or fewer, so a slot's batch never overflows. Pages that are not written take no memory. */
const slotRows = slotBytes / 16 + 8

/** Memory that all threads see. */
export interface SlotMemory {
  readonly input: SharedArrayBuffer
  readonly rows: SharedArrayBuffer
}

export function slotMemory(): SlotMemory {
  return { input: new SharedArrayBuffer(slotBytes), rows: new SharedArrayBuffer(batchBytes(slotRows)) }
}

/** One thread's view of a piece of input and the rows made of it. The rows' `bytes` are the piece. */
export class Slot {
  readonly index: number
  readonly bytes: Uint8Array
  readonly batch: EventBatch

  constructor(index: number, memory: SlotMemory) {
    this.index = index
    this.bytes = new Uint8Array(memory.input)
    this.batch = new EventBatch(slotRows, memory.rows)
    this.batch.bytes = this.bytes
  }
}

/** Asks a thread to decode `bytes[0, to)` of a slot. */
export interface Task {
  readonly slot: number
  readonly to: number
  /** Offset of the slot's first byte in the input. */
  readonly base: number
  readonly sensor: number
  readonly format: string
  /** What the format was made of, where the configuration describes it. */
  readonly mapping?: Mapping
  /** The number that rows of the format carry. */
  readonly number: number
  readonly newest: number
  /** `Ahead.state` before the slot's first byte. */
  readonly state: unknown
}

export interface Done {
  readonly slot: number
  /** False where the piece cannot be decoded without what came before it. */
  readonly isWhole: boolean
  readonly rows: number
  readonly tally: Tally
  /** The texts of the rows' rule ids. */
  readonly rules: readonly string[]
}
