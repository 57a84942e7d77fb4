const quote = 34
const newline = 10
const mostColumns = 256
/** A header line is a few hundred bytes; what is longer names no more columns than we would take. */
const longestHeader = 16 * 1024

/** What a header line says: which column is which field. Plain data, for `Carry`. */
export interface TableHead {
  delimiter: number
  /** Field by column, -1 for columns that are not read. */
  readonly fieldOf: Int16Array
  /** Columns up to the last one that is read; 0 where no header was seen. */
  columns: number
}

export function emptyHead(delimiter: number): TableHead {
  return { delimiter, fieldOf: new Int16Array(mostColumns).fill(-1), columns: 0 }
}

/**
 * Finds fields in rows of a table whose header line names the columns, in any order (CSV, tab- or blank-separated).
 * `from[field]`, `to[field]` say where a value stands, without quotes and blanks around it; `from` is -1 where it is absent
 * or empty.
 *
 * hot: no allocation per event.
 */
export class Table {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #names: readonly (readonly string[])[]

  /** @param names by field, what columns are called in headers: lower case, `-` for `_` */
  constructor(names: readonly (readonly string[])[]) {
    this.#names = names
    this.from = new Int32Array(names.length).fill(-1)
    this.to = new Int32Array(names.length)
  }

  /** Cuts the row `bytes[from, to)`. @returns how many columns it has, at most those up to the last that is read */
  cut(head: TableHead, bytes: Uint8Array, from: number, to: number): number {
    this.from.fill(-1)
    const { delimiter, fieldOf, columns } = head
    let column = 0
    let i = from
    while (column < columns) {
      let end = i
      if (bytes[i] === quote && i < to) {
        end = ++i
        while (end < to && (bytes[end] !== quote || (bytes[end + 1] === quote && end++ < to))) end++
      } else while (end < to && bytes[end] !== delimiter) end++
      this.#keep(fieldOf[column]!, bytes, i, Math.min(end, to))
      while (end < to && bytes[end] !== delimiter) end++
      column++
      if (end >= to) break
      i = end + 1
    }
    return column
  }

  #keep(field: number, bytes: Uint8Array, from: number, to: number): void {
    if (field < 0) return
    let start = from
    let end = to
    while (start < end && bytes[start] === 32) start++
    while (end > start && bytes[end - 1] === 32) end--
    this.from[field] = start === end ? -1 : start
    this.to[field] = end
  }

  /** Reads a header line. Cold. @returns how many of its columns are known; the head is left alone where none is */
  tell(head: TableHead, line: string, delimiter: number): number {
    const cells = line.slice(0, longestHeader).split(String.fromCharCode(delimiter)).slice(0, mostColumns).map(plain)
    const fields = cells.map((cell) => this.#names.findIndex((names) => names.includes(cell)))
    const known = fields.filter((field) => field >= 0).length
    if (known === 0) return 0
    head.delimiter = delimiter
    head.fieldOf.fill(-1)
    head.fieldOf.set(fields)
    head.columns = fields.findLastIndex((field) => field >= 0) + 1
    return known
  }
}

/** A column's name without what exporters put around it: quotes, blanks, `${}`. */
function plain(cell: string): string {
  return cell
    .trim()
    .replace(/^"(.*)"$|^\$\{(.*)\}$/, '$1$2')
    .trim()
    .toLowerCase()
    .replaceAll('_', '-')
}

/** Finds the lines that hold `mark` among the whole lines `bytes[from, to)`, without looking at the others. Cold. */
export function passLines(
  bytes: Uint8Array,
  from: number,
  to: number,
  mark: Uint8Array,
  read: (from: number, to: number) => void,
): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, to)
  for (let at = text.indexOf(mark, from); at >= 0; ) {
    const start = text.lastIndexOf(newline, at) + 1
    const end = text.indexOf(newline, at)
    const stop = end < 0 ? to : end
    read(start, bytes[stop - 1] === 13 ? stop - 1 : stop)
    if (end < 0) return
    at = text.indexOf(mark, end)
  }
}
