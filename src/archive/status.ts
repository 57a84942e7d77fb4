import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Duck } from './duckdb.ts'
import {
  type ArchiveFile,
  checkArchive,
  everyFile,
  isWhole,
  tornFolder,
  unfinishedFiles,
  withoutReplaced,
} from './layout.ts'

export interface DayStatus {
  readonly day: string
  readonly files: number
  readonly rows: number
  readonly bytes: number
}

export interface ArchiveStatus {
  readonly days: readonly DayStatus[]
  readonly files: number
  readonly rows: number
  readonly bytes: number
  /** Files that were set aside because they are not whole. */
  readonly torn: { readonly files: number; readonly bytes: number }
  /** Files that are not whole and stand where whole ones do; being written now, or by a process that was killed. */
  readonly unfinished: number
}

/**
 * What is in an archive, from the footers of its files.
 * @throws Problem `no-archive`
 */
export async function archiveStatus(directory: string): Promise<ArchiveStatus> {
  checkArchive(directory)
  const { files } = withoutReplaced(everyFile(directory))
  const whole = files.filter(({ path }) => isWhole(path))
  const rows = await rowCounts(whole)
  const days = Map.groupBy(whole, ({ day }) => day)
  const total = (list: readonly ArchiveFile[]) => ({
    files: list.length,
    rows: list.reduce((sum, { path }) => sum + (rows.get(path) ?? 0), 0),
    bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
  })
  return {
    days: [...days].map(([day, list]) => ({ day, ...total(list) })),
    ...total(whole),
    torn: tornFiles(directory),
    unfinished: unfinishedFiles(directory).length + files.length - whole.length,
  }
}

async function rowCounts(files: readonly ArchiveFile[]): Promise<ReadonlyMap<string, number>> {
  if (files.length === 0) return new Map()
  const duck = await Duck.open()
  try {
    const paths = files.map(({ path }) => `'${path.replaceAll("'", "''")}'`)
    const counted = await duck.ask(`SELECT file_name, num_rows FROM parquet_file_metadata([${paths.join(', ')}])`)
    return new Map(counted.rows.map(([path, count]) => [String(path), Number(count)]))
  } finally {
    duck.close()
  }
}

function tornFiles(directory: string): ArchiveStatus['torn'] {
  let names: readonly string[] = []
  try {
    names = readdirSync(join(directory, tornFolder))
  } catch {
    // There is no such folder until a file was torn.
  }
  const sizes = names.map((name) => statSync(join(directory, tornFolder, name)).size)
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
