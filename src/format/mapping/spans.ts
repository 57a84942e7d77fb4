import { ascii, find } from '../../base/ascii.ts'
import { JsonFields, Scan } from '../../base/json-scan.ts'
import { emptyHead, Table, type TableHead } from '../../framing/table.ts'
import type { Mapping } from './spec.ts'

/** A line longer than this is not shown to an expression that the user wrote: what it costs is theirs, but has an end. */
const longestExpressed = 8192

/** What taking a line apart came to. `header`: it names the columns. `mismatch`: it is no such line. */
export const Taken = { row: 0, header: 1, mismatch: 2 } as const

/** Takes a line apart: `from[k]`, `to[k]` say where the text of the k-th source stands, -1 where it is absent. */
export interface Taker {
  readonly from: Int32Array
  readonly to: Int32Array
  take(bytes: Uint8Array, from: number, to: number): number
}

/** Names and numbers that the columns of a mapping come from, each once. */
export function sourcesOf({ columns }: Mapping): (string | number)[] {
  return [...new Set(Object.values(columns).flatMap(({ from }) => (from === undefined ? [] : [from])))]
}

export function openTaker(mapping: Mapping, carried: unknown): Taker {
  const sources = sourcesOf(mapping)
  if (mapping.lines === 'csv')
    return new CsvTaker(mapping, sources, (carried as TableHead | undefined) ?? headOf(mapping))
  return mapping.lines === 'json' ? new JsonTaker(sources) : new ExpressionTaker(mapping, sources)
}

/** Where columns have numbers only, they are known without a header. */
export function headOf(mapping: Mapping): TableHead {
  const head = emptyHead((mapping.delimiter ?? ',').charCodeAt(0))
  sourcesOf(mapping).forEach((source, k) => {
    if (typeof source !== 'number') return
    head.fieldOf[source - 1] = k
    head.columns = Math.max(head.columns, source)
  })
  return head
}

export function hasHeader(mapping: Mapping): boolean {
  return mapping.lines === 'csv' && (mapping.header ?? sourcesOf(mapping).some((source) => typeof source === 'string'))
}

/** Whether a line is a header: it holds every name that columns come from. Cold. */
export function readHeader(mapping: Mapping, head: TableHead, line: string): boolean {
  const sources = sourcesOf(mapping)
  const names = sources.map((source) => (typeof source === 'string' ? [plain(source)] : []))
  const wanted = names.filter((name) => name.length > 0).length
  if (wanted === 0 || new Table(names).tell(emptyHead(head.delimiter), line, head.delimiter) < wanted) return false
  new Table(names).tell(head, line, head.delimiter)
  sources.forEach((source, k) => {
    if (typeof source === 'number') head.fieldOf[source - 1] = k
  })
  head.columns = head.fieldOf.findLastIndex((field) => field >= 0) + 1
  return true
}

/** As `Table` compares names. */
function plain(name: string): string {
  return name.trim().toLowerCase().replaceAll('_', '-')
}

class CsvTaker implements Taker {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #mapping: Mapping
  readonly #table: Table
  readonly #head: TableHead
  readonly #hasHeader: boolean
  readonly #name: Uint8Array

  constructor(mapping: Mapping, sources: readonly (string | number)[], head: TableHead) {
    this.#mapping = mapping
    this.#table = new Table(sources.map(() => []))
    this.from = this.#table.from
    this.to = this.#table.to
    this.#head = head
    this.#hasHeader = hasHeader(mapping)
    this.#name = headerName(mapping)
  }

  take(bytes: Uint8Array, from: number, to: number): number {
    if (this.#hasHeader && mayBeHeader(this.#head, this.#name, bytes, from, to)) {
      if (readHeader(this.#mapping, this.#head, text(bytes, from, to))) return Taken.header
    }
    if (this.#head.columns === 0) return Taken.mismatch
    this.#table.cut(this.#head, bytes, from, to)
    return Taken.row
  }
}

/** A name that every header holds, as the mapping writes it. */
export function headerName(mapping: Mapping): Uint8Array {
  return ascii(String(sourcesOf(mapping).find((source) => typeof source === 'string') ?? ''))
}

/** Once a header was seen, only a line that holds its first name may be one more (files that were put together). */
export function mayBeHeader(head: TableHead, name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  return head.columns === 0 || (name.length > 0 && find(bytes, from, to, name) >= 0)
}

class JsonTaker implements Taker {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #fields: JsonFields

  constructor(sources: readonly (string | number)[]) {
    // A key that has a dot in it (`id.orig_h`) is found as well as a path.
    const paths = sources.flatMap((source, field) => {
      const path = String(source).split('.')
      return path.length === 1
        ? [{ path, field }]
        : [
            { path, field },
            { path: [String(source)], field },
          ]
    })
    this.#fields = new JsonFields({ paths, fields: sources.length })
    this.from = this.#fields.from
    this.to = this.#fields.to
  }

  take(bytes: Uint8Array, from: number, to: number): number {
    return this.#fields.scan(bytes, from, to) === Scan.done ? Taken.row : Taken.mismatch
  }
}

/** Makes a string of each line: expressions cannot be had without. */
class ExpressionTaker implements Taker {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #expression: RegExp
  readonly #groups: readonly string[]

  constructor(mapping: Mapping, sources: readonly (string | number)[]) {
    this.#groups = sources.map(String)
    this.#expression = new RegExp(mapping.pattern ?? '', 'd')
    this.from = new Int32Array(sources.length).fill(-1)
    this.to = new Int32Array(sources.length)
  }

  take(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > longestExpressed) return Taken.mismatch
    const places = this.#expression.exec(text(bytes, from, to))?.indices?.groups
    if (!places) return Taken.mismatch
    for (let k = 0; k < this.#groups.length; k++) {
      const place = places[this.#groups[k]!]
      this.from[k] = place && place[1] > place[0] ? from + place[0] : -1
      this.to[k] = place ? from + place[1] : 0
    }
    return Taken.row
  }
}

/** One character a byte, so that places in it are places in the line. */
export function text(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
}
