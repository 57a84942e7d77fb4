import { type EventBatch, Kind, Mark } from './batch.ts'
import { clearEnds } from './ends.ts'

/**
 * Opens a row for one request that a device logged, of a subject that is no packet: no ends, no counts. Hot: nothing is
 * allocated, which is why the time comes in an array.
 *
 * @param clock microseconds at `clock[at]`
 */
export function beginLogged(batch: EventBatch, subject: number, clock: Float64Array, at = 0): number {
  const i = batch.begin()
  const c = batch.column
  c.kind[i] = Kind.log
  c.subject[i] = subject
  c.marks[i] = Mark.noCounts
  c.time[i] = clock[at]!
  clearEnds(batch, i)
  return i
}

/** Takes the row opened last back and says why. @returns false, for the caller to pass on */
export function undoLogged(batch: EventBatch, reason: string): false {
  batch.undo()
  batch.reason = reason
  return false
}
