/** Microseconds since the epoch as ISO 8601 in UTC with six digits; out-of-range times (a broken clock) as year 0. */
export function isoTime(microseconds: number): string {
  const millis = Math.floor(microseconds / 1000)
  if (!(Math.abs(millis) < 8.64e15)) return '0000-01-01T00:00:00.000000Z'
  const rest = Math.floor(microseconds - millis * 1000)
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
