import { parsePrefix } from '../base/prefix.ts'
import { Tally } from '../format/format.ts'
import { CsvTableReader } from '../framing/csv-table.ts'
import { columnName, isAssetColumn } from './asset-record.ts'
import type { TakeRow } from './inventory-file.ts'

/** The order of columns where the first line names none. */
const usualOrder = ['network', 'name', 'owner', 'criticality', 'roles']
const window = 8 << 20
const newline = 10

/** Reads the rows of separated text, with commas, semicolons or tabs, whose first line names the columns or is a row of `usualOrder`. */
export function readInventoryCsv(bytes: Buffer, take: TakeRow): void {
  const tally = new Tally()
  let columns: readonly string[] | undefined
  let line = 1
  let counted = 0
  const lineAt = (offset: number) => {
    for (let at = bytes.indexOf(newline, counted); at >= 0 && at < offset; at = bytes.indexOf(newline, at + 1)) line++
    counted = offset
    return line
  }
  const record = (fields: readonly string[], offset: number) => {
    const place = lineAt(offset)
    if (fields.every((field) => field.trim() === '') || fields[0]?.startsWith('#')) return
    const names = fields.map(columnName)
    const isHeader = columns === undefined && names.some(isAssetColumn) && !fields.some(isNetwork)
    columns ??= isHeader ? names : usualOrder
    if (!isHeader) take(rowOf(columns, fields), place)
  }
  const reader = new CsvTableReader(tally, record, delimiterOf(bytes))
  for (let at = 0; at < bytes.length; ) {
    const to = Math.min(bytes.length, at + window)
    at += reader.push(bytes.subarray(at, to), to - at, at, to === bytes.length)
  }
  for (let k = 0; k < tally.malformed; k++) take(undefined, lineOf(bytes, tally.examples[k]?.offset))
}

function isNetwork(text: string): boolean {
  return parsePrefix(text) !== undefined
}

function lineOf(bytes: Buffer, offset: number | undefined): number {
  if (offset === undefined) return 0
  return bytes.subarray(0, offset).reduce((lines, byte) => lines + (byte === newline ? 1 : 0), 1)
}

/** The first of columns of the same name counts. */
function rowOf(columns: readonly string[], fields: readonly string[]): Map<string, unknown> {
  const row = new Map<string, unknown>()
  for (const [k, name] of columns.entries()) if (fields[k] && !row.has(name)) row.set(name, fields[k])
  return row
}

/** What occurs most in the first line that says something. */
function delimiterOf(bytes: Buffer): number {
  const head = bytes.subarray(0, 64 << 10).toString()
  const line = head.split(/\r?\n/).find((text) => text.trim() !== '' && !text.startsWith('#')) ?? ''
  const counts = [',', ';', '\t'].map((delimiter) => line.split(delimiter).length)
  return [44, 59, 9][counts.indexOf(Math.max(...counts))] as number
}
