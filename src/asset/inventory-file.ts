import { readFile, stat } from 'node:fs/promises'
import { Problem } from '../base/problem.ts'
import { readYaml } from '../base/yaml.ts'
import { columnName } from './asset-record.ts'
import { readInventoryCsv } from './inventory-csv.ts'

/**
 * Takes a row by the names of its columns; undefined where the row itself cannot be read.
 * @param line where it stands, from 1; 0 where that is not known
 */
export type TakeRow = (row: ReadonlyMap<string, unknown> | undefined, line: number) => void

/** Bytes of a file that are read at most; of YAML, which is read slowly, less. */
const mostBytes = 512 << 20
const mostYamlBytes = 32 << 20
/** Of a JSON text that is shorter the lines are known. */
const mostForLines = 1 << 20
/** Under which key a list may stand: our own word first, then those of exports. */
const listKeys = ['assets', 'hosts', 'networks', 'inventory', 'results', 'result', 'records', 'data', 'items']

/**
 * The rows of an inventory: CSV (with commas, semicolons or tabs, and a line that names the columns, or else network, name, owner,
 * criticality, roles), YAML or JSON (a list of objects, at the top or under one of `listKeys`; or objects by network).
 *
 * @throws Problem `inventory` for a file that cannot be read as a whole
 */
export async function readInventoryFile(file: string, take: TakeRow): Promise<void> {
  const bytes = await bytesOf(file)
  const start = bytes
    .subarray(0, 4096)
    .toString()
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (/\.ya?ml$/i.test(file)) await readList(await yamlOf(bytes.toString(), file), take)
  else if (/\.json$/i.test(file) || /^[[{]/.test(start)) await readList(await jsonOf(bytes.toString(), file), take)
  else readInventoryCsv(bytes, take)
}

/** A list of objects, and the lines of those whose line is known. */
interface Listed {
  readonly list: readonly unknown[]
  readonly lines: readonly number[]
}

function readList({ list, lines }: Listed, take: TakeRow): void {
  for (const [k, item] of list.entries()) take(rowOfObject(item), lines[k] ?? 0)
}

async function bytesOf(file: string): Promise<Buffer> {
  const most = /\.ya?ml$/i.test(file) ? mostYamlBytes : mostBytes
  try {
    const { size } = await stat(file)
    if (size <= most) return await readFile(file)
  } catch (error) {
    throw unusable(file, `cannot be read: ${(error as Error).message}`, error)
  }
  throw unusable(file, `is larger than ${most >> 20} MiB`)
}

function unusable(file: string, why: string, cause?: unknown): Problem {
  return new Problem('inventory', `the inventory ${file} ${why}`, {
    hint: 'It is CSV, YAML or JSON: docs/assets.md says with which columns.',
    ...(cause === undefined ? {} : { cause }),
  })
}

async function jsonOf(text: string, file: string): Promise<Listed> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw unusable(file, `is no JSON: ${(error as Error).message}`, error)
  }
  const { list, path } = listOf(value, file)
  // JSON is YAML, which knows its lines, and is read slowly.
  const read = text.length <= mostForLines ? await readYaml(text) : undefined
  return { list, lines: read === undefined || 'error' in read ? [] : read.itemLines(path) }
}

async function yamlOf(text: string, file: string): Promise<Listed> {
  const read = await readYaml(text)
  if ('error' in read) throw unusable(file, `is not valid: ${read.error}`)
  const { list, path } = listOf(read.value, file)
  return { list, lines: read.itemLines(path) }
}

function listOf(value: unknown, file: string): { list: readonly unknown[]; path: readonly string[] } {
  if (Array.isArray(value)) return { list: value, path: [] }
  if (!isObject(value)) throw unusable(file, 'holds no list')
  const key = listKeys.find((name) => Array.isArray(value[name]))
  if (key !== undefined) return { list: value[key] as unknown[], path: [key] }
  const [only] = Object.values(value)
  const within = listKeys.find((name) => isObject(value[name]))
  const named = (within === undefined ? value : value[within]) as Readonly<Record<string, unknown>>
  if (within === undefined && !isObject(only)) throw unusable(file, 'holds no list')
  return { list: Object.entries(named).map(([network, item]) => ({ network, ...(isObject(item) && item) })), path: [] }
}

function rowOfObject(item: unknown): Map<string, unknown> | undefined {
  if (!isObject(item)) return undefined
  const row = new Map<string, unknown>()
  for (const [name, value] of Object.entries(item).slice(0, 256)) {
    const plain = columnName(name)
    if (!row.has(plain)) row.set(plain, value)
  }
  return row
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
