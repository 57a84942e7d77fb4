let stop: (() => void) | undefined
let stoppedAt = 0
/** A service manager or `timeout` may signal the process and its group: that is one wish. Milliseconds. */
const oneWish = 2000

/** Has a running service stop in good order at the first signal; one that comes later ends the program at once. */
export function onDrain(act: (() => void) | undefined): void {
  stop = act
}

/** @returns whether something stops in good order now */
export function drain(): boolean {
  if (!stop) return Date.now() - stoppedAt < oneWish
  stoppedAt = Date.now()
  stop()
  stop = undefined
  return true
}
