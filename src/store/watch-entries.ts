import type { DatabaseSync } from 'node:sqlite'
import { isIpv4, parseAddress } from '../base/address.ts'
import { formatPrefix, truncate } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import {
  isLookedOutFor,
  type Return,
  strengths,
  usualPeriods,
  type WatchEntry,
  type WatchKey,
  type WatchPeriods,
  watchKeysOf,
} from '../case/watch-list.ts'
import type { Scan } from '../detect/finding.ts'
import { transaction } from './database.ts'

/** Who changes the watch list, when (ISO 8601), and why. */
export interface WatchChange {
  readonly at: string
  readonly author: string
  readonly reason: string
}

export interface KeptChange extends WatchChange, WatchKey {
  readonly what: 'added' | 'removed'
  readonly entry: number
  readonly caseId: string
  readonly until: string | null
}

export interface EntryFilter {
  readonly caseId?: string
  /** What is still looked out for at a time (ISO 8601): neither removed nor over, and of a case that may come back. */
  readonly activeAt?: string
  readonly limit?: number
}

/** Sources of one scan that are looked for. */
const mostAsked = 256

/** The watch list in SQLite: what cases that are over are known by, and what people put there. */
export class WatchEntries {
  readonly #database: DatabaseSync
  readonly #periods: WatchPeriods

  constructor(database: DatabaseSync, periods: WatchPeriods = usualPeriods) {
    this.#database = database
    this.#periods = periods
  }

  /** What came back most recently first, then the newest. */
  list({ caseId, activeAt, limit = 10_000 }: EntryFilter = {}): WatchEntry[] {
    const rows = this.#database
      .prepare(
        `SELECT e.*, v.status, v.outcome FROM watch_entry e LEFT JOIN case_view v ON v.id = e.case_id
         WHERE ?1 IS NULL OR e.case_id = ?1 ORDER BY e.last_return IS NULL, e.last_return DESC, e.since DESC, e.id`,
      )
      .iterate(caseId ?? null)
    const found: WatchEntry[] = []
    for (const row of rows) {
      const entry = this.#entryOf(row)
      const isActive = !entry.isRemoved && entry.until >= (activeAt ?? '') && isOn(row)
      if (activeAt === undefined || isActive) found.push(entry)
      if (found.length >= limit) break
    }
    return found
  }

  get(id: number): WatchEntry | undefined {
    const row = this.#database.prepare('SELECT * FROM watch_entry WHERE id = ?').get(id)
    return row === undefined ? undefined : this.#entryOf(row)
  }

