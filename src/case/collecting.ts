/**
 * Cases that collect what nobody needs to look at one by one: a day's background noise, and what a day opened beyond measure. No
 * scan is tied to them by its source; each is judged anew when it is seen again.
 */

/** @param day 2026-11-22 */
export function backgroundCase(day: string): string {
  return `noise-${day.replaceAll('-', '')}`
}

export function overflowCase(day: string): string {
  return `rest-${day.replaceAll('-', '')}`
}

export function isCollecting(id: string): boolean {
  return /^(noise|rest)-\d{8}$/.test(id)
}
