import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readFooter, unfinished } from './index-file.ts'

/** An index that was begun so long ago will not be finished. Milliseconds. */
const longest = 86400e3

/**
 * Removes the indexes of captures that are gone (rolling directories throw away what is old), and what was never finished.
 * @param used indexes that belong to a file that is there, whatever it is called now
 * @param now milliseconds
 * @returns how many were removed
 */
export function pruneIndexes(directory: string, used: ReadonlySet<string>, now: number): number {
  let removed = 0
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (used.has(path) || !isStale(path, now)) continue
    rmSync(path, { force: true })
    removed++
  }
  return removed
}

function isStale(path: string, now: number): boolean {
  if (path.endsWith(unfinished)) {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats !== undefined && now - stats.mtimeMs > longest
  }
  const footer = path.endsWith('.swi') ? readFooter(path) : undefined
  return path.endsWith('.swi') && !(footer !== undefined && existsSync(footer.path))
}
