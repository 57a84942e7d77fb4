import { count, several } from '../base/quantity.ts'
import { isoTime } from '../base/time.ts'
import type { LoadedList } from './list/load-lists.ts'
import type { ListAnswer } from './list/threat-list.ts'

/** So many lists are told one by one; the others together. */
const mostLines = 10
const day = 86_400_000

interface Asked {
  readonly each: LoadedList
  readonly answer: ListAnswer | null
}

/** A line a list: how much it holds, how old it is, what of it had expired; those with something to say first. */
export function lookedAtLists(asked: readonly Asked[], at: number): string[] {
  const telling = asked.filter(({ each, answer }) => each.error !== null || (answer && weight(answer) > 0))
  const silent = asked.filter((one) => !telling.includes(one))
  const ordered = [...telling, ...silent]
  if (ordered.length <= mostLines) return ordered.map((one) => lineOf(one, at))
  const rest = ordered.slice(mostLines - 1)
  return [...ordered.slice(0, mostLines - 1).map((one) => lineOf(one, at)), together(rest.map(({ each }) => each))]
}

function weight({ hits, expired }: ListAnswer): number {
  return hits.length + expired
}

function lineOf({ each, answer }: Asked, at: number): string {
  const { name, error, entries, cut, date } = each
  if (error !== null) return `${name} was not read: ${error}`
  const dated = date === null ? '' : ` of ${dayOf(date)}${distance(date, at)}${each.isFileDate ? ' by its file' : ''}`
  const gone = answer?.expired
    ? `; ${several(answer.expired, 'entry that names it', 'entries that name it')} had expired`
    : ''
  const left = cut > 0 ? `; ${count(cut)} more were not read` : ''
  return `list ${name}: ${several(entries, 'entry', 'entries')}${dated}${left}${gone}`
}

function together(lists: readonly LoadedList[]): string {
  const dates = lists.flatMap(({ date }) => (date === null ? [] : [date]))
  const entries = lists.reduce((sum, each) => sum + each.entries, 0)
  const unread = lists.filter(({ error }) => error !== null).length
  const span = dates.length === 0 ? '' : ` of ${dayOf(Math.min(...dates))} to ${dayOf(Math.max(...dates))}`
  const broken = unread > 0 ? `; ${count(unread)} of them were not read` : ''
  return `${several(lists.length, 'more list')}: ${several(entries, 'entry', 'entries')}${span}${broken}`
}

export function dayOf(milliseconds: number): string {
  return isoTime(milliseconds * 1000).slice(0, 10)
}

function distance(date: number, at: number): string {
  const days = Math.round((at - date) / day)
  return days === 0 ? '' : days > 0 ? ` (${several(days, 'day')} before)` : ` (${several(-days, 'day')} after)`
}
