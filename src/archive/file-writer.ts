import type { Dictionary } from '../event/dictionary.ts'
import { chunkRows, type Duck, type Filler } from './duckdb.ts'
import { dayText, filePath, unknownDay } from './layout.ts'
import { discard, manyRows, publish, type WrittenFile, writeParquet } from './parquet.ts'
import { archiveRows, dayNumber, type StagedTables } from './staged.ts'

/** Where files go, and what the numbers in rows stand for. */
export interface FileOptions {
  readonly directory: string
  /** Small letters and digits. Several writers may write to an archive at once, each under a name of its own. */
  readonly writer: string
  /** Ids of the formats, by number. */
  readonly formats: readonly string[]
  /** Names of rules and devices, by id. */
  readonly rules: Dictionary
  /** Name of an input, by its number. */
  readonly source: (sensor: number) => string
}

/** A run of rows has at most so many days of its own: times are what a log says. */
const mostDays = 31

const nameTables = ['names', 'sources', 'formats'] as const
type NameTable = (typeof nameTables)[number]

/** Makes files of rows that wait in tables, one a day. */
export class FileWriter {
  readonly duck: Duck
  readonly #options: FileOptions
  readonly #fillers: Readonly<Record<NameTable, Filler>>
  readonly #sources = new Set<number>()
  #names = 0

  private constructor(duck: Duck, options: FileOptions, fillers: Readonly<Record<string, Filler>>) {
    this.duck = duck
    this.#options = options
    this.#fillers = fillers as Record<NameTable, Filler>
    this.#fill(
      'formats',
      options.formats.map((text, id) => [id, text] as const),
    )
  }

  static async open(duck: Duck, options: FileOptions): Promise<FileWriter> {
    const fillers: Record<string, Filler> = {}
    for (const table of nameTables) {
      await duck.run(`CREATE TABLE ${table} (id UINTEGER, text VARCHAR)`)
      fillers[table] = await duck.filler(table, ['UINTEGER', 'VARCHAR'])
    }
    return new FileWriter(duck, options, fillers)
  }

  /** When it is done, all rows are in files that have their names. */
  async write(tables: StagedTables, number: number): Promise<void> {
    const { directory, writer, rules, source } = this.#options
    this.#fill(
      'names',
      rules.texts.slice(this.#names).map((text, i) => [this.#names + i, text] as const),
    )
    this.#names = rules.texts.length
    const sensors = await this.duck.rows(`SELECT DISTINCT sensor FROM ${tables.rows}`)
    const fresh = sensors.map(({ sensor }) => sensor as number).filter((sensor) => !this.#sources.has(sensor))
    this.#fill(
      'sources',
      fresh.map((sensor) => [sensor, source(sensor)] as const),
    )
    for (const sensor of fresh) this.#sources.add(sensor)
    const days = await this.#days(tables.rows)
    const written: WrittenFile[] = []
    const paths = days.map(({ day }) => filePath(directory, day, writer, number, number))
    try {
      for (const [i, { where, isLarge }] of days.entries()) {
        written.push(await writeParquet(this.duck, archiveRows(tables, where), paths[i] as string, isLarge))
      }
      await publish(written)
    } catch (error) {
      await discard(paths)
      throw error
    }
  }

  close(): void {
    for (const table of nameTables) this.#fillers[table].close()
    this.duck.close()
  }

  async #days(
    rows: string,
  ): Promise<readonly { readonly day: string; readonly where: string; readonly isLarge: boolean }[]> {
    const counted = await this.duck.rows(
      `SELECT ${dayNumber} AS day, count(*) AS rows FROM ${rows} GROUP BY 1 ORDER BY rows DESC, day LIMIT ${mostDays + 1}`,
    )
    const known = counted.filter(({ day }) => (day as number) > 0).slice(0, mostDays)
    const days = known.map(({ day, rows: count }) => ({
      day: dayText(day as number),
      where: `${dayNumber} = ${day as number}`,
      isLarge: (count as number) > manyRows,
    }))
    if (known.length === counted.length) return days
    const where = known.length === 0 ? 'true' : `${dayNumber} NOT IN (${known.map(({ day }) => day)})`
    return [...days, { day: unknownDay, where, isLarge: false }]
  }

  #fill(table: NameTable, entries: readonly (readonly [number, string])[]): void {
    for (let at = 0; at < entries.length; at += chunkRows) {
      const part = entries.slice(at, at + chunkRows)
      this.#fillers[table].append([part.map(([id]) => id), part.map(([, text]) => text)], part.length)
    }
    this.#fillers[table].flush()
  }
}