  /** Looks out for an address or network because of a case. @param until ISO 8601 */
  add(key: WatchKey, caseId: string, until: string, { at, author, reason }: WatchChange): WatchEntry {
    return transaction(this.#database, () => {
      const row = this.#database
        .prepare(
          `INSERT INTO watch_entry (kind, value, case_id, since, until, author, reason, by_hand) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
           ON CONFLICT (kind, value, case_id) DO UPDATE SET since = excluded.since, until = excluded.until,
             author = excluded.author, reason = excluded.reason, by_hand = 1, removed = 0 RETURNING *`,
        )
        .get(key.kind, key.value, caseId, at, until, author, reason) as Record<string, unknown>
      this.#keep('added', this.#entryOf(row), until, { at, author, reason })
      return this.#entryOf(row)
    })
  }

  /** @throws Problem `no-such-entry` where it is not there, or not any more */
  remove(id: number, change: WatchChange): WatchEntry {
    return transaction(this.#database, () => {
      const entry = this.get(id)
      if (entry === undefined || entry.isRemoved) {
        throw new Problem('no-such-entry', `there is no entry ${id} on the watch list`, {
          hint: '`sweepwatch watchlist` lists them.',
        })
      }
      this.#database.prepare('UPDATE watch_entry SET removed = 1 WHERE id = ?').run(id)
      this.#keep('removed', entry, null, change)
      return entry
    })
  }

  /** What people added and removed, newest first. */
  changes(limit = 1000): KeptChange[] {
    return this.#database
      .prepare('SELECT * FROM watch_change ORDER BY seq DESC LIMIT ?')
      .all(limit)
      .map((row) => {
        const { seq: _, case_id: caseId, ...rest } = row
        return { ...rest, caseId } as unknown as KeptChange
      })
  }

  /** The case that a scan comes back to, by the surest tie there is; of several the one that was active last. */
  returned(scan: Scan): Return | undefined {
    if (scan.direction === 'internal' || scan.direction === 'outbound') return undefined
    for (const { kind, value } of this.#asked(scan)) {
      const rows = this.#database
        .prepare(
          `SELECT e.*, v.status, v.outcome, v.last FROM watch_entry e JOIN case_view v ON v.id = e.case_id
           WHERE e.kind = ? AND e.value = ? AND e.removed = 0 ORDER BY v.last DESC LIMIT 64`,
        )
        .all(kind, value)
      const row = rows.find((each) => isOn(each) && this.#isReturn(each, scan))
      if (row !== undefined)
        return { caseId: String(row['case_id']), entry: Number(row['id']), because: this.#because(row) }
    }
    return undefined
  }

  /** The surest first. */
  #asked(scan: Scan): WatchKey[] {
    const keys = watchKeysOf(scan)
    const of = (kind: WatchKey['kind']) => keys.filter((key) => key.kind === kind)
    const lengths = this.#lengths()
    const prefixes = scan.sources.slice(0, mostAsked).flatMap((source) => prefixesOf(source, lengths))
    return [
      ...of('source'),
      ...[...new Set(prefixes)].map((value) => ({ kind: 'prefix' as const, value })),
      ...of('network'),
      ...of('targets'),
    ]
  }

  /** Lengths of the networks that people added, each as `/24` writes it. */
  #lengths(): number[] {
    return this.#database
      .prepare(
        "SELECT DISTINCT CAST(substr(value, instr(value, '/') + 1) AS INTEGER) AS n FROM watch_entry WHERE kind = 'prefix' AND removed = 0 ORDER BY n DESC",
      )
      .all()
      .map(({ n }) => Number(n))
  }

  #isReturn(row: Record<string, unknown>, { first }: Scan): boolean {
    const entry = this.#entryOf(row)
    // An older log that is read later brings nobody back. What a person asks for is asked for from then on, whatever else the case saw.
    return first <= entry.until && (entry.byHand || first > String(row['last']))
  }

  #because(row: Record<string, unknown>): string {
    const { kind, value, since, until, author, reason } = this.#entryOf(row)
    const by = `on the watch list from ${since.slice(0, 10)} to ${until.slice(0, 10)} (${author}: ${reason})`
    return `it was last active ${String(row['last']).slice(0, 10)} and is back (${strengths[kind]}), ${value}, ${by}`
  }

  #entryOf(row: Record<string, unknown>): WatchEntry {
    const since = String(row['since'])
    return {
      id: Number(row['id']),
      kind: row['kind'] as WatchEntry['kind'],
      value: String(row['value']),
      caseId: String(row['case_id']),
      since,
      until: typeof row['until'] === 'string' ? row['until'] : later(since, this.#periods.sources),
      author: String(row['author']),
      reason: String(row['reason']),
      byHand: row['by_hand'] === 1,
      isRemoved: row['removed'] === 1,
      returns: Number(row['returns']),
      lastReturn: row['last_return'] as string | null,
    }
  }

  #keep(
    what: KeptChange['what'],
    { id, kind, value, caseId }: WatchEntry,
    until: string | null,
    change: WatchChange,
  ): void {
    this.#database
      .prepare(
        'INSERT INTO watch_change (at, author, reason, what, entry, kind, value, case_id, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(change.at, change.author, change.reason, what, id, kind, value, caseId, until)
  }
}

/** Whether the case of a row may come back. */
function isOn({ status, outcome }: Record<string, unknown>): boolean {
  return status === 'open' || (status === 'closed' && isLookedOutFor(outcome as string | null))
}

function prefixesOf(source: string, lengths: readonly number[]): string[] {
  const address = parseAddress(source)
  if (address === undefined) return []
  const four = isIpv4(address)
  return lengths.flatMap((bits) => {
    if (four && bits > 32) return []
    return formatPrefix(truncate(address, four ? bits + 96 : bits))
  })
}

function later(iso: string, seconds: number): string {
  const at = Date.parse(iso)
  return Number.isFinite(at) ? new Date(at + 1000 * seconds).toISOString() : iso
}
