const earliest = Date.parse('0000-01-01T00:00:00Z') * 1000
const latest = Date.parse('+010000-01-01T00:00:00Z') * 1000

/**
 * Microseconds since the epoch as ISO 8601 in UTC with six digits. A broken clock's times are held between the years 0
 * and 9999, so that the texts sort as the times do.
 */
export function isoTime(microseconds: number): string {
  if (!(microseconds >= earliest)) return '0000-01-01T00:00:00.000000Z'
  if (microseconds >= latest) return '9999-12-31T23:59:59.999999Z'
  const millis = Math.floor(microseconds / 1000)
  // Far from the epoch a double has no single microseconds left, and the rest may come out beyond its millisecond.
  const rest = Math.min(999, Math.max(0, Math.floor(microseconds - millis * 1000)))
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}
