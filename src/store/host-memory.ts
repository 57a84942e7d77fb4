import type { DatabaseSync } from 'node:sqlite'
import type { Baseline } from '../triage/facts.ts'
import { transaction } from './database.ts'

/** What one day showed of our hosts; strings are addresses. */
export interface DaySeen {
  /** 2026-11-22 */
  readonly day: string
  readonly outbound: ReadonlyMap<string, number>
  readonly peers: readonly (readonly [host: string, peer: string])[]
  readonly admin: readonly (readonly [host: string, peer: string, port: number])[]
  /** Sources that asked for a port of ours. */
  readonly ports: ReadonlyMap<number, number>
}

/** Days that count as the past. */
const window = 30
/** What is older is forgotten. */
const keptDays = 90
/** Ends kept of one host; of more those seen last. */
const mostPeers = 4096

/** Writes a day down. A day that comes in several inputs adds up. */
export function rememberDay(database: DatabaseSync, seen: DaySeen): void {
  const { day } = seen
  transaction(database, () => {
    database.prepare('INSERT OR IGNORE INTO watched_day (day) VALUES (?)').run(day)
    const outbound = database.prepare(
      'INSERT INTO host_day (host, day, bytes_out) VALUES (?1, ?2, ?3) ON CONFLICT (host, day) DO UPDATE SET bytes_out = bytes_out + ?3',
    )
    for (const [host, bytes] of seen.outbound) outbound.run(host, day, bytes)
    const peer = database.prepare(
      'INSERT INTO host_peer (host, peer, first, last) VALUES (?1, ?2, ?3, ?3) ON CONFLICT (host, peer) DO UPDATE SET first = min(first, ?3), last = max(last, ?3)',
    )
    for (const [host, other] of seen.peers) peer.run(host, other, day)
    const admin = database.prepare(
      'INSERT INTO admin_pair (host, peer, port, first, last) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT (host, peer, port) DO UPDATE SET first = min(first, ?4), last = max(last, ?4)',
    )
    for (const [host, other, port] of seen.admin) admin.run(host, other, port, day)
    const ports = database.prepare(
      'INSERT INTO port_day (port, day, sources) VALUES (?1, ?2, ?3) ON CONFLICT (port, day) DO UPDATE SET sources = max(sources, ?3)',
    )
    for (const [port, sources] of seen.ports) ports.run(port, day, sources)
    forget(database, seen)
  })
}

/** Whether a day was written down before. */
export function isWatched(database: DatabaseSync, day: string): boolean {
  return database.prepare('SELECT 1 FROM watched_day WHERE day = ?').get(day) !== undefined
}

/** Notes an input; false where it was noted before. */
export function isNewInput(database: DatabaseSync, digest: string): boolean {
  return database.prepare('INSERT OR IGNORE INTO watched_input (digest) VALUES (?)').run(digest).changes > 0
}

function forget(database: DatabaseSync, { day, peers }: DaySeen): void {
  const oldest = daysBefore(day, keptDays)
  for (const table of ['watched_day', 'host_day', 'port_day'])
    database.prepare(`DELETE FROM ${table} WHERE day < ?`).run(oldest)
  for (const table of ['host_peer', 'admin_pair']) database.prepare(`DELETE FROM ${table} WHERE last < ?`).run(oldest)
  const trim = database.prepare(
    `DELETE FROM host_peer WHERE host = ?1 AND peer IN (
       SELECT peer FROM host_peer WHERE host = ?1 ORDER BY last DESC, peer LIMIT -1 OFFSET ${mostPeers})`,
  )
  for (const host of new Set(peers.map(([own]) => own))) trim.run(host)
}

/** What was usual in the thirty days before a day (requirements Q4, D10). */
export function baselineBefore(database: DatabaseSync, day: string): Baseline {
  const from = daysBefore(day, window)
  const days = Number(
    database.prepare('SELECT count(*) AS n FROM watched_day WHERE day >= ? AND day < ?').get(from, day)?.['n'] ?? 0,
  )
  const outbound = database.prepare('SELECT bytes_out AS value FROM host_day WHERE host = ? AND day >= ? AND day < ?')
  const peer = database.prepare('SELECT 1 FROM host_peer WHERE host = ? AND peer = ? AND first < ?')
  const admin = database.prepare('SELECT 1 FROM admin_pair WHERE host = ? AND peer = ? AND port = ? AND first < ?')
  const ports = database.prepare('SELECT sources AS value FROM port_day WHERE port = ? AND day >= ? AND day < ?')
  return {
    days,
    outbound: (host) => usual(outbound.all(host, from, day), days),
    knew: (host, other) => peer.get(host, other, day) !== undefined,
    administered: (host, other, port) => admin.get(host, other, port, day) !== undefined,
    port: (port) => usual(ports.all(port, from, day), days),
  }
}

/** Days on which nothing was seen count as zero. */
function usual(rows: readonly Record<string, unknown>[], days: number) {
  if (days === 0) return undefined
  const values = rows.map(({ value }) => Number(value))
  const mean = values.reduce((sum, value) => sum + value, 0) / days
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) + (days - values.length) * mean ** 2
  return { days, mean, deviation: Math.sqrt(squares / days) }
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86400e3).toISOString().slice(0, 10)
}
