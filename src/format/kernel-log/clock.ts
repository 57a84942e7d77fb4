import type { Resumable } from '../../base/snapshot.ts'
import type { EventBatch } from '../../event/batch.ts'
import type { Settle } from '../format.ts'

const drift = 2e6

/**
 * Turns syslog's whole seconds and the kernel's uptime into times to the microsecond: the first line fixes where uptime
 * zero was, later ones count from there. When the two part by more than two seconds, or uptime falls (a reboot), it is
 * fixed anew.
 */
class UptimeClock implements Resumable<readonly [zero: number, last: number]> {
  #zero = Number.NaN
  #last = 0

  snapshot(): readonly [zero: number, last: number] {
    return [this.#zero, this.#last]
  }

  resume([zero, last]: readonly [zero: number, last: number]): void {
    this.#zero = zero
    this.#last = last
  }

  /** @param times whose element `i` is the wall clock to the second @param uptime whose element `i` is the uptime; both in microseconds */
  refine(times: Float64Array, i: number, uptime: Float64Array): void {
    const wall = times[i]!
    const since = uptime[i]!
    const time = this.#zero + since
    const holds = Math.abs(time - wall) <= drift && since > this.#last - drift
    if (holds) times[i] = time
    else this.#zero = wall - since
    this.#last = since
  }
}

/** What a line told of its time, besides what is in `time` already. `nothing`: no time at all. */
export const Told = { time: 0, uptime: 1, nothing: 2 } as const

/** Notes in row `i`, in columns that a logged packet does not need, what `settleTimes` has to know. @param uptime one element */
export function tellTime(batch: EventBatch, i: number, told: number, uptime: Float64Array): void {
  batch.column.packetsIn[i] = told
  if (told === Told.uptime) batch.column.duration[i] = uptime[0]!
}

/**
 * Gives the rows of one input their final times, in input order. Lines without any time get their number as time, in
 * microseconds, which keeps their order.
 */
export function settleTimes(): Settle {
  const clock = new UptimeClock()
  let untimed = 0
  const settle = ({ column: { time, duration, packetsIn } }: EventBatch, i: number): void => {
    if (packetsIn[i] === Told.time) return
    if (packetsIn[i] === Told.uptime) clock.refine(time, i, duration)
    else time[i] = untimed++
    packetsIn[i] = 0
    duration[i] = 0
  }
  const snapshot = () => [...clock.snapshot(), untimed]
  const resume = (state: unknown) => {
    const [zero, last, count] = state as [number, number, number]
    clock.resume([zero, last])
    untimed = count
  }
  return Object.assign(settle, { snapshot, resume })
}
