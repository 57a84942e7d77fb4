/** Times as reports write them for people, as microseconds since the Unix epoch. Cold: for containers. */
import { daysOf } from './ascii-time.ts'

const monthNames = 'janfebmaraprmayjunjulaugsepoctnovdec'
const clock = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:\s*([AaPp])\.?[Mm]\.?)?`
const zone = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?`
const rest = `(?:[T ,]+${clock}${zone})?`
const patterns: readonly (readonly [RegExp, (found: string[]) => readonly [number, number, number]])[] = [
  [new RegExp(`^(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})${rest}`), ([, a, b, c]) => [Number(a), Number(b), Number(c)]],
  [new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${rest}`), ([, a, b, c]) => dayAndMonth(Number(a), Number(b), Number(c))],
  [new RegExp(`^([A-Za-z]{3})[a-z]* (\\d{1,2}),? (\\d{4})${rest}`), ([, a, b, c]) => [Number(c), month(a), Number(b)]],
  [
    new RegExp(`^(\\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\\d{4})${rest}`),
    ([, a, b, c]) => [Number(c), month(b), Number(a)],
  ],
]
/** ctime: `Mon Jul  1 11:33:11 2013`, where a zone may stand before the year. */
const ctime = new RegExp(`^[A-Za-z]{3},? ([A-Za-z]{3}) +(\\d{1,2}) ${clock}(?: ([A-Z]{2,5}))? (\\d{4})`)
const epoch = /^\d{9,13}(?:\.\d{1,9})?$/

/**
 * Reads `1648042311`, `2022-03-23T14:31:51+02:00`, `2013/7/1 11:33`, `Wed Mar 23 14:31:51 2022`, `Feb 03, 2026 07:00 AM`,
 * `04 Feb 2026 10:00`, and `05/25/2021 07:36:58`, where the month stands first unless it cannot. What tells no zone is UTC.
 *
 * @returns 0 for what is none of these
 */
export function readWrittenTime(text: string | undefined): number {
  const trimmed = (text ?? '').slice(0, 64).trim()
  if (trimmed === '') return 0
  if (epoch.test(trimmed))
    return Math.round(Number(trimmed) * (trimmed.length >= 13 && !trimmed.includes('.') ? 1e3 : 1e6))
  const told = ctime.exec(trimmed)
  if (told) {
    const [, name, day, hour, minute, second, fraction, half, , year] = told
    return micros([Number(year), month(name), Number(day)], [hour, minute, second, fraction, half, undefined])
  }
  for (const [pattern, dateOf] of patterns) {
    const found = pattern.exec(trimmed)
    if (found) return micros(dateOf(found), found.slice(4))
  }
  return 0
}

function month(name: string | undefined): number {
  const at = monthNames.indexOf((name ?? '').toLowerCase())
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0
}

/** American order, unless the first number can be no month. */
function dayAndMonth(first: number, second: number, year: number): readonly [number, number, number] {
  return first > 12 ? [year, second, first] : [year, first, second]
}

function micros([year, month, day]: readonly [number, number, number], time: readonly (string | undefined)[]): number {
  const [hour, minute, second, fraction, half, zoneText] = time
  if (month < 1 || month > 12 || day < 1 || day > 31) return 0
  let hours = Number(hour ?? 0)
  if (half) hours = (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  const seconds = hours * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0)
  const part = Number((fraction ?? '').padEnd(6, '0').slice(0, 6))
  return (daysOf(year, month, day) * 86400 + seconds - zoneSeconds(zoneText)) * 1e6 + part
}

function zoneSeconds(text: string | undefined): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(text ?? '')
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60 : 0
}
