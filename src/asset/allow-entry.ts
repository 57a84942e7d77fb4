import { parsePrefix } from '../base/prefix.ts'
import { methods } from '../detect/finding.ts'
import type { AllowEntry } from './asset.ts'
import { portRangeOf } from './port-scope.ts'
import { openRecurrence } from './recurrence.ts'

const year = 366 * 86400e3
const stamp = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?$/
/** A source network that is larger says nothing of who scans. In bits of IPv4 and IPv6. */
const widest = { 4: 8, 6: 16 } as const

/** When an entry is out of date, in milliseconds; what tells no zone is UTC, and a date alone means its first moment. NaN: no time. */
export function expiryOf(text: string): number {
  const found = stamp.exec(text.trim())
  if (!found) return Number.NaN
  return Date.parse(text.includes('T') && found[1] === undefined ? `${text.trim()}Z` : text.trim())
}

/** What is wrong with an entry, one sentence each; none where it can be used. */
export async function entryErrors(entry: AllowEntry): Promise<readonly string[]> {
  const { sources, targets, ports, window } = entry
  const opened = window === undefined ? undefined : await openRecurrence(window)
  return [
    ...(/^\S[^\p{C}]{0,79}$/u.test(entry.id) ? [] : ['id is missing or longer than 80 characters']),
    ...(entry.owner.trim() === '' ? ['owner is missing: who answers for this scan?'] : []),
    ...(entry.reason.trim() === '' ? ['reason is missing: why is it expected?'] : []),
    ...expiryErrors(entry.expires),
    ...(sources.length === 0 ? ['sources is empty: an entry says who scans'] : sources.flatMap(sourceErrors)),
    ...targets.filter((text) => !parsePrefix(text)).map((text) => `targets: ${noNetwork(text)}`),
    ...ports
      .filter((text) => !portRangeOf(text))
      .map((text) => `ports: ${JSON.stringify(text)} is no port (write 80, 1000-2000 or tcp/443)`),
    ...entry.methods
      .filter((text) => !(methods as readonly string[]).includes(text))
      .map((text) => `methods: ${JSON.stringify(text)} is none of ${methods.join(', ')}`),
    ...(typeof opened === 'string' ? [opened] : []),
  ]
}

/** What deserves a second look, though the entry is used. @param now milliseconds */
export function entryWarnings({ id, expires }: AllowEntry, now: number): readonly string[] {
  const at = expiryOf(expires)
  if (at - now > year)
    return [`${id} is valid for more than a year, until ${expires}: shorter entries are looked at again.`]
  return at <= now ? [`${id} expired on ${expires}.`] : []
}

function expiryErrors(expires: string): string[] {
  if (expires.trim() === '') return ['expires is missing: until when does it hold? (write 2027-01-31)']
  return Number.isNaN(expiryOf(expires)) ? [`expires: ${JSON.stringify(expires)} is no time (write 2027-01-31)`] : []
}

function sourceErrors(text: string): string[] {
  const prefix = parsePrefix(text)
  if (prefix === undefined) return [`sources: ${noNetwork(text)}`]
  const isWide = text.includes(':') ? prefix.bits < widest[6] : prefix.bits - 96 < widest[4]
  return isWide
    ? [`sources: ${text} is too large to say who scans (at most a /${widest[4]}, in IPv6 a /${widest[6]})`]
    : []
}

function noNetwork(text: string): string {
  return `${JSON.stringify(text)} is no network (write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32)`
}
