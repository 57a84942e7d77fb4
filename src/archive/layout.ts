import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../base/problem.ts'

/**
 * An archive is a folder: `archive.json`, which says that it is one, and `day=2026-11-22/WRITER-FIRST-LAST.parquet`, the events of a
 * UTC day. A writer numbers what it writes; a file that stands for several earlier ones has the numbers of all of them, so that what a
 * file replaces can be told from the names alone, at any moment at which the program may have died.
 */
export interface ArchiveFile {
  /** 2026-11-22; 1970-01-01 holds what has no plausible time. */
  readonly day: string
  readonly writer: string
  readonly first: number
  readonly last: number
  readonly path: string
  readonly bytes: number
}

/** Where rows without a plausible time go, and those of days too many to have a file each. */
export const unknownDay = '1970-01-01'
export const tornFolder = 'torn'
const markerFile = 'archive.json'
const layoutVersion = 1
const dayFolder = /^day=(\d{4}-\d{2}-\d{2})$/
const fileName = /^([a-z][a-z0-9]{0,15})-(\d{10})-(\d{10})\.parquet$/
const unfinished = /^([a-z][a-z0-9]{0,15})-\d{10}-\d{10}\.parquet\.tmp$/
/** In the footer of each file of ours. */
export const fileMark = 'sweepwatch_archive'
const parquetMagic = 'PAR1'
const longestFooter = 64 << 20

export function dayText(day: number): string {
  return new Date(day * 86400e3).toISOString().slice(0, 10)
}

export function filePath(directory: string, day: string, writer: string, first: number, last: number): string {
  const number = (value: number) => String(value).padStart(10, '0')
  return join(directory, `day=${day}`, `${writer}-${number(first)}-${number(last)}.parquet`)
}

/**
 * Makes the folder an archive, unless it is one.
 * @throws Problem `no-archive` where it holds something else, `unwritable-archive`
 */
export function makeArchive(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (isArchive(directory)) return
    if (readdirSync(directory).length > 0) {
      throw new Problem('no-archive', `${directory} holds other things than an archive`, {
        hint: 'Name an empty folder, or one that does not exist yet.',
      })
    }
    writeFileSync(join(directory, markerFile), `${JSON.stringify({ layout: layoutVersion })}\n`)
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('unwritable-archive', `${directory} cannot be written: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** @throws Problem `no-archive` where it is none, or one of a newer version */
export function checkArchive(directory: string): void {
  if (isArchive(directory)) return
  throw new Problem('no-archive', `${directory} is no archive of events`, {
    hint: 'Name the directory that `archive add` or `watch` writes to.',
  })
}

function isArchive(directory: string): boolean {
  let text: string
  try {
    text = readFileSync(join(directory, markerFile), 'utf8')
  } catch {
    return false
  }
  const layout = (parsed(text) as { layout?: unknown } | undefined)?.layout
  if (layout === layoutVersion) return true
  throw new Problem('no-archive', `${directory} is an archive of another version (${String(layout)})`, {
    hint: 'It was written by another Sweepwatch. Use that one.',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All files by their names, those that another stands for included. */
export function everyFile(directory: string): ArchiveFile[] {
  return eachEntry(directory).flatMap(({ day, name, path }) => {
    const found = fileName.exec(name)
    const bytes = found === null ? undefined : statSync(path, { throwIfNoEntry: false })?.size
    if (found === null || bytes === undefined) return []
    const [, writer = '', first, last] = found
    return [{ day, writer, first: Number(first), last: Number(last), path, bytes }]
  })
}

/** Files that were being written when their writer ended. */
export function unfinishedFiles(directory: string): { readonly writer: string; readonly path: string }[] {
  return eachEntry(directory).flatMap(({ name, path }) => {
    const writer = unfinished.exec(name)?.[1]
    return writer === undefined ? [] : [{ writer, path }]
  })
}

function eachEntry(directory: string): { readonly day: string; readonly name: string; readonly path: string }[] {
  return readdirSync(directory)
    .sort()
    .flatMap((folder) => {
      const day = dayFolder.exec(folder)?.[1]
      if (day === undefined) return []
      const names = readdirSync(join(directory, folder)).sort()
      return names.map((name) => ({ day, name, path: join(directory, folder, name) }))
    })
}

/** Splits files into those that hold the events and those that a longer one of the same writer and day stands for. */
export function withoutReplaced(files: readonly ArchiveFile[]): { files: ArchiveFile[]; replaced: ArchiveFile[] } {
  const kept: ArchiveFile[] = []
  const replaced: ArchiveFile[] = []
  const order = [...files].sort(
    (x, y) => compare(x.day, y.day) || compare(x.writer, y.writer) || x.first - y.first || y.last - x.last,
  )
  for (const file of order) {
    const before = kept.at(-1)
    const isInside = before?.day === file.day && before.writer === file.writer && file.last <= before.last
    if (isInside) replaced.push(file)
    else kept.push(file)
  }
  return { files: kept, replaced }
}

function compare(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0
}

/** Whether a file ends as Parquet does: one that was cut does not. */
export function isWhole(path: string): boolean {
  return footerLength(path) !== undefined
}

/** Whether this program wrote the file: nothing else is ever removed. */
export function isOurs(path: string): boolean {
  const length = footerLength(path)
  if (length === undefined) return false
  return reading(path, (file, size) => read(file, size - 8 - length, length).includes(fileMark)) ?? false
}

function footerLength(path: string): number | undefined {
  return reading(path, (file, size) => {
    const tail = read(file, size - 8, 8)
    const length = tail.readUInt32LE(0)
    const isParquet = tail.subarray(4).toString('latin1') === parquetMagic
    return isParquet && length <= Math.min(longestFooter, size - 12) ? length : undefined
  })
}

function reading<Result>(path: string, act: (file: number, size: number) => Result): Result | undefined {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    return act(file, fstatSync(file).size)
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  if (at < 0 || readSync(file, bytes, 0, length, at) !== length) throw new RangeError('file too short')
  return bytes
}
