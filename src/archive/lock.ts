import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Problem } from '../base/problem.ts'

/** Something that only one process does at a time. */
export interface Lock {
  release(): void
}

/**
 * Takes a lock of an archive. The operating system lets go of it when the process ends, however it ends: SQLite holds a
 * lock on the file for as long as its transaction is open.
 * @param wait milliseconds
 * @throws Problem `archive-busy` where another process has it
 */
export function takeLock(directory: string, name: string, wait = 0): Lock {
  mkdirSync(join(directory, 'locks'), { recursive: true })
  const database = new DatabaseSync(join(directory, 'locks', name), { timeout: wait })
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new Problem('archive-busy', `another process is writing to the archive ${directory} (${name})`, {
      hint: 'Wait until it has ended, or stop it.',
      cause,
    })
  }
  return { release: () => database.close() }
}

/** The lock where it is free. */
export function tryLock(directory: string, name: string): Lock | undefined {
  try {
    return takeLock(directory, name)
  } catch (error) {
    if (error instanceof Problem && error.code === 'archive-busy') return undefined
    throw error
  }
}
