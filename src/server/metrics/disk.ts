import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes that are left on the disk of a directory, for who is not root. */
export async function diskFree(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** Bytes of files in the state directory: of the database with its journal, of what was sent, and of the rest. */
export async function stateSizes(directory: string): Promise<{ database: number; uploads: number; other: number }> {
  const sizes = { database: 0, uploads: 0, other: 0 }
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => [])) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    // What is gone meanwhile has no size.
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    )
    if (path.startsWith(join(directory, 'uploads/'))) sizes.uploads += size
    else if (/\.(db|sqlite)(-wal|-shm)?$/.test(entry.name)) sizes.database += size
    else sizes.other += size
  }
  return sizes
}
