/** The only place outside the commands that reads the machine's clock. */

/** Microseconds since the epoch. */
export function now(): number {
  return Date.now() * 1000
}

/** Milliseconds of a clock that never jumps, for durations. */
export function elapsed(): number {
  return performance.now()
}
