let stop: (() => void) | undefined

/** Has a running service stop in good order at the first signal; a second one ends the program at once. */
export function onDrain(act: (() => void) | undefined): void {
  stop = act
}

/** @returns whether something stops in good order now */
export function drain(): boolean {
  const act = stop
  stop = undefined
  act?.()
  return act !== undefined
}
