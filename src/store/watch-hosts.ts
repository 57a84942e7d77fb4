import type { DatabaseSync } from 'node:sqlite'
import { isLookedOutFor, type Return, usualPeriods, type WatchedHost, type WatchPeriods } from '../case/watch-list.ts'
import type { Scan } from '../detect/finding.ts'
import { transaction } from './database.ts'

export interface HostFilter {
  readonly caseId?: string
  /** Those that are watched at a time (milliseconds). */
  readonly watchedAt?: number
  readonly limit?: number
}

/** When a host was seen is written again when it is so much newer. Milliseconds. */
const fine = 3600e3
const fewHosts = 4096

/** Hosts of ours that cases touched, in SQLite. */
export class WatchHosts {
  readonly #database: DatabaseSync
  /** Milliseconds. */
  readonly #period: number

  constructor(database: DatabaseSync, { hosts }: WatchPeriods = usualPeriods) {
    this.#database = database
    this.#period = 1000 * hosts
  }

  /** What answered first, then those that are watched longest. */
  list({ caseId, watchedAt, limit = 10_000 }: HostFilter = {}): WatchedHost[] {
    return this.#database
      .prepare(
        `SELECT h.* FROM watched_host h JOIN case_view v ON v.id = h.case_id
         WHERE (?1 IS NULL OR h.case_id = ?1) AND (?2 IS NULL OR h.touched >= ?2)
           AND (v.status = 'open' OR v.outcome IN ('resolved', 'contained'))
         ORDER BY h.answered = '', h.touched DESC, h.host LIMIT ?3`,
      )
      .all(caseId ?? null, watchedAt === undefined ? null : watchedAt - this.#period, limit)
      .map((row) => this.#hostOf(row))
  }

  /** Hosts that found no room, and the cases that touched them. */
  omitted(): { readonly hosts: number; readonly cases: number } {
    const row = this.#database.prepare('SELECT sum(hosts) AS hosts, count(*) AS cases FROM watch_omitted').get()
    return { hosts: Number(row?.['hosts'] ?? 0), cases: Number(row?.['cases'] ?? 0) }
  }

  /**
   * Those of some hosts that are watched at some time of a span, with the cases that touched them.
   * @param acting our hosts that did something, with when last (milliseconds)
   */
  *acting(acting: ReadonlyMap<string, number>, from: number, to: number): Generator<WatchedHost> {
    const status = this.#database.prepare('SELECT status, outcome FROM case_view WHERE id = ?')
    const isOn = new Map<string, boolean>()
    for (const row of this.#rowsOf(acting, from)) {
      const found = this.#hostOf(row)
      if (found.since > to || !acting.has(found.host)) continue
      const known = isOn.get(found.caseId) ?? isLookedOutForNow(status.get(found.caseId))
      isOn.set(found.caseId, known)
      if (known) yield found
    }
  }

  /** Few hosts are asked for one by one; of many it is quicker to read all there are. */
  *#rowsOf(acting: ReadonlyMap<string, number>, from: number): Generator<Record<string, unknown>> {
    const since = from - this.#period
    if (acting.size > fewHosts) {
      yield* this.#database.prepare('SELECT * FROM watched_host WHERE touched >= ?').all(since)
      return
    }
    const ask = this.#database.prepare('SELECT * FROM watched_host WHERE host = ? AND touched >= ?')
    for (const host of acting.keys()) yield* ask.all(host, since)
  }

  /** Notes when hosts were last seen. */
  saw(hosts: Iterable<WatchedHost>, acting: ReadonlyMap<string, number>): void {
    const newer = [...hosts].flatMap(({ host, caseId, seen }) => {
      const at = acting.get(host)
      return at !== undefined && at >= (seen ?? 0) + fine ? [{ host, caseId, at }] : []
    })
    if (newer.length === 0) return
    transaction(this.#database, () => {
      const note = this.#database.prepare('UPDATE watched_host SET seen = ?3 WHERE host = ?1 AND case_id = ?2')
      for (const { host, caseId, at } of newer) note.run(host, caseId, Math.floor(at))
    })
  }

  /**
   * Hosts that are watched at a time, were last seen before another, and of which that was not told yet. That a host answered the scan and nothing ever after is
   * no falling silent. Milliseconds.
   */
  silent(before: number, at: number, limit: number): WatchedHost[] {
    return this.#database
      .prepare(
        `SELECT h.* FROM watched_host h JOIN case_view v ON v.id = h.case_id
         WHERE h.seen IS NOT NULL AND h.silent IS NULL AND h.seen <= ?1 AND h.touched >= ?2 AND h.seen > h.since + ${fine}
           AND (v.status = 'open' OR v.outcome IN ('resolved', 'contained')) ORDER BY h.seen LIMIT ?3`,
      )
      .all(before, at - this.#period, limit)
      .map((row) => this.#hostOf(row))
  }

  /** The case whose scan a host of ours had answered, where it now scans itself and is watched. */
  scansItself({ direction, sources, first }: Scan): Return | undefined {
    if (direction !== 'internal' && direction !== 'outbound') return undefined
    const at = Date.parse(first)
    const ask = this.#database.prepare(
      `SELECT h.*, v.status, v.outcome FROM watched_host h JOIN case_view v ON v.id = h.case_id
       WHERE h.host = ? AND h.answered <> '' AND h.since <= ? AND h.touched >= ? ORDER BY h.touched DESC LIMIT 64`,
    )
    for (const source of sources.slice(0, 64)) {
      const row = ask.all(source, at, at - this.#period).find(isLookedOutForNow)
      if (row === undefined) continue
      const { caseId, answered, since } = this.#hostOf(row)
      const because = `${source} had answered this case's scan (${answered}), was watched since ${dayOf(since)}, and then scanned itself`
      return { caseId, entry: null, because }
    }
    return undefined
  }

  #hostOf(row: Record<string, unknown>): WatchedHost {
    const number = (name: string) => (typeof row[name] === 'number' ? row[name] : null)
    return {
      host: String(row['host']),
      caseId: String(row['case_id']),
      since: Number(row['since']),
      touched: Number(row['touched']),
      until: Number(row['touched']) + this.#period,
      answered: String(row['answered']),
      scan: String(row['scan']),
      seen: number('seen'),
      silent: number('silent'),
    }
  }
}

/** Whether the case of a row is open, or over in a way that it may come back. */
function isLookedOutForNow(row: Record<string, unknown> | undefined): boolean {
  return row?.['status'] === 'open' || (row?.['status'] === 'closed' && isLookedOutFor(row['outcome'] as string | null))
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}
