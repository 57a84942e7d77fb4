import { Duck } from './duckdb.ts'
import { setAside } from './durable.ts'
import { checkArchive, everyFile, unfinishedFiles, withoutReplaced } from './layout.ts'
import { tryLock } from './lock.ts'

export interface Verified {
  /** Files of which every value was read. */
  readonly files: number
  readonly rows: number
  readonly bytes: number
  /** What is damaged or was left unfinished, and where it was put; where its writer runs, it is left. */
  readonly faults: readonly { readonly path: string; readonly why: string; readonly to: string | undefined }[]
}

/**
 * Reads every value of every file, and sets aside what cannot be read.
 * @throws Problem `no-archive`
 */
export async function verifyArchive(directory: string, onFile?: (done: number, of: number) => void): Promise<Verified> {
  checkArchive(directory)
  const faults: Verified['faults'][number][] = []
  for (const { writer, path } of unfinishedFiles(directory)) {
    const to = moved(directory, writer, path)
    if (to !== undefined) faults.push({ path, why: 'was not finished', to })
  }
  const { files } = withoutReplaced(everyFile(directory))
  const duck = await Duck.open()
  let rows = 0
  let bytes = 0
  try {
    for (const [i, file] of files.entries()) {
      onFile?.(i, files.length)
      try {
        const path = `'${file.path.replaceAll("'", "''")}'`
        const answer = await duck.ask(
          `SELECT count(*), bit_xor(hash(t)) FROM read_parquet(${path}, hive_partitioning = false) t`,
        )
        rows += Number(answer.rows[0]?.[0])
        bytes += file.bytes
      } catch (error) {
        const why = (error as Error).message.split('\n', 1)[0] as string
        faults.push({ path: file.path, why, to: moved(directory, file.writer, file.path) })
      }
    }
  } finally {
    duck.close()
  }
  return { files: files.length - faults.filter(({ path }) => path.endsWith('.parquet')).length, rows, bytes, faults }
}

/** Out of the way, unless its writer runs and may yet be at it. */
function moved(directory: string, writer: string, path: string): string | undefined {
  const lock = tryLock(directory, `writer-${writer}`)
  if (lock === undefined) return undefined
  try {
    return setAside(directory, path)
  } finally {
    lock.release()
  }
}
