import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Lock, lockFile } from '../base/lock.ts'
import { Problem } from '../base/problem.ts'

/**
 * Takes a lock of an archive.
 * @param wait milliseconds
 * @throws Problem `archive-busy` where another process has it
 */
export function takeLock(directory: string, name: string, wait = 0): Lock {
  const lock = tryLock(directory, name, wait)
  if (lock) return lock
  throw new Problem('archive-busy', `another process is writing to the archive ${directory} (${name})`, {
    hint: 'Wait until it has ended, or stop it.',
  })
}

/** The lock where it is free. @throws Problem `unwritable-archive` */
export function tryLock(directory: string, name: string, wait = 0): Lock | undefined {
  try {
    mkdirSync(join(directory, 'locks'), { recursive: true })
    return lockFile(join(directory, 'locks', name), wait)
  } catch (cause) {
    throw new Problem('unwritable-archive', `${directory} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
