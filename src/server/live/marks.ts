import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

/** How far something is: two marks that differ mean that it changed between them. They come from what is kept, so they outlive the service. */
export interface Mark {
  /** Short, of letters. */
  readonly name: string
  /** What is out of date when the mark moves. */
  readonly topics: readonly string[]
  read(): string
  /** Ids that changed since an earlier mark; nothing where it cannot be told, or they are too many. */
  idsSince?(mark: string): readonly string[]
}

/** More rows than that are not looked through for the ids that they are about. */
const mostRows = 2000
export const mostIds = 64

/** What a change of is told on the live stream. @param configFile the configuration, where there is one */
export function marksOf(database: DatabaseSync, directory: string, configFile: string | undefined): readonly Mark[] {
  const one = (sql: string) => {
    const statement = database.prepare(sql)
    return () =>
      Object.values(statement.get() ?? {})
        .map((value) => value ?? 0)
        .join('.')
  }
  const about = (sql: string) => {
    const statement = database.prepare(`SELECT DISTINCT id FROM (${sql} LIMIT ${mostRows + 1}) LIMIT ${mostIds + 1}`)
    return (mark: string) => {
      const ids = statement.all(Number(mark)).map(({ id }) => String(id))
      return ids.length > mostIds ? [] : ids
    }
  }
  return [
    {
      name: 'c',
      topics: ['cases'],
      read: one('SELECT max(seq) FROM case_event'),
      idsSince: about('SELECT case_id AS id FROM case_event WHERE seq > ? ORDER BY seq'),
    },
    {
      name: 'p',
      topics: ['plans', 'blocks', 'ledger'],
      read: one('SELECT max(seq) FROM ledger_entry'),
      idsSince: about('SELECT plan AS id FROM ledger_entry WHERE seq > ? ORDER BY seq'),
    },
    { name: 'j', topics: ['jobs'], read: one('SELECT max(changed), max(id) FROM job') },
    {
      name: 'w',
      topics: ['watchlist'],
      read: one(
        'SELECT (SELECT max(seq) FROM watch_change), (SELECT max(id) FROM watch_entry), (SELECT max(id) FROM watched_host)',
      ),
    },
    { name: 'a', topics: ['audit', 'accounts'], read: one('SELECT max(seq) FROM audit_entry') },
    { name: 's', topics: ['sensors'], read: () => changedAt(join(directory, 'sensors.json')) },
    {
      name: 'f',
      topics: ['settings', 'allowlist', 'assets', 'intelligence', 'decoys'],
      read: () => changedAt(configFile ?? 'sweepwatch.yaml'),
    },
  ]
}

function changedAt(path: string): string {
  return String(Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0))
}
