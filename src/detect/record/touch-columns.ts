import type { AttemptJournal } from '../../track/journal.ts'
import { mostKeptTouches, type TouchColumns, touchOutcomes } from '../finding.ts'
import { outcomeOf } from './outcome.ts'

const mostSources = 65_535

/**
 * The contacts of a scan as columns.
 * @param rows in time order
 * @param silence whether no answer means anything in the scan's direction
 */
export function touchColumns(
  journal: AttemptJournal,
  sources: readonly { readonly name: string; readonly rows: Uint32Array }[],
  rows: Uint32Array,
  silence: boolean,
): TouchColumns {
  const kept = sampled(journal, rows)
  const count = kept.length
  const columns = {
    sources: sources.slice(0, mostSources + 1).map(({ name }) => name),
    at: new Float64Array(count),
    address: new Uint32Array(4 * count),
    port: new Uint16Array(count),
    outcome: new Uint8Array(count),
    source: new Uint16Array(count),
    omitted: rows.length - count,
  }
  const sourceOf = sourceByRow(sources, journal.capacity)
  for (let i = 0; i < count; i++) {
    const row = kept[i] as number
    columns.at[i] = journal.time[row] as number
    columns.address.set(journal.address.subarray(8 * row + 4, 8 * row + 8), 4 * i)
    columns.port[i] = journal.dstPort[row] as number
    columns.source[i] = sourceOf?.[row] ?? 0
    columns.outcome[i] = touchOutcomes.indexOf(outcomeOf(journal, row, silence))
  }
  return columns
}

/** Which source made each row; undefined where there is only one. */
function sourceByRow(sources: readonly { readonly rows: Uint32Array }[], capacity: number): Uint16Array | undefined {
  if (sources.length === 1) return undefined
  const of = new Uint16Array(capacity)
  sources.forEach(({ rows }, index) => {
    for (const row of rows) of[row] = Math.min(index, mostSources)
  })
  return of
}

/** All rows, or of too many those whose target falls into a share of its hash. */
function sampled(journal: AttemptJournal, rows: Uint32Array): Uint32Array {
  if (rows.length <= mostKeptTouches) return rows
  const below = (mostKeptTouches / rows.length) * 2 ** 32
  const kept = rows.filter((row) => targetHash(journal, row) < below)
  return kept.subarray(0, mostKeptTouches)
}

/** Spreads neighbours: which addresses are left out is no pattern in the picture. */
function targetHash({ address }: AttemptJournal, row: number): number {
  let hash = 0
  for (let word = 4; word < 8; word++) {
    hash = Math.imul(hash ^ (address[8 * row + word] as number), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return Math.imul(hash, 0x85ebca77) >>> 0
}
