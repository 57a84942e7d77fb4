import type { EventBatch } from '../event/batch.ts'
import { markUntimed } from '../event/untimed.ts'
import type { Syslog } from './syslog.ts'

/**
 * Dates row `i` with the stamp of its header, else with when it arrived, else not yet: `settleUntimed` is then the format's
 * `settle`. (`Syslog.settle` would date it with the line before it, which another thread may have read.)
 */
export function dateRow(syslog: Syslog, batch: EventBatch, i: number): void {
  if (syslog.hasTime) batch.column.time[i] = syslog.time[0]!
  else if (batch.arrival > 0) batch.column.time[i] = batch.arrival
  else markUntimed(batch, i)
}
