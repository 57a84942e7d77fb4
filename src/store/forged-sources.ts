import type { DatabaseSync } from 'node:sqlite'
import { parseAddress } from '../base/address.ts'
import { contains, type Prefix, sizeOf } from '../base/prefix.ts'
import { loadCase } from './case-load.ts'

/** Sources that are looked up; cases of each. */
const mostSources = 256
const mostCases = 16

/**
 * Whether a source inside a network is known, from any case, to be one whose address can be forged: its scans say so, and none shows that it is real. A network is
 * not better known for being named under another case.
 */
export function hasForgedSource(database: DatabaseSync, network: Prefix): boolean {
  return sourcesIn(database, network).some((source) => isForged(database, source))
}

function sourcesIn(database: DatabaseSync, network: Prefix): string[] {
  const rows = database.prepare("SELECT DISTINCT value FROM case_key WHERE kind = 'source'").iterate()
  const found: string[] = []
  for (const { value } of rows) {
    const address = parseAddress(String(value))
    if (address === undefined || !contains(network, ...address)) continue
    found.push(String(value))
    if (found.length === Math.min(mostSources, sizeOf(network))) break
  }
  return found
}

function isForged(database: DatabaseSync, source: string): boolean {
  const rows = database
    .prepare("SELECT case_id FROM case_key WHERE kind = 'source' AND value = ? LIMIT ?")
    .all(source, mostCases)
  const said = rows.flatMap(({ case_id: id }) =>
    loadCase(database, String(id)).scans.flatMap(({ scan }) => (scan.sources.includes(source) ? [scan.spoofable] : [])),
  )
  return said.includes(true) && !said.includes(false)
}
