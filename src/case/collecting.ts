/**
 * Cases that collect what nobody needs to look at one by one: a day's background noise, and what a day opened beyond measure. No
 * scan is tied to them by its source; each is judged anew when it is seen again.
 */

/** @param day 2026-11-22 */
export function backgroundCase(day: string): string {
  return `background-${day}`
}

export function overflowCase(day: string): string {
  return `overflow-${day}`
}

export function isCollecting(id: string): boolean {
  return /^(background|overflow)-/.test(id)
}
