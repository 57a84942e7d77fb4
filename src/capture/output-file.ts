import { existsSync, openSync, writeSync } from 'node:fs'
import { Problem } from '../base/problem.ts'

/**
 * Opens a file that is not there yet, for nobody else to read.
 * @throws Problem `capture-output`
 */
export function createNew(path: string): number {
  try {
    return openSync(path, 'wx+', 0o600)
  } catch (cause) {
    refuseExisting(path)
    throw new Problem('capture-output', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}

/** Before any work is done. @throws Problem `capture-output` for a file that is there */
export function refuseExisting(path: string): void {
  if (!existsSync(path)) return
  const hint = 'Captures are evidence and are not overwritten: give another name.'
  throw new Problem('capture-output', `${path} is there already`, { hint })
}

/** Writes all of the bytes: one call may write a part of them. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}
