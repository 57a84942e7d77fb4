import { join } from 'node:path'
import { type Lock, lockFile } from '../base/lock.ts'
import { Problem } from '../base/problem.ts'

/** Held by who keeps positions and suspects in a state directory, or replaces it. Belongs to no backup. */
export const stateLockName = 'watch.lock'
/** Held by a service. Belongs to no backup either. */
export const serviceLockName = 'serve.lock'

/**
 * Holds a state directory for as long as a `watch` runs on it or a restore replaces it. Those who read cases, work on them or add to them
 * (`analyze --state`) need no hold: the database lets several do so.
 * @throws Problem `state-busy` where another process holds it, `unwritable-state`
 */
export function holdState(directory: string): Lock {
  return hold(directory, stateLockName, `a watch is running on the state directory ${directory}`)
}

/** Held by a service for as long as it lives; its engine holds the state itself. @throws Problem `state-busy`, `unwritable-state` */
export function holdService(directory: string): Lock {
  return hold(directory, serviceLockName, `a service is running on the state directory ${directory}`)
}

function hold(directory: string, name: string, busy: string): Lock {
  let lock: Lock | undefined
  try {
    lock = lockFile(join(directory, name))
  } catch (cause) {
    throw new Problem('unwritable-state', `${directory} cannot be written: ${(cause as Error).message}`, { cause })
  }
  if (lock) return lock
  throw new Problem('state-busy', busy, {
    hint: 'Stop it first, or give each a state directory of its own.',
  })
}
