import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Prefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import { inNetworks } from './address-key.ts'
import { archiveColumns } from './columns.ts'
import { type Answer, Duck, objects, type Parameters, type Row } from './duckdb.ts'
import { type ArchiveFile, checkArchive, everyFile, isWhole, unknownDay, withoutReplaced } from './layout.ts'
import { contactsView, macros } from './macros.ts'
import { checkSelect, longestSql } from './sql-guard.ts'

export interface OpenOptions {
  /** Days (2026-11-22) to look at, both included; all where absent. What has no plausible time is always looked at. */
  readonly from?: string
  readonly to?: string
  /** Our networks: `is_own(key)` then asks whether an address is in them. */
  readonly own?: readonly Prefix[]
  readonly threads?: number
  /** DuckDB's memory limit, such as `4GB`; what goes beyond is put in a temporary folder. */
  readonly memory?: string
}

export interface QueryOptions {
  /** Rows that are returned; the rest is left out and said. */
  readonly most?: number
  /** Milliseconds after which the query is ended. */
  readonly timeLimit?: number
  /** Told from time to time how far it has come, 0 to 1. */
  readonly onProgress?: (share: number) => void
}

const usualMost = 10_000
const usualTimeLimit = 300_000
const progressEach = 200
const views = ['events', 'contacts']

/**
 * Opens an archive for reading: a snapshot of the files that are there now.
 * @throws Problem `no-archive`
 */
export async function openArchive(directory: string, options: OpenOptions = {}): Promise<Archive> {
  checkArchive(directory)
  const inTime = withoutReplaced(everyFile(directory)).files.filter(
    ({ day }) => day === unknownDay || (day >= (options.from ?? '') && day <= (options.to ?? '9999-12-31')),
  )
  const files = inTime.filter(({ path }) => isWhole(path))
  const leftOut = inTime.filter((file) => !files.includes(file)).map(({ path }) => path)
  const spill = mkdtempSync(join(tmpdir(), 'sweepwatch-hunt-'))
  const duck = await Duck.open({
    temp_directory: spill,
    memory_limit: options.memory ?? '4GB',
    max_temp_directory_size: '8GB',
    preserve_insertion_order: 'false',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  })
  try {
    await prepare(duck, files, options.own ?? [])
    return new Archive(duck, files, leftOut, spill)
  } catch (error) {
    duck.close()
    rmSync(spill, { recursive: true, force: true })
    throw error
  }
}

/** Events at rest, to be asked in SQL. What is asked can read them and nothing else, and changes nothing. */
export class Archive {
  readonly files: readonly ArchiveFile[]
  /** Files that are not whole and were not read. */
  readonly leftOut: readonly string[]
  readonly #duck: Duck
  readonly #spill: string

  constructor(duck: Duck, files: readonly ArchiveFile[], leftOut: readonly string[], spill: string) {
    this.#duck = duck
    this.files = files
    this.leftOut = leftOut
    this.#spill = spill
  }

  /**
   * Runs one SELECT over `events` and `contacts` (the events that are contacts, without answers). Parameters are bound, never put into the text.
   * @throws Problem `hunt-sql` (refused, or not understood), `hunt-time` (ended by the time limit)
   */
  async query(sql: string, parameters: Parameters = {}, options: QueryOptions = {}): Promise<Answer> {
    await this.#check(sql)
    let isLate = false
    const { onProgress, timeLimit = usualTimeLimit } = options
    const limit = setTimeout(() => {
      isLate = true
      this.#duck.interrupt()
    }, timeLimit)
    const progress = onProgress && setInterval(() => onProgress(Math.max(0, this.#duck.progress) / 100), progressEach)
    try {
      return await this.#duck.ask(sql, parameters, options.most ?? usualMost)
    } catch (cause) {
      if (isLate) throw new Problem('hunt-time', `the query was ended after ${timeLimit / 1000} s`, { cause })
      throw new Problem('hunt-sql', `the query failed: ${(cause as Error).message}`, { cause })
    } finally {
      clearTimeout(limit)
      clearInterval(progress)
    }
  }

  /** The same as objects by column name. */
  async rows(sql: string, parameters: Parameters = {}, options: QueryOptions = {}): Promise<Row[]> {
    return objects(await this.query(sql, parameters, options))
  }

  /**
   * Time of the newest event, ISO 8601, undefined where there is none; what is dated later than `limit` does not count: a clock that is
   * wrong by years must not move what "the last day" is.
   * @param limit microseconds
   */
  async newest(limit: number): Promise<string | undefined> {
    const days = new Set(this.files.map(({ day }) => day).filter((day) => day !== unknownDay))
    for (const day of [...days].sort().reverse()) {
      if (Date.parse(day) * 1000 > limit) continue
      const sql = 'SELECT max(time) FROM events WHERE day = $day::DATE AND time <= $limit'
      const { rows } = await this.query(sql, { day, limit: { micros: BigInt(Math.round(limit)) } })
      const newest = rows[0]?.[0]
      if (typeof newest === 'string') return newest
    }
    return undefined
  }

  close(): void {
    this.#duck.close()
    rmSync(this.#spill, { recursive: true, force: true })
  }

  async #check(sql: string): Promise<void> {
    if (sql.length > longestSql) throw new Problem('hunt-sql', `the query is longer than ${longestSql} characters`)
    const { rows } = await this.#duck.ask('SELECT json_serialize_sql($sql::VARCHAR)', { sql }).catch((cause: Error) => {
      throw new Problem('hunt-sql', `the query was not understood: ${cause.message}`, { cause })
    })
    checkSelect(String(rows[0]?.[0]), views)
  }
}

/** Names the files once and for all, and takes from the engine whatever else it could reach. */
async function prepare(duck: Duck, files: readonly ArchiveFile[], own: readonly Prefix[]): Promise<void> {
  const paths = `[${files.map(({ path }) => `'${path.replaceAll("'", "''")}'`).join(', ')}]`
  const columns = archiveColumns.map(([name, type]) => `NULL::${type} AS ${name}`)
  const rows =
    files.length === 0
      ? `SELECT ${columns.join(', ')}, NULL::DATE AS day WHERE false`
      : `SELECT * FROM read_parquet(${paths}, hive_partitioning = true, hive_types = {'day': DATE})`
  await duck.run(`CREATE VIEW events AS ${rows}`)
  await duck.run(contactsView)
  for (const macro of macros) await duck.run(`CREATE MACRO ${macro}`)
  if (own.length > 0) await duck.run(`CREATE MACRO is_own(key) AS ${inNetworks(own)('key')}`)
  await duck.run('SET enable_progress_bar_print = false; SET enable_progress_bar = true; SET progress_bar_time = 0')
  await duck.run(`SET allowed_paths = ${paths}; SET enable_external_access = false; SET lock_configuration = true`)
}
