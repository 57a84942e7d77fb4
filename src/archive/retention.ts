import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dayText, everyFile, isOurs, tornFolder, unknownDay } from './layout.ts'
import { takeLock } from './lock.ts'

/** How much an archive keeps. */
export interface Retention {
  /** Days before today; older ones are removed. */
  readonly keepDays?: number
  /** Bytes of all files; beyond it the oldest are removed. */
  readonly maxBytes?: number
}

export interface Pruned {
  readonly files: number
  readonly bytes: number
  /** Days of which something was removed. */
  readonly days: readonly string[]
  /** Files that are not Sweepwatch's, and were left. */
  readonly foreign: readonly string[]
}

interface Removable {
  readonly day: string
  readonly path: string
  readonly bytes: number
}

const dayMs = 86400e3
const lockWait = 10_000

/**
 * Removes what is older or more than is kept; nothing that this program did not write. What has no plausible time, and torn files,
 * are as old as the file.
 * @param now microseconds
 * @throws Problem `archive-busy`
 */
export function prune(directory: string, { keepDays, maxBytes }: Retention, now: number): Pruned {
  const lock = takeLock(directory, 'maintenance', lockWait)
  try {
    const files = removable(directory)
    const oldest = keepDays === undefined ? '' : dayText(Math.floor(now / 86400e6) - keepDays)
    const aged = files.filter(({ day }) => day < oldest)
    const young = files.filter(({ day }) => day >= oldest)
    return remove([...aged, ...beyond(young, maxBytes ?? Number.POSITIVE_INFINITY)])
  } finally {
    lock.release()
  }
}

/** The oldest files that have to go so that the rest is no more than `most` bytes. */
function beyond(files: readonly Removable[], most: number): readonly Removable[] {
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const gone: Removable[] = []
  for (const file of files) {
    if (left <= most) break
    gone.push(file)
    left -= file.bytes
  }
  return gone
}

/** All files, the oldest first. */
function removable(directory: string): readonly Removable[] {
  const events = everyFile(directory).map((file) => ({
    ...file,
    day: file.day === unknownDay ? ageDay(file.path) : file.day,
  }))
  const torn = namesIn(join(directory, tornFolder)).map((name) => {
    const path = join(directory, tornFolder, name)
    return { day: ageDay(path), path, bytes: statSync(path).size }
  })
  return [...torn, ...events].sort((x, y) => (x.day < y.day ? -1 : x.day > y.day ? 1 : 0))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function ageDay(path: string): string {
  return dayText(Math.floor(statSync(path).mtimeMs / dayMs))
}

function remove(files: readonly Removable[]): Pruned {
  const isTorn = ({ path }: Removable) => dirname(path).endsWith(`/${tornFolder}`)
  const ours = files.filter((file) => isTorn(file) || isOurs(file.path))
  for (const { path } of ours) rmSync(path, { force: true })
  for (const folder of new Set(ours.filter((file) => !isTorn(file)).map(({ path }) => dirname(path)))) {
    if (readdirSync(folder).length === 0) rmdirSync(folder)
  }
  return {
    files: ours.length,
    bytes: ours.reduce((sum, { bytes }) => sum + bytes, 0),
    days: [...new Set(ours.map(({ day }) => day))].sort(),
    foreign: files.filter((file) => !ours.includes(file)).map(({ path }) => path),
  }
}
