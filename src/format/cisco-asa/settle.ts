import { type EventBatch, Mark, Outcome } from '../../event/batch.ts'
import { Opened, Openings, resumable } from '../../event/openings.ts'
import type { Settle } from '../format.ts'
import { Note, Reset } from './message.ts'

/**
 * A Teardown names the foreign end first, as the Built before it, but does not say who opened the connection. Where the Built
 * was in the same input it is remembered; else the ports tell: who serves has the smaller one. With both alike, as of IKE and
 * NTP, the foreign end is taken to have opened it.
 */
export function settleEnds(): Settle {
  const openings = new Openings()
  const settle = (batch: EventBatch, i: number): void => {
    const c = batch.column
    const note = c.seq[i]
    if (note === Note.none) return
    c.seq[i] = 0
    if (note === Note.opening) {
      openings.note(batch, i)
      return
    }
    const opened = openings.find(batch, i)
    if (opened !== Opened.unknown) c.marks[i] = c.marks[i]! | Mark.again
    if (note === Note.closing) return
    const isLocal = opened === Opened.unknown ? servesForeign(c.srcPort[i]!, c.dstPort[i]!) : opened === Opened.backward
    const reset = c.ack[i]!
    c.ack[i] = 0
    if (isLocal) swap(batch, i)
    // A reset before any byte: from the end that was asked it is a refusal; from the other it may be a half-open probe.
    if (reset !== Reset.none && (reset === Reset.foreign) === isLocal) c.outcome[i] = Outcome.refused
  }
  return Object.assign(settle, resumable(openings))
}

/** Whether the ports say that the foreign end is the one that was asked. */
function servesForeign(foreign: number, local: number): boolean {
  if (foreign < 1024 !== local < 1024) return foreign < 1024
  return foreign < local
}

function swap({ column: c }: EventBatch, i: number): void {
  const src0 = c.src0[i]!
  const src1 = c.src1[i]!
  const src2 = c.src2[i]!
  const src3 = c.src3[i]!
  const srcPort = c.srcPort[i]!
  c.src0[i] = c.dst0[i]!
  c.src1[i] = c.dst1[i]!
  c.src2[i] = c.dst2[i]!
  c.src3[i] = c.dst3[i]!
  c.srcPort[i] = c.dstPort[i]!
  c.dst0[i] = src0
  c.dst1[i] = src1
  c.dst2[i] = src2
  c.dst3[i] = src3
  c.dstPort[i] = srcPort
}
