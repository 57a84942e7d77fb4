import { mkdirSync, renameSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { tornFolder } from './layout.ts'

/** Gives a file its name once it is on the disk, so that under this name it is whole whatever happens. */
export async function settle(temporary: string, path: string): Promise<void> {
  await synced(temporary, 'r+')
  await rename(temporary, path)
}

/** Makes what was renamed or removed in a folder outlast a loss of power. */
export function settleFolder(path: string): Promise<void> {
  return synced(path, 'r')
}

async function synced(path: string, flags: string): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Moves a file that is not whole out of the way. @returns where to */
export function setAside(directory: string, path: string): string {
  const folder = join(directory, tornFolder)
  mkdirSync(folder, { recursive: true })
  const to = join(folder, `${basename(dirname(path))}-${basename(path)}`)
  renameSync(path, to)
  return to
}
