import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Duck } from './duckdb.ts'
import { settle, settleFolder } from './durable.ts'
import { fileMark } from './layout.ts'

/**
 * Rows of a file are sorted by source, so that a source's rows stand together, destinations and times near each other: look-ups
 * then read a few row groups of each file, and files are a fifth smaller (docs/archive.md has what was measured).
 */
const order = 'src_key, dst_key, time'
const rowGroup = 122_880

export interface WrittenFile {
  readonly temporary: string
  readonly path: string
}

/** Writes the rows of a query as a file that has its final name only after `publish`. */
export async function writeParquet(duck: Duck, rows: string, path: string): Promise<WrittenFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.tmp`
  await duck.run(
    `COPY (SELECT * FROM (${rows}) ORDER BY ${order}) TO '${temporary.replaceAll("'", "''")}'
     (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroup}, USE_TMP_FILE false, KV_METADATA {${fileMark}: '1'})`,
  )
  return { temporary, path }
}

/** Gives files their names, when all of them are on the disk. */
export async function publish(files: readonly WrittenFile[]): Promise<void> {
  for (const { temporary, path } of files) await settle(temporary, path)
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await settleFolder(folder)
}

/** Removes what was written of files that will not be finished. */
export async function discard(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(`${path}.tmp`, { force: true })
}
