import type { EventBatch } from './batch.ts'

/** Notes that row `i` has no time of its own, in a column that rows which are no contacts do not need. */
export function markUntimed(batch: EventBatch, i: number): void {
  batch.column.time[i] = 0
  batch.column.ipId[i] = 1
}

/** Gives the rows of one input that `markUntimed` noted their number as time, in microseconds, which keeps their order. */
export function settleUntimed() {
  let untimed = 0
  const settle = ({ column: { time, ipId } }: EventBatch, i: number): void => {
    if (ipId[i] === 0) return
    time[i] = untimed++
    ipId[i] = 0
  }
  const snapshot = (): unknown => untimed
  const resume = (state: unknown): void => {
    untimed = state as number
  }
  return Object.assign(settle, { snapshot, resume })
}
