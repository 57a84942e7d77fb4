import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBResultReader,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  TIMESTAMP,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api'
import { isoTime } from '../base/time.ts'

/** A time as DuckDB's TIMESTAMP: microseconds since 1970, UTC. */
export interface Moment {
  readonly micros: bigint
}

/** What a query is asked with. Bigints are UBIGINT: the keys of addresses. */
export type Parameter = string | number | bigint | boolean | Moment | readonly string[] | readonly bigint[]
export type Parameters = Readonly<Record<string, Parameter>>

/** What comes back, as JSON has it: times are ISO 8601, whole numbers beyond 2^53 are text. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }
export type Row = Readonly<Record<string, Value>>

export interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Value[])[]
  /** There were more rows than were asked for. */
  readonly isCut: boolean
}

/** Types of the columns of a table that is filled row by row. */
export const columnTypes = {
  DOUBLE,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
} as const
export type ColumnType = keyof typeof columnTypes

/** Rows that DuckDB takes at a time. */
export const chunkRows = 2048

/** An engine in memory, of one connection. The only file that knows the library. */
export class Duck {
  readonly #instance: DuckDBInstance
  readonly #connection: DuckDBConnection
  readonly #isSibling: boolean

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, isSibling: boolean) {
    this.#instance = instance
    this.#connection = connection
    this.#isSibling = isSibling
  }

  /** @param settings of DuckDB, by name (https://duckdb.org/docs/stable/configuration/overview) */
  static async open(settings: Readonly<Record<string, string>> = {}): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      ...settings,
    })
    return new Duck(instance, await instance.connect(), false)
  }

  /** Another connection to the same tables: what one does keeps the other waiting only where both want the same rows. */
  async sibling(): Promise<Duck> {
    return new Duck(this.#instance, await this.#instance.connect(), true)
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql)
  }

  /**
   * Runs one statement with bound parameters; those that it does not name are left out.
   * @param most rows that are read; the rest is not fetched
   */
  async ask(sql: string, parameters: Parameters = {}, most = Number.POSITIVE_INFINITY): Promise<Answer> {
    const statement = await this.#connection.prepare(sql)
    try {
      for (let i = 1; i <= statement.parameterCount; i++) {
        const name = statement.parameterName(i)
        const value = parameters[name]
        if (value === undefined) throw new Error(`no value is given for $${name}`)
        const [bound, type] = bindable(value)
        statement.bindValue(i, bound, type)
      }
      const reader = await statement.streamAndRead()
      if (most === Number.POSITIVE_INFINITY) await reader.readAll()
      else await reader.readUntil(most + 1)
      return answerOf(reader, most)
    } finally {
      statement.destroySync()
    }
  }

  /** The same as objects by column name. */
  async rows(sql: string, parameters: Parameters = {}): Promise<Row[]> {
    return objects(await this.ask(sql, parameters))
  }

  /** @param types of the table's columns, in their order */
  async filler(table: string, types: readonly ColumnType[]): Promise<Filler> {
    return new Filler(
      await this.#connection.createAppender(table),
      types.map((type) => columnTypes[type]),
    )
  }

  /** Ends the statement that runs: it throws. */
  interrupt(): void {
    this.#connection.interrupt()
  }

  /** How far the statement that runs has come, 0 to 100; negative where that is not known. */
  get progress(): number {
    return this.#connection.progress.percentage
  }

  close(): void {
    this.#connection.closeSync()
    if (!this.#isSibling) this.#instance.closeSync()
  }
}

export function objects({ columns, rows }: Answer): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] as Value])))
}

/** Appends columns of numbers and texts to a table. */
export class Filler {
  readonly #appender: DuckDBAppender
  readonly #types: readonly DuckDBType[]

  constructor(appender: DuckDBAppender, types: readonly DuckDBType[]) {
    this.#appender = appender
    this.#types = types
  }

  /** @param rows at most `chunkRows`; of each column the first `rows` values are taken */
  append(columns: readonly ArrayLike<number | string>[], rows: number): void {
    const chunk = DuckDBDataChunk.create(this.#types, rows)
    for (let i = 0; i < columns.length; i++) {
      const vector = chunk.getColumnVector(i)
      const values = columns[i] as ArrayLike<number | string>
      for (let row = 0; row < rows; row++) vector.setItem(row, values[row] as never)
      vector.flush()
    }
    this.#appender.appendDataChunk(chunk)
  }

  /** What was appended can be queried from here on. */
  flush(): void {
    this.#appender.flushSync()
  }

  close(): void {
    this.#appender.closeSync()
  }
}

function bindable(value: Parameter): [DuckDBValue, DuckDBType] {
  switch (typeof value) {
    case 'string':
      return [value, VARCHAR]
    case 'bigint':
      return [value, UBIGINT]
    case 'boolean':
      return [value, BOOLEAN]
    case 'number':
      return Number.isInteger(value) ? [BigInt(value), BIGINT] : [value, DOUBLE]
    default:
      return 'micros' in value ? [new DuckDBTimestampValue(value.micros), TIMESTAMP] : listOf(value)
  }
}

function listOf(values: readonly (string | bigint)[]): [DuckDBValue, DuckDBType] {
  const isText = values.every((value) => typeof value === 'string')
  return [new DuckDBListValue(values), LIST(isText ? VARCHAR : UBIGINT)]
}

function answerOf(reader: DuckDBResultReader, most: number): Answer {
  const rows = reader.getRows()
  return {
    columns: reader.deduplicatedColumnNames(),
    rows: rows.slice(0, most).map((row) => row.map(plain)),
    isCut: rows.length > most,
  }
}

function plain(value: DuckDBValue): Value {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return timeOf(value)
  if (value instanceof DuckDBDateValue) return value.toString()
  if (value instanceof DuckDBDecimalValue) return value.toDouble()
  if (value instanceof DuckDBListValue) return value.items.map(plain)
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, field]) => [name, plain(field)]))
  return String(value)
}

function timeOf(value: DuckDBTimestampValue | DuckDBTimestampTZValue): string {
  return isoTime(Number(value.micros))
}
