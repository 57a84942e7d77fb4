import type { DatabaseSync } from 'node:sqlite'
import type { Case, CaseEvent, CaseEventBody } from '../case/case.ts'
import { isCollecting } from '../case/collecting.ts'
import { isLookedOutFor, watchKeysOfAll } from '../case/watch-list.ts'
import type { Scan } from '../detect/finding.ts'

/** What goes with the entries of a case into the watch, in the same transaction. */
export interface WatchNews {
  /** By scan: every address it asked, in order; those that answered stand in the scan. */
  readonly touched?: ReadonlyMap<string, readonly string[]>
  /** Entries of the watch list that came back, with when (ISO 8601). */
  readonly returned?: readonly { readonly entry: number; readonly at: string }[]
  /** Hosts of which the entries say that they fell silent, so that it is said once; milliseconds. */
  readonly silent?: { readonly hosts: readonly string[]; readonly at: number }
}

type Written = Pick<CaseEvent, 'at' | 'author' | 'reason' | 'body'>

/** Hosts watched because of one case, those that answered first; and of all cases, with entries of the list. */
const mostOfCase = 4096
const mostHosts = 2 ** 18
const mostEntries = 2 ** 18

/** Follows what happens to a case: its scans touch hosts, its closing or containing puts it on the list, its merging moves both. */
export function deriveWatch(
  database: DatabaseSync,
  one: Case,
  entries: readonly Written[],
  news: WatchNews = {},
): void {
  for (const entry of entries) {
    const { body } = entry
    if (body.kind === 'scan') watchHosts(database, one, body.scan, news.touched?.get(body.scan.id) ?? [])
    else if (body.kind === 'closed' || body.kind === 'contained') lookOut(database, one, entry)
    else if (body.kind === 'merged-into') move(database, one.id, body.into)
  }
  const back = database.prepare(
    'UPDATE watch_entry SET returns = returns + 1, last_return = max(coalesce(last_return, ?2), ?2) WHERE id = ?1',
  )
  for (const { entry, at } of news.returned ?? []) back.run(entry, at)
  const silent = database.prepare('UPDATE watched_host SET silent = ?3 WHERE host = ?1 AND case_id = ?2')
  for (const host of news.silent?.hosts ?? []) silent.run(host, one.id, Math.floor(news.silent?.at ?? 0))
}

/** Scans from outside and inside of us touch hosts of ours. Those of cases that collect are too many to wait for each. */
function watchHosts(database: DatabaseSync, one: Case, scan: Scan, touched: readonly string[]): void {
  const { decision } = one
  if (isCollecting(one.id) || (scan.direction !== 'inbound' && scan.direction !== 'internal')) return
  // Who was declared talks to what it scanned; noise touches everything, so that only what answered it is watched.
  if (decision?.rule === 'authorised') return
  const answered = Map.groupBy(scan.open, ({ address }) => address)
  const asked = decision?.decision === 'close' ? [] : touched
  const hosts = [...new Set([...answered.keys(), ...asked])]
  const before = database.prepare('SELECT count(*) AS n FROM watched_host WHERE case_id = ?')
  const known = database.prepare('SELECT 1 FROM watched_host WHERE host = ? AND case_id = ?')
  const add = database.prepare(
    `INSERT INTO watched_host (host, case_id, since, touched, answered, scan) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
     ON CONFLICT (host, case_id) DO UPDATE SET since = min(since, ?3), touched = max(touched, ?4),
       answered = CASE WHEN ?5 = '' THEN answered ELSE ?5 END, scan = CASE WHEN answered = '' AND ?5 <> '' THEN ?6 ELSE scan END`,
  )
  let room = mostOfCase - Number(before.get(one.id)?.['n'] ?? 0)
  let omitted = 0
  for (const host of hosts) {
    const isKnown = known.get(host, one.id) !== undefined
    if (!isKnown && room <= 0) omitted++
    else {
      if (!isKnown) room--
      const services = (answered.get(host) ?? []).slice(0, 8).map(({ protocol, port }) => `${protocol}/${port}`)
      add.run(host, one.id, Date.parse(scan.first), Date.parse(scan.last), [...new Set(services)].join(', '), scan.id)
    }
  }
  const unnamed = asked.length === 0 ? 0 : Math.max(0, scan.targets.addresses - hosts.length)
  if (omitted + unnamed > 0) omit(database, one.id, omitted + unnamed)
  trim(database, 'watched_host', mostHosts)
}

function omit(database: DatabaseSync, id: string, hosts: number): void {
  database
    .prepare(
      'INSERT INTO watch_omitted (case_id, hosts) VALUES (?1, ?2) ON CONFLICT (case_id) DO UPDATE SET hosts = max(hosts, ?2)',
    )
    .run(id, hosts)
}

/** The oldest give way: rows are numbered in the order in which they came. */
function trim(database: DatabaseSync, table: 'watched_host' | 'watch_entry', most: number): void {
  const last = Number(database.prepare(`SELECT max(id) AS id FROM ${table}`).get()?.['id'] ?? 0)
  const byHand = table === 'watch_entry' ? 'AND by_hand = 0' : ''
  const { changes } = database.prepare(`DELETE FROM ${table} WHERE id <= ? ${byHand}`).run(last - most)
  if (changes > 0 && table === 'watched_host') {
    database
      .prepare(
        "INSERT INTO watch_omitted (case_id, hosts) VALUES ('', ?1) ON CONFLICT (case_id) DO UPDATE SET hosts = hosts + ?1",
      )
      .run(Number(changes))
  }
}

/** Puts what a case is known by on the list, or begins its time anew. What a person removed stays removed. */
function lookOut(database: DatabaseSync, one: Case, { at, author, reason, body }: Written): void {
  if (isCollecting(one.id) || (body.kind === 'closed' && !isLookedOutFor(body.outcome))) return
  const add = database.prepare(
    `INSERT INTO watch_entry (kind, value, case_id, since, author, reason) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, value, case_id) DO UPDATE SET since = max(since, excluded.since), author = excluded.author, reason = excluded.reason
     WHERE by_hand = 0`,
  )
  const why = `${wordOf(body)}: ${reason}`
  const keys = watchKeysOfAll(
    one.scans.map(({ scan }) => scan),
    one.accomplices.map(({ source }) => source),
  )
  for (const { kind, value } of keys) add.run(kind, value, one.id, at, author, why)
  trim(database, 'watch_entry', mostEntries)
}

function wordOf(body: CaseEventBody): string {
  return body.kind === 'closed' ? `closed as ${body.outcome}` : 'contained'
}

function move(database: DatabaseSync, from: string, into: string): void {
  for (const table of ['watched_host', 'watch_entry']) {
    database.prepare(`UPDATE OR IGNORE ${table} SET case_id = ?2 WHERE case_id = ?1`).run(from, into)
    database.prepare(`DELETE FROM ${table} WHERE case_id = ?`).run(from)
  }
}
