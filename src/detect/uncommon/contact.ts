import type { EventBatch } from '../../event/batch.ts'
import { isChatter } from '../../event/port-kinds.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import { isMachine } from './place.ts'

/** One contact as it is looked at; used again for the next. hot: nothing is allocated. */
export class Contact {
  /** Microseconds since the epoch. */
  at = 0
  /** All zero where it is not told. */
  readonly source = new Uint32Array(4)
  readonly target = new Uint32Array(4)
  port = 0
  protocol = 0
  /** Where its record stands. */
  sensor = 0
  offset = 0
  length = 0

  /** False for what opens nothing: connections that were accepted, groups, the machine itself, chatter of a link. */
  ofRow(batch: EventBatch, i: number): boolean {
    const c = batch.column
    const { source, target } = this
    source[0] = c.src0[i]!
    source[1] = c.src1[i]!
    source[2] = c.src2[i]!
    source[3] = c.src3[i]!
    target[0] = c.dst0[i]!
    target[1] = c.dst1[i]!
    target[2] = c.dst2[i]!
    target[3] = c.dst3[i]!
    this.at = c.time[i]!
    this.port = c.dstPort[i]!
    this.protocol = c.protocol[i]!
    this.sensor = c.sensor[i]!
    this.offset = c.offset[i]!
    this.length = c.length[i]!
    return this.#opens
  }

  ofJournal(journal: AttemptJournal, row: number): boolean {
    const a = journal.address
    const p = 8 * row
    for (let k = 0; k < 4; k++) {
      this.source[k] = a[p + k]!
      this.target[k] = a[p + 4 + k]!
    }
    this.at = journal.time[row]!
    this.port = journal.dstPort[row]!
    this.protocol = journal.protocol[row]!
    this.sensor = journal.sensor[row]!
    this.offset = journal.offset[row]!
    this.length = journal.recordLength[row]!
    return this.#opens
  }

  get hasSource(): boolean {
    const { source } = this
    return isMachine(source[0]!, source[1]!, source[2]!, source[3]!)
  }

  get #opens(): boolean {
    const { target } = this
    return isMachine(target[0]!, target[1]!, target[2]!, target[3]!) && !isChatter(this.port)
  }
}
