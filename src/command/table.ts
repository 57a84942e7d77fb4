import { count } from '../base/quantity.ts'
import { clipped } from '../report/escape.ts'
import { glyphs, type Look, paint } from '../report/look.ts'

const widest = 40
const longest = 4096
/** Numbers that are counted get separators; ports, keys and years do not. */
const smallestGrouped = 100_000
const isoMoment = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/

/** Rows as a table: numbers to the right, cells clipped, nothing in them that could act on a terminal. */
export function tableText(columns: readonly string[], rows: readonly (readonly unknown[])[], look: Look): string {
  const cells = rows.map((row) => row.map((value) => cellText(value)))
  const widths = columns.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const isNumber = columns.map(
    (_, i) => rows.some((row) => typeof row[i] === 'number') && rows.every((row) => isNumeric(row[i])),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  const head = line(columns.map((name) => clipped(name, widest)))
  const rule = glyphs(look).rule.repeat(head.length)
  return [paint(look, 'bold', head), paint(look, 'dim', rule), ...cells.map(line)].map((text) => `${text}\n`).join('')
}

/** Whether a table would leave away the end of a cell. */
export function isClipped(rows: readonly (readonly unknown[])[]): boolean {
  return rows.some((row) => row.some((value) => longText(value).length > widest))
}

/** Rows one below the other, a line a column, with all that is in them. */
export function recordText(columns: readonly string[], rows: readonly (readonly unknown[])[], look: Look): string {
  const width = Math.max(...columns.map((name) => name.length))
  const record = (row: readonly unknown[]) =>
    columns.map(
      (name, i) =>
        `${paint(look, 'dim', clipped(name, widest).padEnd(width))}  ${clipped(longText(row[i]), longest)}\n`,
    )
  return rows.map((row) => record(row).join('')).join('\n')
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || value === null || value === undefined
}

function cellText(value: unknown): string {
  return clipped(longText(value), widest)
}

function longText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number')
    return Number.isInteger(value) && value >= smallestGrouped ? count(value) : String(value)
  if (typeof value === 'string') return value.replace(isoMoment, '$1 $2')
  return Array.isArray(value) ? value.map(longText).join('; ') : JSON.stringify(value)
}
