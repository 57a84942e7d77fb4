import type { DatabaseSync } from 'node:sqlite'
import type { Case } from '../case/case.ts'
import { type IndexedCase, indexed } from '../case/case-index.ts'
import { fingerprintOf, networkOf, portDigest } from '../case/fingerprint.ts'
import type { Scan } from '../detect/finding.ts'
import type { History, PastCase } from '../triage/facts.ts'

/** Keys of one kind kept of a case. */
const mostKeys = 1024
const mostAlike = 32
const kinds = ['scans', 'sources', 'prints', 'lists', 'hosts'] as const
const names = { scans: 'scan', sources: 'source', prints: 'print', lists: 'list', hosts: 'host' } as const

/** Writes what later scans are compared with; keys are only added. */
export function writeKeys(database: DatabaseSync, one: Case): void {
  const scans = one.scans.map(({ scan }) => scan)
  const accomplices = one.accomplices.map(({ source }) => source)
  const add = database.prepare('INSERT OR IGNORE INTO case_key (kind, value, case_id) VALUES (?, ?, ?)')
  const entry = indexed(one.id, scans, accomplices)
  for (const kind of kinds) for (const value of entry[kind].slice(0, mostKeys)) add.run(names[kind], value, one.id)
  for (const network of new Set(entry.sources.map(networkOf))) add.run('network', network, one.id)
  for (const ports of new Set(scans.filter(({ targets }) => targets.ports.length > 0).map(portDigest)))
    add.run('ports', ports, one.id)
}

/** What `cases --source` finds; of many sources of one scan the most active. */
export function writeSources(database: DatabaseSync, id: string, sources: readonly string[]): void {
  const add = database.prepare("INSERT OR IGNORE INTO case_key (kind, value, case_id) VALUES ('source', ?, ?)")
  for (const source of sources.slice(0, mostKeys)) add.run(source, id)
}

/** The open cases, as new scans are compared with them. */
export function openIndex(database: DatabaseSync): IndexedCase[] {
  const found = new Map<string, Record<(typeof kinds)[number], string[]> & { first: number; last: number }>()
  for (const { id, first, last } of database
    .prepare("SELECT id, first, last FROM case_view WHERE status = 'open'")
    .all()) {
    found.set(String(id), {
      ...{ scans: [], sources: [], prints: [], lists: [], hosts: [] },
      first: Date.parse(String(first)),
      last: Date.parse(String(last)),
    })
  }
  const byName = new Map(kinds.map((kind) => [names[kind] as string, kind]))
  const rows = database.prepare(
    "SELECT kind, value, case_id FROM case_key WHERE case_id IN (SELECT id FROM case_view WHERE status = 'open')",
  )
  for (const { kind, value, case_id: id } of rows.iterate()) {
    const name = byName.get(String(kind))
    if (name) found.get(String(id))?.[name].push(String(value))
  }
  return [...found].map(([id, entry]) => ({ id, ...entry }))
}

/** The case that has a scan; where it was merged, the one it went into. */
export function caseOfScan(database: DatabaseSync, scan: string): string | undefined {
  const row = database
    .prepare(
      `SELECT k.case_id AS id FROM case_key k JOIN case_view v ON v.id = k.case_id
       WHERE k.kind = 'scan' AND k.value = ? ORDER BY v.status = 'merged', k.case_id LIKE 'noise-%' OR k.case_id LIKE 'rest-%', v.opened LIMIT 1`,
    )
    .get(scan)
  return row === undefined ? undefined : String(row['id'])
}

/** Cases like one that has these scans, and what is alike (requirements Q3, Q5). */
export function historyOf(database: DatabaseSync, id: string, scans: readonly Scan[]): History {
  const first = scans.map((scan) => scan.first).sort()[0] ?? ''
  const alike = new Map<string, string[]>()
  const ask = database.prepare('SELECT case_id FROM case_key WHERE kind = ? AND value = ? AND case_id <> ? LIMIT 64')
  const note = (kind: string, value: string, what: string) => {
    for (const { case_id: other } of ask.all(kind, value, id)) {
      const known = alike.get(String(other))
      if (known === undefined) alike.set(String(other), [what])
      else if (!known.includes(what) && known.length < 6) known.push(what)
    }
  }
  for (const source of new Set(scans.flatMap(({ sources }) => sources.slice(0, 64)))) {
    note('source', source, `the same source (${source})`)
    note('network', networkOf(source), `the same network (${networkOf(source)})`)
  }
  for (const scan of scans.slice(0, 64)) {
    const tool = scan.tool === null ? '' : ` with ${scan.tool.name}`
    if (scan.targets.ports.length > 1 || scan.tool !== null) note('ports', portDigest(scan), `the same ports${tool}`)
    for (const source of scan.sources.slice(0, 8))
      note('print', `${networkOf(source)} ${fingerprintOf(scan)}`, 'the same fingerprint')
  }
  return { cases: pastCases(database, alike, first), since: rememberedSince(database, first), returns: [] }
}

function pastCases(database: DatabaseSync, alike: ReadonlyMap<string, readonly string[]>, before: string): PastCase[] {
  const read = database.prepare('SELECT * FROM case_view WHERE id = ? AND first <= ?')
  const blocks = database.prepare(
    "SELECT body FROM case_event WHERE case_id = ? AND kind = 'contained' ORDER BY seq DESC LIMIT 1",
  )
  return [...alike]
    .flatMap(([id, what]) => {
      const row = read.get(id, before)
      if (row === undefined || row['status'] === 'merged') return []
      const block = blocks.get(id)?.['body']
      return {
        id,
        first: String(row['first']),
        last: String(row['last']),
        decision: String(row['decision'] ?? 'undecided'),
        outcome: row['outcome'] === null ? null : String(row['outcome']),
        alike: [...what].sort(bySurety),
        blockedUntil:
          typeof block === 'string' ? String((JSON.parse(block) as { until?: string }).until ?? '') || null : null,
      }
    })
    .sort((x, y) => y.alike.length - x.alike.length || (x.last < y.last ? 1 : -1))
    .slice(0, mostAlike)
}

const surety = ['the same source', 'the same network', 'the same ports', 'the same fingerprint']

function bySurety(x: string, y: string): number {
  const place = (text: string) => surety.findIndex((prefix) => text.startsWith(prefix))
  return place(x) - place(y)
}

/** A memory that began less before says nothing of what was before. Milliseconds. */
const shortest = 86_400_000

/** The oldest day or case that is remembered, where it lies a day or more before what is asked about. */
function rememberedSince(database: DatabaseSync, before: string): string | null {
  const day = database.prepare('SELECT min(day) AS day FROM watched_day').get()?.['day']
  const first = database.prepare('SELECT min(first) AS first FROM case_view').get()?.['first']
  const oldest = [day, first].filter((text): text is string => typeof text === 'string' && text !== '').sort()[0]
  return oldest !== undefined && Date.parse(oldest) <= Date.parse(before) - shortest ? oldest : null
}
