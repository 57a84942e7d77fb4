import type { Case } from '../../case/case.ts'

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/** Whatever is added to a time, its year must keep four digits. */
const latest = Date.parse('9990-01-01T00:00:00Z')

/** Milliseconds since 1970 of a time as this project writes it (ISO 8601, UTC); 0 where the text is none or before 1970. */
export function instant(text: string): number {
  const time = form.test(text) ? Date.parse(text) : Number.NaN
  return time >= 0 ? Math.min(time, latest) : 0
}

/** The time with exactly three digits, as STIX, CACAO and others want it; 1970 where the text is no time. */
export function milliTime(text: string): string {
  return new Date(instant(text)).toISOString()
}

/** When the case last changed: the latest of its opening, its activity and its history. */
export function changed({ opened, last, history }: Case): number {
  return history.reduce((latest, { at }) => Math.max(latest, instant(at)), Math.max(instant(opened), instant(last)))
}
