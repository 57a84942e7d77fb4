import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Gives a file new content so that whoever reads it finds the old one or the new one whole, also after a loss of power. A link is followed:
 * what it leads to is replaced. An existing file keeps its permissions.
 * @param mode of a file that is new
 * @throws Error of the file system
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const permissions = await stat(target).then(
    (known) => known.mode & 0o777,
    () => mode,
  )
  const temporary = `${target}.sweepwatch-new`
  // Made anew and exclusively: in a folder of many nobody can lay a link there for us to write through.
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', permissions)
  try {
    await file.chmod(permissions)
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, target)
  await syncFolder(dirname(target))
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
