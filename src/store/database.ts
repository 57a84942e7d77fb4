import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makePrivateFile } from '../base/private-file.ts'
import { Problem } from '../base/problem.ts'
import { migrations } from './migrations.ts'

/** Cases and what is remembered of hosts, in the state directory. */
const fileName = 'sweepwatch.db'

export function databasePath(directory: string): string {
  return join(directory, fileName)
}

/**
 * Opens the database of a state directory and brings it to this version's schema. One process writes at a time and waits for
 * another up to ten seconds; readers are never kept waiting (WAL).
 *
 * @throws Problem `unreadable-state` where it cannot be opened, `damaged-state` where it is no database of ours or of a newer version
 */
export function openDatabase(directory: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync {
  const path = databasePath(directory)
  if (options.readOnly && !existsSync(path)) {
    throw new Problem('no-state', `${directory} holds no cases`, {
      hint: 'Name the directory that was given to analyze --state or watch --state.',
    })
  }
  let database: DatabaseSync
  try {
    // What SQLite makes beside it has the mode that it has.
    makePrivateFile(path)
    database = new DatabaseSync(path, { timeout: 10_000, enableForeignKeyConstraints: true })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  } catch (cause) {
    throw new Problem('unreadable-state', `${path} cannot be opened: ${(cause as Error).message}`, { cause })
  }
  try {
    migrate(database)
    return database
  } catch (cause) {
    database.close()
    if (cause instanceof Problem) throw cause
    throw new Problem('damaged-state', `${path} is damaged: ${(cause as Error).message}`, {
      hint: 'Restore it from a backup (`sweepwatch restore`), or move it away to begin anew.',
      cause,
    })
  }
}

/** Runs what was added since the version the file has, all of it or nothing. */
function migrate(database: DatabaseSync): void {
  if (versionOf(database) === migrations.length) return
  transaction(database, () => {
    const version = versionOf(database)
    if (version > migrations.length) {
      throw new Problem(
        'damaged-state',
        `the database has version ${version}, this program knows ${migrations.length}`,
        {
          hint: 'It was written by a newer Sweepwatch. Use that one.',
        },
      )
    }
    for (const step of migrations.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

/** Does something wholly or not at all. Writers take their turn before they read, so that what they read stays true. */
export function transaction<Result>(database: DatabaseSync, act: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = act()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
