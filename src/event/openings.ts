import type { Resumable } from '../base/snapshot.ts'
import { type EventBatch, Kind, Mark, Subject } from './batch.ts'

const log2 = 17
const size = 1 << log2
/** What `find` says. */
export const Opened = { unknown: 0, forward: 1, backward: 2 } as const

/**
 * Remembers which end opened a connection, for devices that write one record when it opens and another when it ends. A table
 * of fixed size, in which the newer takes the place of the older: whoever floods it makes it forget, no more.
 *
 * hot: no allocation per event.
 */
export class Openings implements Resumable<Uint32Array | undefined> {
  /** Made when the first opening comes: most inputs have none. */
  #table: Uint32Array | undefined

  snapshot(): Uint32Array | undefined {
    return this.#table
  }

  resume(state: Uint32Array | undefined): void {
    this.#table = state?.slice()
  }

  /** Notes that row `i`'s source opened this connection. */
  note(batch: EventBatch, i: number): void {
    this.#hash(batch, i)
    this.#table ??= new Uint32Array(size)
    this.#table[this.#slot] = this.#check | this.#order
  }

  /** Whether the connection of row `i` was opened, from its source (`forward`) or from its destination (`backward`). */
  find(batch: EventBatch, i: number): number {
    if (this.#table === undefined) return Opened.unknown
    this.#hash(batch, i)
    const known = this.#table[this.#slot]!
    if (((known ^ this.#check) & ~1) !== 0 || known === 0) return Opened.unknown
    return (known & 1) === this.#order ? Opened.forward : Opened.backward
  }

  #slot = 0
  #check = 0
  /** 1 where the source hashes lower than the destination. */
  #order = 0

  /** The same for both directions, but for `#order`. */
  #hash(batch: EventBatch, i: number): void {
    const c = batch.column
    const a = mix(c.src0[i]! ^ c.src1[i]!, c.src2[i]! ^ c.src3[i]!, c.srcPort[i]!)
    const b = mix(c.dst0[i]! ^ c.dst1[i]!, c.dst2[i]! ^ c.dst3[i]!, c.dstPort[i]!)
    const both = Math.imul(a ^ b, 0x85ebca6b) ^ Math.imul(c.protocol[i]!, 0x27d4eb2f)
    this.#slot = (both ^ (both >>> 15)) & (size - 1)
    this.#check = (Math.imul((a + b) | 0, 0x9e3779b1) & ~1) | 0
    this.#order = a < b ? 1 : 0
  }
}

/**
 * For formats whose rows of kind `log` open connections that rows of kind `flow` end: marks those as no connection more. With
 * what it remembers, to be put aside and taken up again.
 */
export function settlePairs(): ((batch: EventBatch, row: number) => void) & Resumable<unknown> {
  const openings = new Openings()
  const settle = (batch: EventBatch, i: number): void => {
    const c = batch.column
    if (c.subject[i] !== Subject.contact) return
    if (c.kind[i] === Kind.log) openings.note(batch, i)
    else if (c.kind[i] === Kind.flow && openings.find(batch, i) !== Opened.unknown)
      c.marks[i] = c.marks[i]! | Mark.again
  }
  return Object.assign(settle, resumable(openings))
}

/** What a function that uses `Openings` passes on of it. */
export function resumable(openings: Openings): Resumable<unknown> {
  return {
    snapshot: () => openings.snapshot(),
    resume: (state) => openings.resume(state as Uint32Array | undefined),
  }
}

function mix(high: number, low: number, port: number): number {
  let h = Math.imul(low ^ Math.imul(port + 1, 0x9e3779b1), 0xcc9e2d51)
  h = Math.imul(h ^ (h >>> 15) ^ high, 0x1b873593)
  return h ^ (h >>> 13)
}
