import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../base/problem.ts'
import type { Case, CaseEvent, CaseEventBody } from '../case/case.ts'
import type { IndexedCase } from '../case/case-index.ts'
import { isCollecting } from '../case/collecting.ts'
import type { Scan } from '../detect/finding.ts'
import type { History } from '../triage/facts.ts'
import { eventOf, packBody, refOf } from './case-body.ts'
import { caseOfScan, historyOf, openIndex, writeKeys, writeSources } from './case-keys.ts'
import { loadCase } from './case-load.ts'
import { countScan } from './case-scans.ts'
import { type CaseFilter, type CaseRow, caseRow, countCases, listCases, writeView } from './case-view.ts'
import { openDatabase, transaction } from './database.ts'
import { type TermTally, tally, tallyOf } from './indicator-tally.ts'
import { type ScanTouches, writeTouches } from './scan-touches.ts'
import { deriveWatch, type WatchNews } from './watch-derive.ts'

/** Who writes, when (ISO 8601), and why. */
export interface Entry {
  readonly at: string
  readonly author: string
  readonly reason: string
  readonly body: CaseEventBody
}

/** What is added to one case, with what goes with it into the watch. */
export interface CaseChange {
  readonly id: string
  readonly entries: readonly Entry[]
  readonly watch?: WatchNews
  /** What the scans among the entries touched. */
  readonly touches?: readonly ScanTouches[]
}

/**
 * Cases in SQLite: events are added, nothing is changed. What lists and searches read is derived from them and written in the same
 * transaction, so that a process that is killed leaves either both or neither.
 */
export class CaseStore {
  readonly database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.database = database
  }

  /** @throws Problem as `openDatabase` does */
  static open(directory: string, options: { readonly readOnly?: boolean } = {}): CaseStore {
    return new CaseStore(openDatabase(directory, options))
  }

  close(): void {
    this.database.close()
  }

  /** Adds events to a case and returns it as it then stands. */
  append(id: string, entries: readonly Entry[]): Case {
    return transaction(this.database, () => this.#append(id, entries))
  }

  /** Several cases at once: all of them or none. */
  appendAll(changes: readonly CaseChange[]): Case[] {
    return transaction(this.database, () => {
      for (const { touches = [] } of changes) for (const each of touches) writeTouches(this.database, each)
      return changes.map(({ id, entries, watch }) => this.#append(id, entries, watch))
    })
  }

  /** The case of this id, or of the only id that begins so. @throws Problem `no-such-case`, `several-cases` */
  find(text: string): Case {
    const escaped = text.replace(/[\\%_]/g, (sign) => `\\${sign}`)
    const ids = this.database
      .prepare("SELECT id FROM case_view WHERE id LIKE ? ESCAPE '\\' ORDER BY id LIMIT 5")
      .all(`${escaped}%`)
      .map(({ id }) => String(id))
    const exact = ids.includes(text) ? text : ids.length === 1 ? ids[0] : undefined
    if (exact !== undefined) return loadCase(this.database, exact)
    if (ids.length > 1) {
      throw new Problem('several-cases', `${text} begins the ids of several cases: ${ids.join(', ')}`, {
        hint: 'Type more of it.',
      })
    }
    throw new Problem('no-such-case', `there is no case ${text}`, { hint: '`sweepwatch cases` lists them.' })
  }

  has(id: string): boolean {
    return this.database.prepare('SELECT 1 FROM case_view WHERE id = ?').get(id) !== undefined
  }

  list(filter?: CaseFilter): CaseRow[] {
    return listCases(this.database, filter)
  }

  count(filter?: CaseFilter): number {
    return countCases(this.database, filter)
  }

  /** The case that has a scan, whether it is open or not; of a merged one that which took it up. */
  caseOfScan(scan: string): string | undefined {
    return caseOfScan(this.database, scan)
  }

  openIndex(): IndexedCase[] {
    return openIndex(this.database)
  }

  history(id: string, scans: readonly Scan[]): History {
    return historyOf(this.database, id, scans)
  }

  /** How often each term of the score stood behind a false alarm, and behind a scan that was confirmed, as analysts closed them. */
  tally(): TermTally[] {
    return tallyOf(this.database)
  }

  /** The line of one case. */
  row(id: string): CaseRow | undefined {
    return caseRow(this.database, id)
  }

  /** Cases that were opened or changed in a time span (ISO 8601). */
  touched(since: string, until: string): CaseRow[] {
    return listCases(this.database, { updatedSince: since, updatedUntil: until, limit: 100_000 })
  }

  /** Events of all cases written in a time span (ISO 8601), oldest first. */
  *events(since: string, until: string): Generator<CaseEvent> {
    const read = this.database.prepare(
      "SELECT seq, case_id, at, author, reason, kind, CASE WHEN kind IN ('scan', 'triaged') THEN NULL ELSE body END AS body, NULL AS packed FROM case_event WHERE at >= ? AND at < ? ORDER BY seq",
    )
    for (const row of read.iterate(since, until)) yield eventOf(row)
  }

  #append(id: string, entries: readonly Entry[], watch?: WatchNews): Case {
    const add = this.database.prepare(
      'INSERT INTO case_event (case_id, at, author, reason, kind, ref, body, packed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    const key = this.database.prepare("INSERT OR IGNORE INTO case_key (kind, value, case_id) VALUES ('scan', ?, ?)")
    const reopened = entries.some(({ body }) => body.kind === 'reopened') ? (this.row(id)?.outcome ?? null) : null
    for (const { at, author, reason, body } of entries) {
      const { body: text, packed } = packBody(body)
      const { lastInsertRowid: seq } = add.run(id, at, author, reason, body.kind, refOf(body), text, packed)
      if (body.kind !== 'scan') continue
      countScan(this.database, id, body.scan, Number(seq))
      key.run(body.scan.id, id)
      // A case that collects is never read as a whole: what it is found by is written as it comes.
      if (isCollecting(id)) writeSources(this.database, id, body.scan.sources)
    }
    const one = loadCase(this.database, id)
    writeView(this.database, one)
    writeKeys(this.database, one)
    deriveWatch(this.database, one, entries, watch)
    for (const { body } of entries) if (body.kind === 'closed') tally(this.database, one, body.outcome, 1)
    if (reopened !== null) tally(this.database, one, reopened, -1)
    return one
  }
}
