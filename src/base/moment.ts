import { now } from './clock.ts'
import { Problem } from './problem.ts'
import { secondsOf } from './seconds.ts'
import { isoTime } from './time.ts'

/**
 * A moment as typed: a date, an ISO time, or so long ago (`8h`), as ISO 8601 UTC.
 * @throws Problem `usage`
 */
export function momentOf(option: string, text: string): string {
  const ago = secondsOf(text)
  if (ago !== undefined) return isoTime(now() - ago * 1e6)
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(at)) return isoTime(at * 1000)
  throw new Problem('usage', `${option} ${text}: not a time`, {
    hint: 'Write 2026-11-22, 2026-11-22T03:00Z, or how long ago: 8h, 7d.',
  })
}
