import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Lock, lockFile } from '../../base/lock.ts'
import { Problem } from '../../base/problem.ts'

/** For another that is at it just now: asked again so often, after so many milliseconds. */
const [mostTimes, pauseMs] = [200, 25]

/**
 * Does something while nobody else who has the target open does it, in this process or in another.
 * @param state the target's directory
 * @throws Problem `target` where another is at it for long, or the directory cannot be used; what the signal was ended with, where it was
 */
export async function exclusive<T>(
  name: string,
  state: string,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  const lock = await take(name, state, signal)
  try {
    return await act()
  } finally {
    lock.release()
  }
}

/** Waits without holding up the rest of the process: who has the lock may be in it. */
async function take(name: string, state: string, signal: AbortSignal): Promise<Lock> {
  for (let times = 0; times < mostTimes; times++) {
    const lock = lockOf(name, state)
    if (lock !== undefined) return lock
    await sleep(pauseMs)
    signal.throwIfAborted()
  }
  throw new Problem('target', `target ${name}: another process changes it`, { hint: 'Try again.' })
}

function lockOf(name: string, state: string): Lock | undefined {
  try {
    return lockFile(join(state, 'change.lock'))
  } catch (cause) {
    throw new Problem('target', `target ${name}: ${state} cannot be used: ${(cause as Error).message}`, {
      cause,
      hint: 'It must be a directory that Sweepwatch may write into.',
    })
  }
}
