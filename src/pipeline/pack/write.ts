import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { csvLine } from '../../report/csv.ts'
import type { PackedFile } from './part.ts'

/** Writes one file of a package; nobody but its owner reads it. */
export function write(directory: string, name: string, text: string | Uint8Array, about: string): PackedFile {
  writeFileSync(join(directory, name), text, { mode: 0o600 })
  return { name, about }
}

/** The same as a table for spreadsheets. */
export function writeTable(
  directory: string,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  about: string,
): PackedFile {
  return write(directory, name, [columns, ...rows].map(csvLine).join(''), about)
}
