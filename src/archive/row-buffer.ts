/**
 * Rows of batches on their way to DuckDB, which takes columns: what a batch keeps in many narrow columns is packed into few
 * words here, and unpacked by `staged.ts`, because each value that is handed over costs the same whatever its width.
 *
 * hot: no allocation per event, but for those that have texts or IPv6 addresses.
 */
import { formatAddress, mapped } from '../base/address.ts'
import { type EventBatch, Mark, Subject } from '../event/batch.ts'
import type { TextField } from '../event/texts.ts'
import { type ColumnType, chunkRows } from './duckdb.ts'

/** Columns of the staging table of rows, in order. */
export const rowColumns = {
  row: 'UINTEGER',
  time: 'DOUBLE',
  /** kind 2 bits, subject 4, outcome 3, action 2, severity 3; from bit 16 protocol, from bit 24 format. */
  what: 'UINTEGER',
  /** Last words of the addresses. */
  src: 'UINTEGER',
  dst: 'UINTEGER',
  /** Source port in the upper half. */
  ports: 'UINTEGER',
  /** ICMP type, code, TCP flags, flags of replies: a byte each, lowest first. */
  header: 'UINTEGER',
  /** Marks, from bit 16 TTL; bits 24 and 25: source, destination are no IPv4 address. */
  marks: 'UINTEGER',
  packets_out: 'UINTEGER',
  packets_in: 'UINTEGER',
  bytes_out: 'DOUBLE',
  bytes_in: 'DOUBLE',
  duration: 'DOUBLE',
  /** Rule, from bit 16 device. */
  names: 'UINTEGER',
  sampling: 'UINTEGER',
  sensor: 'USMALLINT',
  record_offset: 'DOUBLE',
  record_length: 'UINTEGER',
} as const satisfies Record<string, ColumnType>

/** Texts of rows: `field` as in `event/texts.ts`, or `viaField`. */
export const textColumns = { row: 'UINTEGER', field: 'UTINYINT', text: 'VARCHAR' } as const
/** Who sent an ICMP error. */
export const viaField = 100

/** Addresses that are no IPv4 address: side 0 is the source; a row of an address that is not told has no text here. */
export const wideColumns = {
  row: 'UINTEGER',
  side: 'UTINYINT',
  high: 'UINTEGER',
  low: 'UINTEGER',
  text: 'VARCHAR',
} as const

const storage = {
  DOUBLE: Float64Array,
  UINTEGER: Uint32Array,
  USMALLINT: Uint16Array,
  UTINYINT: Uint8Array,
} as const
type Storage<Type> = Type extends keyof typeof storage ? InstanceType<(typeof storage)[Type]> : string[]
type Columns<Spec> = { readonly [name in keyof Spec]: Storage<Spec[name]> }

/** Columns of fixed size of a table, and how many rows of them are filled. */
export class Columnar<Spec extends Readonly<Record<string, ColumnType>>> {
  readonly column: Columns<Spec>
  readonly columns: readonly ArrayLike<number | string>[]
  length = 0

  constructor(spec: Spec) {
    const made = Object.entries(spec).map(([name, type]) => [
      name,
      type === 'VARCHAR' ? new Array<string>(chunkRows).fill('') : new storage[type](chunkRows),
    ])
    this.column = { ...(Object.fromEntries(made) as Columns<Spec>) }
    this.columns = Object.values(this.column) as ArrayLike<number | string>[]
  }

  get isFull(): boolean {
    return this.length === chunkRows
  }
}

const largestName = 0xffff
const otherName = 1

/** Takes one row after the other; `onFull` empties a table of it that is full. */
export class RowBuffer {
  readonly rows = new Columnar(rowColumns)
  readonly texts = new Columnar(textColumns)
  readonly wide = new Columnar(wideColumns)
  /** Characters of the texts that were taken since the last `begin`. */
  textSize = 0
  #next = 0
  readonly #onFull: (table: Columnar<Readonly<Record<string, ColumnType>>>) => void

  constructor(onFull: (table: Columnar<Readonly<Record<string, ColumnType>>>) => void) {
    this.#onFull = onFull
  }

