const drift = 2e6

/**
 * Turns syslog's whole seconds and the kernel's uptime into times to the microsecond: the first line fixes where uptime
 * zero was, later ones count from there. When the two part by more than two seconds, or uptime falls (a reboot), it is
 * fixed anew.
 */
export class UptimeClock {
  #zero = Number.NaN
  #last = 0

  /** @param times whose element `i` is the wall clock to the second @param uptime one element; both in microseconds */
  refine(times: Float64Array, i: number, uptime: Float64Array): void {
    const wall = times[i]!
    const since = uptime[0]!
    const time = this.#zero + since
    const holds = Math.abs(time - wall) <= drift && since > this.#last - drift
    if (holds) times[i] = time
    else this.#zero = wall - since
    this.#last = since
  }
}
