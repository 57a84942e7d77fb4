import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { own } from '../fixtures/case/sample.ts'
import type { Case } from '../src/case/case.ts'
import type { ExportOptions } from '../src/report/case/case.ts'
import { caseExports } from '../src/report/case/registry.ts'

/** The reference data of others that the exports are held against. */
export const reference = join(import.meta.dirname, '..', '..', 'shared', 'data', 'real', 'g4_reference')
export const schemas = join(reference, 'schemas')
export const noSchemas = existsSync(schemas)
  ? false
  : 'no ../shared/data/real/g4_reference/schemas on this machine: exports were not held against them'

export const options: ExportOptions = {
  own,
  internal: false,
  organisation: 'Example Organisation',
  contact: 'soc@example.org',
  program: 'sweepwatch',
  version: '0.1.0',
  dshieldUser: 0,
}

/** What one output makes of a case. */
export function rendered(id: string, theCase: Case, changed: Partial<ExportOptions> = {}): string {
  const found = caseExports.find((output) => output.id === id)
  if (!found) throw new Error(`no output ${id}`)
  return found.render(theCase, { ...options, ...changed })
}

// biome-ignore lint/suspicious/noExplicitAny: documents of others' formats are read field by field, and asserted
export type Json = any

export function renderedJson(id: string, theCase: Case, changed: Partial<ExportOptions> = {}): Json {
  return JSON.parse(rendered(id, theCase, changed))
}

/** Every JSON file below a folder, by its path in it. */
export function jsonFiles(folder: string): ReadonlyMap<string, Json> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  return new Map(names.sort().map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]))
}
