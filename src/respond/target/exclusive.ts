import { join } from 'node:path'
import { type Lock, lockFile } from '../../base/lock.ts'
import { Problem } from '../../base/problem.ts'

/** For another process that is at it just now, in milliseconds. */
const wait = 5000

/**
 * Does something while no other process that has the target open does it.
 * @param state the target's directory
 * @throws Problem `target` where another is at it for long, or the directory cannot be used
 */
export async function exclusive<T>(name: string, state: string, act: () => Promise<T>): Promise<T> {
  const lock = take(name, state)
  try {
    return await act()
  } finally {
    lock.release()
  }
}

function take(name: string, state: string): Lock {
  try {
    const lock = lockFile(join(state, 'change.lock'), wait)
    if (lock !== undefined) return lock
  } catch (cause) {
    throw new Problem('target', `target ${name}: ${state} cannot be used: ${(cause as Error).message}`, {
      cause,
      hint: 'It must be a directory that Sweepwatch may write into.',
    })
  }
  throw new Problem('target', `target ${name}: another process changes it`, { hint: 'Try again.' })
}
