import { DatabaseSync } from 'node:sqlite'
import { makePrivateFile } from './private-file.ts'

/** Something that only one process does at a time. */
export interface Lock {
  release(): void
}

/** SQLITE_BUSY */
const busy = 5

/**
 * Takes a lock on a file, which is made where it is not there. The operating system lets go of it when the process ends, however it ends:
 * SQLite holds a lock on the file for as long as its transaction is open. Nothing is written into it.
 * @param wait milliseconds
 * @returns undefined where another has it
 * @throws Error of the file system or of SQLite where the file cannot be locked at all
 */
export function lockFile(path: string, wait = 0): Lock | undefined {
  makePrivateFile(path)
  const database = new DatabaseSync(path, { timeout: wait })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === busy) return undefined
    throw error
  }
  return { release: () => database.close() }
}
