/** The one place that imports the recurrence library. It is loaded when an entry has a window. */
import { type Zone, zoneOf } from '../base/zone.ts'
import type { AllowWindow } from './asset.ts'

/** An opened window in time, milliseconds. */
export interface Opening {
  readonly start: number
  readonly end: number
}

export interface Recurrence {
  /** When the window is open between two times, in order, those that touch each other as one. */
  openings(from: number, to: number): readonly Opening[]
  readonly zone: Zone
  /** `every week on Sunday at 2 AM for 4 h (Europe/Berlin)` */
  readonly about: string
}

const minute = 60e3
const day = 86400e3
/** A rule is asked for so much time at once. */
const slice = 31 * day
/** Openings that are looked at; what lies beyond them is closed. */
const mostOpenings = 100_000
const mostMinutes = 7 * 24 * 60
const local = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/
const parts: ReadonlySet<string> = new Set([
  ...[
    'FREQ',
    'INTERVAL',
    'COUNT',
    'UNTIL',
    'WKST',
    'BYDAY',
    'BYMONTHDAY',
    'BYMONTH',
    'BYHOUR',
    'BYMINUTE',
    'BYYEARDAY',
  ],
  ...['BYWEEKNO', 'BYSETPOS'],
])
const slowEnough = /^(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/

/**
 * Opens a recurring window (RFC 5545). The rule is asked in local time, and each start is then read in the zone (section 3.3.5): of
 * one that comes twice the first counts, and where the clock jumps from 02:00 to 03:00, 02:30 is 03:30. A window lasts its minutes
 * as a clock counts them that is never changed. A rule without an end is asked only around the times in question.
 *
 * @returns what is wrong with it, where something is
 */
export async function openRecurrence({ start, zone: name, minutes, rule }: AllowWindow): Promise<Recurrence | string> {
  const zone = zoneOf(name)
  if (zone === undefined) return `window: zone: there is no zone ${JSON.stringify(name)} (write UTC or Europe/Berlin)`
  const first = wallTime(start)
  if (first === undefined) return `window: start: ${JSON.stringify(start)} is no local time (write 2026-11-22T02:00)`
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > mostMinutes) {
    return `window: minutes: write a whole number from 1 to ${mostMinutes} (a week)`
  }
  const length = minutes * minute
  const forSo = `for ${lengthText(minutes)} (${name})`
  if (rule === undefined) {
    return recurrence(zone, length, `on ${start.slice(0, 10)} at ${start.slice(11, 16)} ${forSo}`, () => [first])
  }
  const wrong = faultOf(rule)
  if (wrong !== undefined) return `window: rule: ${wrong}`
  const { RRuleTemporal } = await import('rrule-temporal')
  const { toText } = await import('rrule-temporal/totext')
  try {
    const dtstart = `${new Date(first).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    const rruleString = `DTSTART:${dtstart}\nRRULE:${untilInWallTime(rule, zone)}`
    const rules = new RRuleTemporal({ rruleString, strict: true, cache: false })
    const asked = (from: number, to: number) =>
      rules.between(new Date(from), new Date(to), true).map(({ epochMilliseconds }) => epochMilliseconds)
    // A rule that cannot be followed to its first start cannot be asked later either.
    asked(first, first + slice)
    const when = toText(rules, 'en', { excludeTzAbbreviation: true })
    return recurrence(zone, length, `${when} ${forSo}`, asked)
  } catch (error) {
    return `window: rule: ${(error as Error).message}`
  }
}

function recurrence(
  zone: Zone,
  length: number,
  about: string,
  starts: (from: number, to: number) => readonly number[],
): Recurrence {
  return {
    zone,
    about,
    openings(from, to) {
      const found: Opening[] = []
      const [low, high] = [zone.toWall(from * 1000) / 1000 - length - day, zone.toWall(to * 1000) / 1000 + day]
      for (let at = low; at <= high && found.length < mostOpenings; at += slice) {
        for (const wall of starts(at, Math.min(high, at + slice - 1))) {
          const start = zone.toUtc(wall * 1000) / 1000
          if (start <= to && start + length > from) found.push({ start, end: start + length })
        }
      }
      return merged(found)
    },
  }
}

function merged(openings: readonly Opening[]): readonly Opening[] {
  const whole: Opening[] = []
  for (const { start, end } of [...openings].sort((x, y) => x.start - y.start)) {
    const last = whole.at(-1)
    if (last !== undefined && start <= last.end)
      whole[whole.length - 1] = { start: last.start, end: Math.max(last.end, end) }
    else whole.push({ start, end })
  }
  return whole
}

/** Milliseconds that would be right if the clock showed UTC. */
function wallTime(text: string): number | undefined {
  const found = local.exec(text)
  if (!found) return undefined
  const [year, month, date, hour, minutes, second] = found.slice(1).map((part) => Number(part ?? 0)) as number[]
  const wall = Date.UTC(year!, month! - 1, date, hour, minutes, second)
  return new Date(wall).toISOString().startsWith(text.slice(0, 16)) ? wall : undefined
}

/** What the library would not say well, or what would make a window without meaning. */
function faultOf(rule: string): string | undefined {
  let freq = ''
  for (const part of rule.split(';')) {
    const [name = '', value = ''] = part.split('=', 2)
    if (!parts.has(name) || value === '') return `${part} is no part of a rule that is read (RFC 5545, without seconds)`
    if (name === 'FREQ') freq = value
  }
  if (freq === '') return `${JSON.stringify(rule)} has no FREQ (write FREQ=WEEKLY;BYDAY=SU)`
  return slowEnough.test(freq) ? undefined : `FREQ=${freq} is none of HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY`
}

/** An end in UTC is brought to local time, in which the rule is asked; one without a zone is local. */
function untilInWallTime(rule: string, zone: Zone): string {
  return rule.replace(
    /UNTIL=(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?(Z?)/,
    (_, year, month, date, hour, minutes, second, z) => {
      const at = Date.parse(`${year}-${month}-${date}T${hour ?? '23'}:${minutes ?? '59'}:${second ?? '59'}Z`)
      if (Number.isNaN(at)) return 'UNTIL=0'
      const wall = z === 'Z' ? zone.toWall(at * 1000) / 1000 : at
      return `UNTIL=${new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
    },
  )
}

function lengthText(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  return [hours > 0 ? `${hours} h` : '', minutes % 60 > 0 ? `${minutes % 60} min` : ''].filter(Boolean).join(' ')
}
