import type { DatabaseSync } from 'node:sqlite'
import { genesis } from '../base/chain.ts'
import { Problem } from '../base/problem.ts'
import { type ChainCheck, checkChain, hashOf, type StoredEntry } from '../respond/ledger/chain.ts'
import type { LedgerBody, LedgerEntry, NewEntry } from '../respond/ledger/entry.ts'
import { advance, foldPlan, type PlanState } from '../respond/ledger/fold.ts'
import type { PlanStatus } from '../respond/plan/plan.ts'
import { transaction } from './database.ts'

export interface PlanFilter {
  readonly status?: PlanStatus
  readonly caseId?: string
  /** Something of it stands, or is to be put up or taken away. */
  readonly isLive?: boolean
  readonly limit?: number
}

/** The ledger of containment in SQLite, and the plans that its entries make. */
export class LedgerStore {
  readonly database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.database = database
  }

  /** Adds entries, all or none, and returns them as they were chained. */
  append(entries: readonly NewEntry[]): LedgerEntry[] {
    return entries.length === 0 ? [] : transaction(this.database, () => this.#append(entries))
  }

  /**
   * Adds entries that depend on how a plan stands: it is read and written in one turn, so that two people do not both approve what is no longer there.
   * @throws Problem `no-such-plan`, and what `make` throws
   */
  change(id: string, make: (state: PlanState) => readonly NewEntry[]): PlanState {
    return transaction(this.database, () => {
      const state = this.plan(id)
      if (state === undefined) throw new Problem('no-such-plan', `there is no plan ${id}`)
      return this.#append(make(state)).reduce(advance, state)
    })
  }

  plan(id: string): PlanState | undefined {
    return foldPlan(this.entriesOf(id))
  }

  /** The plan of this id, or of the only id that begins so. @throws Problem `no-such-plan`, `several-plans` */
  find(text: string): PlanState {
    const hint = '`sweepwatch plan` lists them.'
    const isId = /^[0-9a-f]{1,12}$/.test(text)
    const rows = isId ? this.database.prepare('SELECT id FROM plan_view WHERE id LIKE ? LIMIT 5').all(`${text}%`) : []
    const ids = rows.map(({ id }) => String(id))
    if (ids.length > 1) {
      throw new Problem('several-plans', `${text} begins the ids of several plans: ${ids.join(', ')}`, {
        hint: 'Type more of it.',
      })
    }
    const state = ids[0] === undefined ? undefined : this.plan(ids[0])
    if (state === undefined) throw new Problem('no-such-plan', `there is no plan ${text}`, { hint })
    return state
  }

  /** Plans, the newest first. */
  list({ status, caseId, isLive, limit = 1000 }: PlanFilter = {}): PlanState[] {
    const rows = this.database
      .prepare(
        `SELECT id FROM plan_view
         WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR case_id = ?2) AND (?3 IS NULL OR is_live = ?3)
         ORDER BY proposed DESC, id LIMIT ?4`,
      )
      .all(status ?? null, caseId ?? null, isLive === undefined ? null : Number(isLive), limit)
    return rows.flatMap(({ id }) => this.plan(String(id)) ?? [])
  }

  /** Plans of which something stands or is to be done, and those that ended since (ISO 8601). */
  running(since: string): PlanState[] {
    const rows = this.database
      .prepare("SELECT id FROM plan_view WHERE is_live = 1 OR status = 'proposed' OR until >= ? ORDER BY proposed, id")
      .all(since)
    return rows.flatMap(({ id }) => this.plan(String(id)) ?? [])
  }

  entriesOf(plan: string): LedgerEntry[] {
    return this.database.prepare('SELECT * FROM ledger_entry WHERE plan = ? ORDER BY seq').all(plan).map(entryOf)
  }

  /** Entries behind one, in their order; at most so many. */
  after(seq: number, most = 10_000): LedgerEntry[] {
    return this.database
      .prepare('SELECT * FROM ledger_entry WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(seq, most)
      .map(entryOf)
  }

  /** The newest entries, oldest first. */
  newest(most: number): LedgerEntry[] {
    return this.database
      .prepare('SELECT * FROM ledger_entry ORDER BY seq DESC LIMIT ?')
      .all(most)
      .map(entryOf)
      .reverse()
  }

  /** Number and hash of the last entry. */
  head(): { readonly seq: number; readonly hash: string } {
    const row = this.database.prepare('SELECT seq, hash FROM ledger_entry ORDER BY seq DESC LIMIT 1').get()
    return row === undefined ? { seq: 0, hash: genesis } : { seq: Number(row['seq']), hash: String(row['hash']) }
  }

  /** Blocks of a network that began before, of other plans. */
  earlier(network: string): { readonly count: number; readonly until: string | null } {
    const row = this.database
      .prepare('SELECT count(*) AS n, max(until) AS until FROM blocked_network WHERE network = ?')
      .get(network)
    return { count: Number(row?.['n'] ?? 0), until: (row?.['until'] as string | null) ?? null }
  }

  /** Whether an approved plan contains just this network at a time (milliseconds). */
  contains(network: string, now: number): boolean {
    return (
      this.database
        .prepare(
          `SELECT 1 FROM blocked_network b JOIN plan_view p ON p.id = b.plan
           WHERE b.network = ? AND p.status = 'approved' AND b.until > ?`,
        )
        .get(network, new Date(now).toISOString()) !== undefined
    )
  }

  /** Networks that are blocked at a time (milliseconds), of all plans. */
  active(now: number): number {
    const row = this.database
      .prepare(
        `SELECT count(DISTINCT b.network) AS n FROM blocked_network b JOIN plan_view p ON p.id = b.plan
         WHERE p.status = 'approved' AND b.until > ?`,
      )
      .get(new Date(now).toISOString())
    return Number(row?.['n'] ?? 0)
  }

  /** Reads every entry anew. @param expected a hash that was noted before */
  verify(expected?: string): ChainCheck {
    const rows = this.database.prepare('SELECT * FROM ledger_entry ORDER BY seq').iterate()
    return checkChain(rows as unknown as Iterable<StoredEntry>, expected)
  }

  #append(entries: readonly NewEntry[]): LedgerEntry[] {
    const add = this.database.prepare(
      'INSERT INTO ledger_entry (seq, at, author, login, reason, plan, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    let { seq, hash } = this.head()
    const written = entries.map((entry) => {
      const { at, author, reason, plan } = entry
      const body = JSON.stringify(entry.body)
      seq++
      hash = hashOf(hash, { seq, at, author: author.name, login: author.login, reason, plan, body })
      add.run(seq, at, author.name, author.login, reason, plan, body, hash)
      return { ...entry, seq, hash }
    })
    const changed = entries.filter(({ plan, body }) => plan !== '' && shows.has(body.kind))
    for (const plan of new Set(changed.map((entry) => entry.plan))) this.#writeView(plan)
    return written
  }

  #writeView(id: string): void {
    const state = this.plan(id)
    if (state === undefined) throw new Problem('no-such-plan', `there is no plan ${id}`)
    const { plan, status, proposed, since, until } = state
    this.database
      .prepare(
        'INSERT OR REPLACE INTO plan_view (id, case_id, status, proposed, until, is_live) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(id, plan.caseId, status, proposed, until, Number(isLive(state)))
    if (since === null || until === null || state.history.at(-1)?.body.kind !== 'approved') return
    const block = this.database.prepare(
      'INSERT OR REPLACE INTO blocked_network (network, plan, since, until) VALUES (?, ?, ?, ?)',
    )
    for (const { network } of plan.networks) block.run(network, id, since, until)
  }
}

/** Entries that change how a plan is listed; a plan of many networks is not read for the others. */
const shows: ReadonlySet<LedgerBody['kind']> = new Set(['proposed', 'approved', 'rejected', 'revoked', 'released'])

/** Whether something of a plan stands somewhere, or is to be put up or taken away. */
function isLive({ status, places }: PlanState): boolean {
  if (status === 'approved') return true
  return status === 'revoked' && [...places.values()].some(({ state }) => state !== 'gone')
}

function entryOf(row: Record<string, unknown>): LedgerEntry {
  return {
    seq: Number(row['seq']),
    at: String(row['at']),
    author: { name: String(row['author']), login: String(row['login']) },
    reason: String(row['reason']),
    plan: String(row['plan']),
    body: JSON.parse(String(row['body'])) as LedgerBody,
    hash: String(row['hash']),
  }
}
