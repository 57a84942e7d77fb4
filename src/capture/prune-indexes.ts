import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readFooter } from './index-file.ts'

/**
 * Removes the indexes of captures that are gone: rolling directories throw away what is old.
 * @param used indexes that belong to a file that is there, whatever it is called now
 * @returns how many were removed
 */
export function pruneIndexes(directory: string, used: ReadonlySet<string>): number {
  let removed = 0
  for (const name of readdirSync(directory)) {
    const path = join(directory, name)
    if (!name.endsWith('.swi') || used.has(path)) continue
    const footer = readFooter(path)
    if (footer !== undefined && existsSync(footer.path)) continue
    rmSync(path, { force: true })
    removed++
  }
  return removed
}
