import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Duck } from './duckdb.ts'
import { settle, settleFolder } from './durable.ts'
import { fileMark } from './layout.ts'

/**
 * Rows of a large file lie in a grid: four parts by source, each in four parts by destination, each of about a row group. So a host is found
 * in a quarter of the row groups, whichever end it was; sorted by source alone, destinations would be everywhere. Within a part rows are
 * sorted, which makes files smaller. docs/archive.md has what was measured.
 */
const parts = 4
const order = 'src_key, dst_key, time'
const rowGroup = 122_880
/** Rows from which a grid is worth its price: it takes twice the time. Smaller files are put together later, and get theirs then. */
export const manyRows = 8 * rowGroup

const shares = Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts)
const partOf = (key: string, bounds: string) =>
  `CASE ${shares.map((_, i) => `WHEN ${key} < ${bounds}[${i + 1}] THEN ${i}`).join(' ')} ELSE ${shares.length} END`

function inGrid(rows: string): string {
  return `WITH made AS MATERIALIZED (${rows}),
    source_bounds AS (SELECT approx_quantile(src_key, [${shares}]) AS bounds FROM made),
    halfway AS (SELECT made.*, ${partOf('src_key', 'bounds')} AS source_part FROM made, source_bounds),
    target_bounds AS (SELECT source_part, approx_quantile(dst_key, [${shares}]) AS bounds FROM halfway GROUP BY source_part),
    placed AS (SELECT halfway.*, ${partOf('dst_key', 'bounds')} AS target_part FROM halfway JOIN target_bounds USING (source_part))
    SELECT * EXCLUDE (source_part, target_part) FROM placed ORDER BY source_part, target_part, ${order}`
}

export interface WrittenFile {
  readonly temporary: string
  readonly path: string
}

/**
 * Writes the rows of a query as a file that has its final name only after `publish`.
 * @param isLarge whether there are rows for some row groups
 */
export async function writeParquet(duck: Duck, rows: string, path: string, isLarge: boolean): Promise<WrittenFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.tmp`
  await duck.run(
    `COPY (${isLarge ? inGrid(rows) : `SELECT * FROM (${rows}) ORDER BY ${order}`}) TO '${temporary.replaceAll("'", "''")}'
     (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2, ROW_GROUP_SIZE ${rowGroup}, USE_TMP_FILE false, KV_METADATA {${fileMark}: '1'})`,
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
