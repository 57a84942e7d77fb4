import type { DatabaseSync } from 'node:sqlite'

const hours = 7 * 24
const hour = 3600e3

/** Cases that began in each hour of the seven days up to the newest activity: a log of last month is shown as well as one of today. */
export function byHour(database: DatabaseSync): { readonly from: string; readonly counts: readonly number[] } | null {
  const newest = database.prepare('SELECT max(last) AS last FROM case_view').get()?.['last']
  if (typeof newest !== 'string') return null
  const end = (Math.floor(Date.parse(newest) / hour) + 1) * hour
  const from = new Date(end - hours * hour).toISOString()
  const counts = new Array<number>(hours).fill(0)
  const rows = database
    .prepare(
      'SELECT substr(first, 1, 13) AS h, count(*) AS n FROM case_view WHERE last >= ?1 AND first >= ?1 GROUP BY h',
    )
    .all(from)
  for (const { h, n } of rows) {
    const index = Math.floor((Date.parse(`${h}:00:00Z`) - Date.parse(from)) / hour)
    if (index >= 0 && index < hours) counts[index] = Number(n)
  }
  return { from, counts }
}

/** What is decided to be closed, of the cases of the last day of activity and of a usual one of the week before. */
export function background(database: DatabaseSync): { readonly day: number; readonly usual: number | null } {
  const newest = database.prepare('SELECT max(last) AS last FROM case_view').get()?.['last']
  if (typeof newest !== 'string') return { day: 0, usual: null }
  const end = Date.parse(newest)
  const at = (days: number) => new Date(end - days * 24 * hour).toISOString()
  const count = database.prepare(
    "SELECT count(*) AS n FROM case_view WHERE last > ? AND last <= ? AND decision = 'close'",
  )
  const between = (from: number, to: number) => Number(count.get(at(from), at(to))?.['n'] ?? 0)
  const oldest = String(database.prepare('SELECT min(last) AS first FROM case_view').get()?.['first'])
  const days = Math.min(7, Math.floor((end - Date.parse(oldest)) / (24 * hour)) - 1)
  return { day: between(1, 0), usual: days < 1 ? null : between(1 + days, 1) / days }
}

/** How often analysts said of an escalated or monitored case that it was none: the interval is that of Wilson, 95 %. */
export function falseAlarms(database: DatabaseSync): {
  readonly closed: number
  readonly falseAlarms: number
  readonly low: number
  readonly high: number
} {
  const row = database
    .prepare(
      "SELECT count(*) AS n, sum(outcome = 'false-alarm') AS wrong FROM case_view WHERE status = 'closed' AND decision <> 'close'",
    )
    .get()
  const [n, wrong] = [Number(row?.['n'] ?? 0), Number(row?.['wrong'] ?? 0)]
  const z = 1.96
  if (n === 0) return { closed: 0, falseAlarms: 0, low: 0, high: 1 }
  const middle = (wrong / n + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z * Math.sqrt(((wrong / n) * (1 - wrong / n)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
  return { closed: n, falseAlarms: wrong, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** Means over all cases that came to it. Seconds. */
export function meanTimes(database: DatabaseSync) {
  const row = database
    .prepare('SELECT avg(to_detect) AS d, avg(to_decide) AS e, avg(to_contain) AS c FROM case_view')
    .get()
  const value = (name: string) => (row?.[name] ?? null) as number | null
  return { detect: value('d'), decide: value('e'), contain: value('c') }
}
