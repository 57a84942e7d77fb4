import { now } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `15m`, `8h`, `7d` in seconds; undefined where it is none. */
export function secondsOf(text: string): number | undefined {
  const match = /^(\d{1,6})(s|m|h|d|w)$/.exec(text)
  return match === null ? undefined : Number(match[1]) * (units[match[2] as string] as number)
}

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
