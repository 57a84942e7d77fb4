import { chownSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type Lock, lockFile } from '../../base/lock.ts'
import { Problem } from '../../base/problem.ts'
import type { HelperUser } from '../../decoy/redirect/kernel.ts'

/**
 * Whom to become once everything is bound. A decoy talks to attackers: it does not stay root unless a person says so.
 * @returns undefined where it stays who it is
 * @throws Problem `usage`
 */
export function userToBecome(name: string | undefined, mayStayRoot: boolean): HelperUser | undefined {
  const isRoot = process.getuid?.() === 0
  if (name === undefined) {
    if (!isRoot || mayStayRoot) return undefined
    throw new Problem('usage', 'a decoy does not run as root', {
      hint: 'Give --user NAME, an account for nothing else (adduser --system --group decoy), or --as-root.',
    })
  }
  const row = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name)
  if (row === undefined) throw new Problem('usage', `there is no user ${name}`)
  const user = { uid: Number(row[2]), gid: Number(row[3]) }
  if (user.uid === 0) throw new Problem('usage', `${name} is root`)
  if (!isRoot && user.uid !== process.getuid?.()) {
    throw new Problem('usage', `only root can become ${name}`, { hint: 'Leave --user out, or start it as root.' })
  }
  return isRoot ? user : undefined
}

/** Makes the directory, where it is not there, for the one that will write into it. @throws Problem `decoy-directory` */
export function makeDirectory(directory: string, user: HelperUser | undefined): void {
  process.umask(0o077)
  try {
    const isNew = mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined
    if (isNew && user !== undefined) chownSync(directory, user.uid, user.gid)
  } catch (cause) {
    throw new Problem('decoy-directory', `${directory} cannot be made: ${(cause as Error).message}`, { cause })
  }
}

/** Takes the directory, until it is released: two decoys would mix their logs. @throws Problem `decoy-directory` */
export function holdDirectory(directory: string): Lock {
  let lock: Lock | undefined
  try {
    lock = lockFile(join(directory, 'lock'))
  } catch (cause) {
    throw new Problem('decoy-directory', `${directory} cannot be written into: ${(cause as Error).message}`, { cause })
  }
  if (lock === undefined) throw new Problem('decoy-directory', `another decoy keeps its log in ${directory}`)
  return lock
}

/** Gives root up for good, in every thread. @throws Error where it could be had back */
export function become({ uid, gid }: HelperUser): void {
  process.setgroups?.([gid])
  process.setgid?.(gid)
  process.setuid?.(uid)
  let isBack = true
  try {
    process.setuid?.(0)
  } catch {
    isBack = false
  }
  if (isBack || process.getuid?.() !== uid) throw new Error('root could not be given up')
}

/** Does something with the rights of whom we are to become, so that what it makes is theirs. */
export async function asUser<T>(user: HelperUser | undefined, act: () => Promise<T>): Promise<T> {
  if (user === undefined) return act()
  process.setegid?.(user.gid)
  process.seteuid?.(user.uid)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}
