import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fixtures } from './decode-fixture.ts'

/** Formats whose fixtures are reports, and those of which some lines become several rows. */
export const reportIds = ['nmap-xml', 'nessus', 'openvas', 'qualys-xml', 'qualys-csv']
export const severalRowIds = ['masscan', 'osquery', 'opencanary']

/** The fixtures of a format that have golden rows of their own beside them, by path. */
export function reportsOf(id: string): string[] {
  const directory = join(fixtures, id)
  return readdirSync(directory)
    .filter((name) => !name.endsWith('.jsonl') && name !== 'in.log')
    .sort()
    .map((name) => join(directory, name))
}

export function goldenOf(path: string): string {
  return `${path}.events.jsonl`
}
