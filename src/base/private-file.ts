import { closeSync, openSync } from 'node:fs'

/**
 * Makes an empty file that only its owner may read, where there is none; what others then write into it by its path stays so. A file that
 * is there is not opened: to close it would let go of the locks that this process holds on it.
 */
export function makePrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
