import type { DatabaseSync } from 'node:sqlite'
import type { Case, CaseStatus, DecisionKind, Outcome } from '../case/case.ts'
import type { Severity } from '../detect/finding.ts'

/** A case as a line of a list. */
export interface CaseRow {
  readonly id: string
  readonly title: string
  readonly status: CaseStatus
  readonly decision: DecisionKind | null
  readonly rule: string | null
  readonly severity: Severity
  readonly confidence: number | null
  readonly owner: string | null
  readonly escalatedTo: string | null
  readonly outcome: Outcome | null
  readonly opened: string
  readonly first: string
  readonly last: string
  readonly updated: string
  readonly scans: number
  readonly probes: number
  /** At most 16. */
  readonly sources: readonly string[]
  readonly toDetect: number | null
  readonly toDecide: number | null
  readonly toContain: number | null
}

export interface CaseFilter {
  readonly status?: CaseStatus
  readonly decision?: DecisionKind
  /** Escalated by the rules or by a person. */
  readonly escalated?: boolean
  readonly severity?: Severity
  readonly owner?: string
  /** Nobody works on it. */
  readonly isUnassigned?: boolean
  readonly source?: string
  /** Stands somewhere in its id, title, owner or sources. */
  readonly text?: string
  /** What it was closed as. */
  readonly outcome?: Outcome
  /** ISO 8601; activity at or after. */
  readonly since?: string
  readonly until?: string
  /** When it was last written to. */
  readonly updatedSince?: string
  readonly updatedUntil?: string
  /** Beyond the background: what nobody decided to close. */
  readonly aboveBackground?: boolean
  /** Default: what is to be looked at first in front. */
  readonly sort?: CaseSort
  readonly limit?: number
  readonly offset?: number
}

export const caseSorts = ['rank', 'newest', 'oldest', 'opened', 'probes', 'severity'] as const
export type CaseSort = (typeof caseSorts)[number]

const orders: Readonly<Record<CaseSort, string>> = {
  rank: 'rank DESC, last DESC, id',
  newest: 'last DESC, id',
  oldest: 'last, id',
  opened: 'opened DESC, id',
  probes: 'probes DESC, id',
  severity: "CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, rank DESC, id",
}

const decisions: readonly (DecisionKind | null)[] = ['close', null, 'monitor', 'escalate']
const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical']
const mostSources = 16

/** What an analyst should look at first: by decision, then severity, then how sure, then size. */
export function rankOf({ decision, severity, probes }: Pick<Case, 'decision' | 'severity' | 'probes'>): number {
  const size = Math.min(0.999, Math.log10(1 + probes) / 12)
  return (
    100 * decisions.indexOf(decision?.decision ?? null) +
    10 * severities.indexOf(severity) +
    9 * (decision?.confidence ?? 0) * 0.9 +
    size
  )
}

/** Writes the line of a case, derived from its events. */
export function writeView(database: DatabaseSync, one: Case): void {
  const columns = {
    id: one.id,
    title: one.title,
    status: one.status,
    decision: one.decision?.decision ?? null,
    rule: one.decision?.rule ?? null,
    severity: one.severity,
    rank: rankOf(one),
    confidence: one.decision?.confidence ?? null,
    owner: one.owner,
    escalated_to: one.escalatedTo,
    outcome: one.outcome,
    opened: one.opened,
    first: one.first,
    last: one.last,
    updated: one.history.at(-1)?.at ?? one.opened,
    scans: one.scans.length + one.scansOmitted,
    probes: one.probes,
    sources: JSON.stringify(one.sources.slice(0, mostSources)),
    to_detect: one.times.toDetect,
    to_decide: one.times.toDecide,
    to_contain: one.times.toContain,
  }
  const names = Object.keys(columns)
  database
    .prepare(
      `INSERT OR REPLACE INTO case_view (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`,
    )
    .run(columns)
}

/** The cases that satisfy a filter, those to be looked at first in front. */
export function listCases(database: DatabaseSync, filter: CaseFilter = {}): CaseRow[] {
  const { where, values } = conditions(filter)
  const rows = database
    .prepare(`SELECT * FROM case_view ${where} ORDER BY ${orders[filter.sort ?? 'rank']} LIMIT :limit OFFSET :offset`)
    .all({ ...values, limit: filter.limit ?? 1000, offset: filter.offset ?? 0 })
  return rows.map(rowOf)
}

export function caseRow(database: DatabaseSync, id: string): CaseRow | undefined {
  const row = database.prepare('SELECT * FROM case_view WHERE id = ?').get(id)
  return row === undefined ? undefined : rowOf(row)
}

export function countCases(database: DatabaseSync, filter: CaseFilter = {}): number {
  const { where, values } = conditions(filter)
  return Number(database.prepare(`SELECT count(*) AS n FROM case_view ${where}`).get(values)?.['n'] ?? 0)
}

function conditions(filter: CaseFilter): { where: string; values: Record<string, string> } {
  const values: Record<string, string> = {}
  const parts: string[] = []
  const add = (condition: string, name?: string, value?: string) => {
    parts.push(condition)
    if (name !== undefined && value !== undefined) values[name] = value
  }
  if (filter.status) add('status = :status', 'status', filter.status)
  if (filter.decision) add('decision = :decision', 'decision', filter.decision)
  if (filter.escalated) add("(decision = 'escalate' OR escalated_to IS NOT NULL)")
  if (filter.aboveBackground) add("(decision IS NULL OR decision <> 'close')")
  if (filter.owner) add('owner = :owner', 'owner', filter.owner)
  if (filter.isUnassigned) add('owner IS NULL')
  if (filter.severity) add('severity = :severity', 'severity', filter.severity)
  if (filter.outcome) add('outcome = :outcome', 'outcome', filter.outcome)
  if (filter.text) {
    const like = ['id', 'title', 'owner', 'sources'].map((column) => `${column} LIKE :text ESCAPE '\\'`).join(' OR ')
    add(`(${like})`, 'text', `%${filter.text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
  }
  if (filter.since) add('last >= :since', 'since', filter.since)
  if (filter.until) add('first <= :until', 'until', filter.until)
  if (filter.updatedSince) add('updated >= :updatedSince', 'updatedSince', filter.updatedSince)
  if (filter.updatedUntil) add('updated < :updatedUntil', 'updatedUntil', filter.updatedUntil)
  if (filter.source) {
    add("id IN (SELECT case_id FROM case_key WHERE kind = 'source' AND value = :source)", 'source', filter.source)
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values }
}

function rowOf(row: Record<string, unknown>): CaseRow {
  const {
    escalated_to: escalatedTo,
    to_detect: toDetect,
    to_decide: toDecide,
    to_contain: toContain,
    sources,
    rank: _,
    ...rest
  } = row
  return { ...rest, escalatedTo, toDetect, toDecide, toContain, sources: JSON.parse(String(sources)) } as CaseRow
}
