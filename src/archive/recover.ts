import { rmSync } from 'node:fs'
import { several } from '../base/quantity.ts'
import { setAside } from './durable.ts'
import { type ArchiveFile, everyFile, isOurs, isWhole, unfinishedFiles, withoutReplaced } from './layout.ts'

export interface Recovered {
  /** Files that were not whole, where they lie now. */
  readonly torn: readonly string[]
  /** Files of rows that were not confirmed. */
  readonly unconfirmed: number
  /** The largest number in use. */
  readonly last: number
}

/**
 * Brings the files of one writer into order after whatever ended it. To be called with the writer's lock.
 *
 * @param mark the last number that was confirmed: what was written later is removed, because its input is read again. Undefined: nothing is.
 */
export function recover(
  directory: string,
  writer: string,
  mark: number | undefined,
  notice: (text: string) => void,
): Recovered {
  const torn = unfinishedFiles(directory)
    .filter((file) => file.writer === writer)
    .map(({ path }) => setAside(directory, path))
  const mine = everyFile(directory).filter((file) => file.writer === writer)
  const whole = mine.filter((file) => {
    if (isWhole(file.path)) return true
    torn.push(setAside(directory, file.path))
    return false
  })
  const { files, replaced } = withoutReplaced(whole)
  const later = mark === undefined ? [] : files.filter(({ first }) => first > mark)
  for (const file of [...replaced, ...later]) if (isOurs(file.path)) rmSync(file.path)
  if (mark !== undefined) warnOfMerged(files, mark, notice)
  return {
    torn,
    unconfirmed: later.length,
    last: Math.max(mark ?? 0, ...files.filter((file) => !later.includes(file)).map(({ last }) => last)),
  }
}

/** What was confirmed may be merged: a state that is older than that was restored from a backup, or is another one. */
function warnOfMerged(files: readonly ArchiveFile[], mark: number, notice: (text: string) => void): void {
  const merged = files.filter(({ first, last }) => first <= mark && last > mark).length
  if (merged === 0) return
  notice(
    `the archive is newer than the state: ${several(merged, 'file')} may hold events that are read again and then count twice`,
  )
}
