import type { DatabaseSync } from 'node:sqlite'
import { parseAddress } from '../base/address.ts'
import { parsePrefix } from '../base/prefix.ts'
import { PrefixTable } from '../base/prefix-table.ts'

/** Sources of cases, all but those that were closed as expected or as a false alarm. */
export function scannerSources(database: DatabaseSync): readonly string[] {
  return database
    .prepare(
      `SELECT DISTINCT k.value AS source FROM case_key k JOIN case_view v ON v.id = k.case_id
       WHERE k.kind = 'source' AND coalesce(v.outcome, '') NOT IN ('expected', 'false-alarm') ORDER BY 1`,
    )
    .all()
    .map(({ source }) => String(source))
}

/** Whether an address is one of the sources, or in one that is a network. */
export function isAmong(sources: readonly string[]): (address: string) => boolean {
  const table = new PrefixTable()
  for (const [at, source] of sources.entries()) {
    const prefix = parsePrefix(source)
    if (prefix) table.add(prefix, at)
  }
  return (text) => {
    const address = parseAddress(text)
    return address !== undefined && table.find(...address) >= 0
  }
}
