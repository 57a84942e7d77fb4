import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shortDigest } from '../../base/digest.ts'
import { Problem } from '../../base/problem.ts'

/** What a person is given for one change: files by their names, `change.txt` first, which says what to do with the rest. */
export type ChangeFiles = ReadonlyMap<string, string>

/** When it was made, and what is in it: the same change has the same name. @param at milliseconds since 1970 */
export function changeName(at: number, what: string): string {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
  return `${time}-${shortDigest(what)}`
}

/** All of it, for reading. */
export function asText(files: ChangeFiles): string {
  return [...files].map(([name, text]) => `==> ${name} <==\n${text}`).join('\n')
}

/**
 * Lays the files of a change into a folder of their own, all or none; those of a change that is there already stay as they are.
 * @returns the folder
 * @throws Problem `target`
 */
export async function handOver(target: string, directory: string, name: string, files: ChangeFiles): Promise<string> {
  const folder = join(directory, name)
  const temporary = `${folder}.new`
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 })
    if (await isThere(folder)) return folder
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { mode: 0o750 })
    for (const [file, text] of files) await writeFile(join(temporary, file), text, { flag: 'wx', mode: 0o640 })
    await rename(temporary, folder)
    return folder
  } catch (cause) {
    throw new Problem('target', `target ${target}: ${folder} cannot be written: ${(cause as Error).message}`, {
      cause,
      hint: 'Sweepwatch must be able to make folders there.',
    })
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
