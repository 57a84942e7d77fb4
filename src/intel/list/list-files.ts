import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../../base/problem.ts'
import { membersOf } from '../format/format.ts'

const mostFiles = 20_000
/** Folders below the one that is named. */
const deepest = 2
const listNames = /\.(?:txt|csv|tsv|json|jsonl|netset|ipset|list|lst|conf|dat|zone)$|^[^.]+$/i
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
 * The files of a list: one; or those of a directory and of those below it that look like lists by their names, sorted. Of a MISP feed,
 * which has a `manifest.json`, the events that the manifest names.
 *
 * @throws Problem `intel` where the path cannot be read
 */
export async function listFiles(path: string): Promise<{ readonly files: readonly ListFile[]; readonly left: number }> {
  try {
    const found = await stat(path)
    const feed = await manifestOf(path, found.isDirectory())
    if (feed === undefined && !found.isDirectory()) return { files: [fileOf(path, found)], left: 0 }
    const folder = found.isDirectory() ? path : dirname(path)
    const paths = feed?.map((name) => join(folder, name)) ?? (await pathsIn(folder, deepest))
    const files: ListFile[] = []
    for (const each of paths.slice(0, mostFiles)) {
      const about = await stat(each).catch(() => undefined)
      if (about?.isFile()) files.push(fileOf(each, about))
    }
    return { files, left: Math.max(0, paths.length - mostFiles) }
  } catch (cause) {
    throw new Problem('intel', `cannot read the list ${path}: ${(cause as Error).message}`, {
      hint: 'Name a file or a directory under `intel: lists: NAME: path:` in sweepwatch.yaml.',
      cause,
    })
  }
}

/** Paths of files that are named like lists; hidden ones are passed over, like a repository's own. */
async function pathsIn(folder: string, depth: number): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true })
  const shown = found.filter(({ name }) => !name.startsWith('.')).sort((x, y) => (x.name < y.name ? -1 : 1))
  const paths: string[] = []
  for (const each of shown) {
    const path = join(folder, each.name)
    if (each.isDirectory()) paths.push(...(depth > 0 ? await pathsIn(path, depth - 1) : []))
    else if (listNames.test(each.name)) paths.push(path)
    if (paths.length > mostFiles) break
  }
  return paths
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
