import type { ColumnType, Duck, Filler } from './duckdb.ts'
import { type Columnar, type RowBuffer, rowColumns, textColumns, wideColumns } from './row-buffer.ts'
import type { StagedTables } from './staged.ts'

const specs = { rows: rowColumns, texts: textColumns, wide: wideColumns } as const
type TableName = keyof typeof specs
const tableNames = Object.keys(specs) as TableName[]
/** Rows that are handed to DuckDB's table at a time: more at once would hold up whoever observes. */
const flushEach = 16 * 2048

/** Tables in memory in which rows wait until they make a file. */
export class Staging {
  readonly #number: number
  readonly #fillers: Readonly<Record<TableName, Filler>>
  readonly counts: Record<TableName, number> = { rows: 0, texts: 0, wide: 0 }
  #waiting = 0

  private constructor(number: number, fillers: Readonly<Record<TableName, Filler>>) {
    this.#number = number
    this.#fillers = fillers
  }

  /** @param duck the connection by which rows come; another one may read them meanwhile */
  static async open(duck: Duck, number: number): Promise<Staging> {
    const fillers: Partial<Record<TableName, Filler>> = {}
    for (const table of tableNames) {
      const columns = Object.entries(specs[table]).map(([name, type]) => `${name} ${type}`)
      await duck.run(`CREATE TABLE ${table}${number} (${columns.join(', ')})`)
      fillers[table] = await duck.filler(`${table}${number}`, Object.values(specs[table]))
    }
    return new Staging(number, fillers as Record<TableName, Filler>)
  }

  /** Takes what a buffer holds in one of its tables. */
  take(buffer: RowBuffer, table: Columnar<Readonly<Record<string, ColumnType>>>): void {
    const name = tableNames.find((each) => buffer[each] === table) as TableName
    this.#fillers[name].append(table.columns, table.length)
    this.counts[name] += table.length
    this.#waiting += table.length
    table.length = 0
    if (this.#waiting >= flushEach) this.flush()
  }

  flush(): void {
    for (const table of tableNames) this.#fillers[table].flush()
    this.#waiting = 0
  }

  get tables(): Pick<StagedTables, 'rows' | 'texts' | 'wide'> {
    const named = (table: TableName) => (this.counts[table] > 0 ? `${table}${this.#number}` : undefined)
    return { rows: `rows${this.#number}`, texts: named('texts'), wide: named('wide') }
  }

  close(): void {
    for (const table of tableNames) this.#fillers[table].close()
  }

  async clear(duck: Duck): Promise<void> {
    for (const table of tableNames) {
      await duck.run(`TRUNCATE ${table}${this.#number}`)
      this.counts[table] = 0
    }
  }
}