  /** Numbers rows from 0 again. */
  begin(): void {
    this.#next = 0
    this.textSize = 0
  }

  add(batch: EventBatch, i: number): void {
    const { column: c } = batch
    const { column: to, length: at } = this.rows
    const row = this.#next++
    let marks = c.marks[i]! | (c.ttl[i]! << 16)
    if (!(c.src0[i] === 0 && c.src1[i] === 0 && c.src2[i] === mapped)) {
      marks |= 1 << 24
      this.#wide(batch, i, row, 0, c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!)
    }
    if (!(c.dst0[i] === 0 && c.dst1[i] === 0 && c.dst2[i] === mapped)) {
      marks |= 1 << 25
      this.#wide(batch, i, row, 1, c.dst0[i]!, c.dst1[i]!, c.dst2[i]!, c.dst3[i]!)
    }
    to.row[at] = row
    to.time[at] = c.time[i]!
    to.what[at] =
      c.kind[i]! |
      (c.subject[i]! << 2) |
      (c.outcome[i]! << 6) |
      (c.action[i]! << 9) |
      (c.severity[i]! << 11) |
      (c.protocol[i]! << 16) |
      (c.format[i]! << 24)
    to.src[at] = c.src3[i]!
    to.dst[at] = c.dst3[i]!
    to.ports[at] = (c.srcPort[i]! << 16) | c.dstPort[i]!
    to.header[at] = c.icmpType[i]! | (c.icmpCode[i]! << 8) | (c.flags[i]! << 16) | (c.replyFlags[i]! << 24)
    to.marks[at] = marks
    to.packets_out[at] = c.packetsOut[i]!
    to.packets_in[at] = c.packetsIn[i]!
    to.bytes_out[at] = c.bytesOut[i]!
    to.bytes_in[at] = c.bytesIn[i]!
    to.duration[at] = c.duration[i]!
    to.names[at] = nameOf(c.rule[i]!) | (nameOf(c.device[i]!) << 16)
    to.sampling[at] = c.sampling[i]!
    to.sensor[at] = c.sensor[i]!
    to.record_offset[at] = c.offset[i]!
    to.record_length[at] = c.length[i]!
    this.rows.length++
    if (c.marks[i]! & Mark.quoted) this.#via(batch, i, row)
    if (c.texts[i]! > 0) this.#texts(batch, i, row)
    if (this.rows.isFull) this.#onFull(this.rows)
  }

  /** Empties all tables. */
  flush(): void {
    for (const table of [this.rows, this.texts, this.wide]) if (table.length > 0) this.#onFull(table)
  }

  #wide(batch: EventBatch, i: number, row: number, side: number, a0: number, a1: number, a2: number, a3: number): void {
    // What is no contact may lack an end: a login says whence, not whither.
    if ((a0 | a1 | a2 | a3) === 0 && batch.column.subject[i] !== Subject.contact) return
    const { column: to, length: at } = this.wide
    to.row[at] = row
    to.side[at] = side
    to.high[at] = a0
    to.low[at] = a1
    to.text[at] = formatAddress(a0, a1, a2, a3)
    this.wide.length++
    if (this.wide.isFull) this.#onFull(this.wide)
  }

  #via({ column: c }: EventBatch, i: number, row: number): void {
    this.#text(row, viaField, formatAddress(c.via0[i]!, c.via1[i]!, c.via2[i]!, c.via3[i]!))
  }

  #texts(batch: EventBatch, i: number, row: number): void {
    for (const field of batch.texts.fields(i, batch.column.texts[i]!)) {
      this.#text(row, field, batch.textOf(i, field))
    }
  }

  #text(row: number, field: TextField | typeof viaField, text: string): void {
    const { column: to, length: at } = this.texts
    to.row[at] = row
    to.field[at] = field
    to.text[at] = text
    this.textSize += text.length
    this.texts.length++
    if (this.texts.isFull) this.#onFull(this.texts)
  }
}

/** A dictionary may be larger than the room for its numbers: what is beyond becomes its word for others. */
function nameOf(id: number): number {
  return id > largestName ? otherName : id
}
