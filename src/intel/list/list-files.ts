import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { membersOf } from '../format/format.ts'

const mostFiles = 20_000
/** Of a file of lists; JSON is read as a whole. */
const mostBytes = 256 << 20
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export interface ListFile {
  readonly path: string
  /** When it was last changed, in milliseconds. */
  readonly changed: number
  readonly size: number
}

/**
 * The files of a list: one; or those of a directory (not of those below), in the order of their names. Of a MISP feed, which has a
 * `manifest.json`, the events that the manifest names.
 *
 * @throws Problem `intel` where the path cannot be read
 */
export async function listFiles(path: string): Promise<{ readonly files: readonly ListFile[]; readonly left: number }> {
  try {
    const found = await stat(path)
    const feed = await manifestOf(path, found.isDirectory())
    if (feed === undefined && !found.isDirectory()) return { files: [fileOf(path, found)], left: 0 }
    const names = feed ?? (await readdir(path)).filter((name) => !name.startsWith('.')).sort()
    const folder = found.isDirectory() ? path : dirname(path)
    const files: ListFile[] = []
    for (const name of names.slice(0, mostFiles)) {
      const each = join(folder, name)
      const about = await stat(each).catch(() => undefined)
      if (about?.isFile()) files.push(fileOf(each, about))
    }
    return { files, left: Math.max(0, names.length - mostFiles) }
  } catch (cause) {
    throw new Problem('intel', `cannot read the list ${path}: ${(cause as Error).message}`, {
      hint: 'Name a file or a directory under `intel: lists: NAME: path:` in sweepwatch.yaml.',
      cause,
    })
  }
}

/** @throws Error for a file that is too large or cannot be read */
export async function bytesOf({ path, size }: ListFile): Promise<Buffer> {
  if (size > mostBytes) throw new Error(`it is larger than ${mostBytes >> 20} MiB`)
  return readFile(path)
}

function fileOf(path: string, { mtimeMs, size }: { mtimeMs: number; size: number }): ListFile {
  return { path, changed: mtimeMs, size }
}

/** The files of the events that a MISP manifest names: an object whose keys are their UUIDs. */
async function manifestOf(path: string, isDirectory: boolean): Promise<string[] | undefined> {
  const file = isDirectory ? join(path, 'manifest.json') : path
  if (!/(?:^|[\\/])manifest\.json$/.test(file)) return undefined
  try {
    const uuids = Object.keys(membersOf(JSON.parse(await readFile(file, 'utf8'))))
    return uuids.length > 0 && uuids.every((key) => uuid.test(key)) ? uuids.map((key) => `${key}.json`) : undefined
  } catch {
    return undefined
  }
}
