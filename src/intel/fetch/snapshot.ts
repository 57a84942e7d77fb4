import { mkdir, mkdtemp, open, readFile, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { membersOf } from '../format/format.ts'

/** What is remembered of the last fetch, so that the next asks only for what is new. Times are milliseconds. */
export interface FetchState {
  /** Where it was fetched from: what is remembered of another place counts for nothing. */
  readonly from: string
  readonly etag: string | null
  readonly lastModified: string | null
  /** Of TAXII: the server's time of the newest object that we have. */
  readonly addedAfter: string | null
  /** When all was fetched, not only what is new. */
  readonly wholeAt: number
}

/** Where the fetched list of this name is: one file, which is there once it was fetched. */
export function snapshotOf(directory: string, name: string): string {
  return join(directory, 'lists', plain(name))
}

/** What is remembered of the fetch from this place; null where nothing is, or the list itself is gone. */
export async function fetchState(directory: string, name: string, from: string): Promise<FetchState | null> {
  try {
    const state = membersOf(JSON.parse(await readFile(stateOf(directory, name), 'utf8')))
    const { from: place, etag, lastModified, addedAfter, wholeAt } = state
    if (place !== from || typeof wholeAt !== 'number') return null
    await (await open(snapshotOf(directory, name))).close()
    return {
      from,
      etag: textOrNull(etag),
      lastModified: textOrNull(lastModified),
      addedAfter: textOrNull(addedAfter),
      wholeAt,
    }
  } catch {
    return null
  }
}

/**
 * Puts a list in place of the one before: whoever reads meanwhile sees the one or the other, whole. The state follows after the list,
 * so that after a crash between them only more is fetched than was needed.
 * @param content null: the list is the same, only the state is new
 */
export async function putSnapshot(
  directory: string,
  name: string,
  content: Buffer | null,
  state: FetchState,
): Promise<void> {
  await mkdir(join(directory, 'lists'), { recursive: true })
  const folder = await mkdtemp(join(directory, 'lists', '.new-'))
  try {
    if (content !== null) await place(join(folder, 'list'), content, snapshotOf(directory, name))
    await place(join(folder, 'state'), Buffer.from(JSON.stringify(state)), stateOf(directory, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Gives the list the date of its file: when the publisher last changed it, and where he does not say, now, for now he still stands
 * by it. It counts where the list itself tells no date.
 */
export async function dateSnapshot(
  directory: string,
  name: string,
  lastModified: string | null,
  now: number,
): Promise<void> {
  const told = Date.parse(lastModified ?? '')
  const seconds = (told > 0 && told <= now ? told : now) / 1000
  await utimes(snapshotOf(directory, name), seconds, seconds)
}

async function place(temporary: string, content: Buffer, path: string): Promise<void> {
  const file = await open(temporary, 'wx')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

function stateOf(directory: string, name: string): string {
  return join(directory, 'lists', `.${plain(name)}.state`)
}

/** What could lead out of the folder is not taken into a file's name. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && /^[\x20-\x7e]{1,512}$/.test(value) ? value : null
}
