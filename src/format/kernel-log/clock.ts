const drift = 2e6

/**
 * Turns syslog's whole seconds and the kernel's uptime into times to the microsecond: the first line fixes where uptime
 * zero was, later ones count from there. When the two part by more than two seconds, or uptime falls (a reboot), it is
 * fixed anew.
 */
export class UptimeClock {
  #zero = Number.NaN
  #last = 0

  /** @param wall microseconds, to the second @param uptime microseconds */
  refine(wall: number, uptime: number): number {
    const time = this.#zero + uptime
    const holds = Math.abs(time - wall) <= drift && uptime > this.#last - drift
    if (!holds) this.#zero = wall - uptime
    this.#last = uptime
    return holds ? time : wall
  }
}
