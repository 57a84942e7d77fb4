import { rmSync } from 'node:fs'
import type { Duck } from './duckdb.ts'
import { type ArchiveFile, everyFile, filePath, withoutReplaced } from './layout.ts'
import { tryLock } from './lock.ts'
import { publish, writeParquet } from './parquet.ts'

/** Files beyond this are left as they are; merged ones come near twice it. Bytes. */
const largeFile = 32 << 20
const largestMerged = 2 * largeFile
/** So many at once; fewer where they make a large one. */
const fewest = 8
const fewestLarge = 4

/**
 * Puts neighbouring small files of a writer together, so that a service that writes three times a minute leaves some dozens a day.
 * Killed at any moment it leaves the old files, or the new one, which by its name stands for them.
 *
 * @param mark only files up to this number, which were confirmed
 */
export async function merge(duck: Duck, directory: string, writer: string, mark: number): Promise<void> {
  const lock = tryLock(directory, 'maintenance')
  if (lock === undefined) return
  try {
    const { files } = withoutReplaced(everyFile(directory).filter((file) => file.writer === writer))
    for (const run of runsToMerge(files.filter(({ last }) => last <= mark))) await mergeRun(duck, directory, run)
  } finally {
    lock.release()
  }
}

/** Runs of neighbours in one day in which no file is larger than the others together: so each row is written few times. */
export function runsToMerge(files: readonly ArchiveFile[]): readonly (readonly ArchiveFile[])[] {
  const runs: ArchiveFile[][] = []
  for (let from = 0; from < files.length; ) {
    const run = runFrom(files, from)
    const total = run.reduce((sum, { bytes }) => sum + bytes, 0)
    const largest = Math.max(0, ...run.map(({ bytes }) => bytes))
    const least = total >= largeFile ? fewestLarge : fewest
    const isWorth = run.length >= least && 2 * largest <= total
    if (isWorth) runs.push(run)
    from += isWorth ? run.length : 1
  }
  return runs
}

function runFrom(files: readonly ArchiveFile[], from: number): ArchiveFile[] {
  const run: ArchiveFile[] = []
  let total = 0
  for (const file of files.slice(from)) {
    total += file.bytes
    if (file.day !== files[from]?.day || file.bytes > largeFile || total > largestMerged) break
    run.push(file)
  }
  return run
}

async function mergeRun(duck: Duck, directory: string, run: readonly ArchiveFile[]): Promise<void> {
  const [first, last] = [run[0] as ArchiveFile, run.at(-1) as ArchiveFile]
  const paths = run.map(({ path }) => `'${path.replaceAll("'", "''")}'`)
  const path = filePath(directory, first.day, first.writer, first.first, last.last)
  const isLarge = run.reduce((sum, { bytes }) => sum + bytes, 0) > largeFile / 2
  const rows = `SELECT * FROM read_parquet([${paths}], hive_partitioning = false)`
  await publish([await writeParquet(duck, rows, path, isLarge)])
  for (const file of run) rmSync(file.path, { force: true })
}
