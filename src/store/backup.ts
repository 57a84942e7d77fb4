import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { backup as backUp, type DatabaseSync } from 'node:sqlite'
import { sha256 } from '../base/digest.ts'
import { makePrivateFile } from '../base/private-file.ts'
import { Problem } from '../base/problem.ts'
import { databasePath } from './database.ts'
import { holdState, serviceLockName, stateLockName } from './state-lock.ts'

const manifestName = 'backup.json'

interface Manifest {
  readonly made: string
  readonly files: Readonly<Record<string, string>>
}

/**
 * Copies a state directory while it is in use: the database page by page as of one moment (SQLite's backup), the other files as they
 * stand (each is only ever replaced as a whole). A manifest of digests lets a restore tell a copy that was cut short.
 *
 * @param made when, ISO 8601
 * @throws Problem `backup` where the target is there already, or cannot be written
 */
export async function makeBackup(database: DatabaseSync, state: string, target: string, made: string): Promise<number> {
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new Problem('backup', `${target} is not empty`, { hint: 'Name a directory that is not there yet.' })
  }
  const files: Record<string, string> = {}
  try {
    mkdirSync(target, { recursive: true, mode: 0o700 })
    const copy = databasePath(target)
    makePrivateFile(copy)
    await backUp(database, copy)
    files[basename(copy)] = digestOf(copy)
    for (const name of otherFiles(state)) {
      copyFileSync(join(state, name), join(target, name))
      files[name] = digestOf(join(target, name))
    }
    const manifest: Manifest = { made, files }
    writeFileSync(join(target, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  } catch (cause) {
    throw new Problem('backup', `the backup could not be written: ${(cause as Error).message}`, { cause })
  }
  return Object.keys(files).length
}

/**
 * Puts a backup in the place of a state directory; what was there is moved aside, not deleted.
 *
 * @returns where the old state was moved, undefined where there was none
 * @throws Problem `backup` where the copy is not whole, `state-busy` where a watch runs on the state: it would go on with what was moved
 */
export function restoreBackup(source: string, state: string, stamp: string): string | undefined {
  const manifest = manifestOf(source)
  for (const [name, digest] of Object.entries(manifest.files)) {
    if (basename(name) !== name || !existsSync(join(source, name)) || digestOf(join(source, name)) !== digest) {
      throw new Problem('backup', `${join(source, name)} is missing or damaged: nothing was restored`)
    }
  }
  const lock = existsSync(state) ? holdState(state) : undefined
  try {
    const fresh = `${state}.restoring`
    rmSync(fresh, { recursive: true, force: true })
    mkdirSync(fresh, { mode: 0o700 })
    for (const name of Object.keys(manifest.files)) {
      cpSync(join(source, name), join(fresh, name))
      chmodSync(join(fresh, name), 0o600)
    }
    const old = lock === undefined ? undefined : `${state}.before-${stamp}`
    if (old !== undefined) renameSync(state, old)
    renameSync(fresh, state)
    return old
  } finally {
    lock?.release()
  }
}

function manifestOf(source: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(join(source, manifestName), 'utf8')) as Manifest
    if (typeof manifest.files !== 'object') throw new Error('no list of files')
    return manifest
  } catch (cause) {
    throw new Problem('backup', `${source} holds no backup: ${(cause as Error).message}`, {
      hint: 'Name a directory that `sweepwatch backup` made.',
      cause,
    })
  }
}

/** Files that are replaced as a whole; what SQLite keeps beside its database is in the copy of it. */
function otherFiles(state: string): string[] {
  const database = basename(databasePath(state))
  const isOther = (name: string) =>
    !name.startsWith(database) && !name.endsWith('.new') && name !== stateLockName && name !== serviceLockName
  return readdirSync(state, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isOther(entry.name))
    .map(({ name }) => name)
    .sort()
}

function digestOf(path: string): string {
  return sha256(readFileSync(path))
}
