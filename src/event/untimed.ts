import type { EventBatch } from './batch.ts'

/** Notes that row `i` has no time of its own, in a column that rows which are no contacts do not need. */
export function markUntimed(batch: EventBatch, i: number): void {
  batch.column.time[i] = 0
  batch.column.ipId[i] = 1
}

/**
 * Gives the rows of one input that `markUntimed` noted the time of the row before them; those before any time get their number,
 * in microseconds, which keeps their order.
 */
export function settleUntimed() {
  /** A number in an array is not made anew for each row. */
  const last = new Float64Array(1)
  let untimed = 0
  const settle = ({ column: { time, ipId } }: EventBatch, i: number): void => {
    if (ipId[i] === 0) {
      last[0] = time[i]!
      return
    }
    time[i] = last[0]! > 0 ? last[0]! : untimed++
    ipId[i] = 0
  }
  const snapshot = (): unknown => [last[0], untimed]
  const resume = (state: unknown): void => {
    const [time = 0, count = 0] = state as number[]
    last[0] = time
    untimed = count
  }
  return Object.assign(settle, { snapshot, resume })
}
