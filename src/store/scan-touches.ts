import type { DatabaseSync } from 'node:sqlite'
import { mostKeptTouches, type TouchColumns } from '../detect/finding.ts'
import { joinTouches, packTouches, unpackTouches } from './touch-list.ts'

/** What one scan touched, as it is kept. */
export interface ScanTouches {
  readonly scan: string
  readonly touches: TouchColumns
}

/** Which lists of a case are read: of more scans the earliest. */
const mostScans = 4096

/** Which lists a case has, without reading them. */
export interface TouchIndex {
  /** Scans with their kept touches, those with the most in front. */
  readonly lists: readonly { readonly scan: string; readonly touches: number; readonly omitted: number }[]
  /** Touches that were left out when a list was kept. */
  readonly omitted: number
  /** Scans of the case that are not drawn. */
  readonly scansOmitted: number
}

/** Keeps what a scan touched; with what an earlier record of it knew and this one has forgotten. */
export function writeTouches(database: DatabaseSync, { scan, touches }: ScanTouches): void {
  if (touches.at.length === 0) return
  const known = database.prepare('SELECT touches, omitted, first FROM scan_touch WHERE scan = ?').get(scan)
  const isWhole =
    known === undefined || (Number(known['touches']) <= touches.at.length && Number(known['first']) >= first(touches))
  const all = isWhole ? touches : joinTouches(readTouches(database, scan, Number(known['omitted'])), touches)
  database
    .prepare(
      `INSERT INTO scan_touch (scan, touches, omitted, first, packed) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (scan) DO UPDATE SET touches = ?2, omitted = ?3, first = ?4, packed = ?5`,
    )
    .run(scan, all.at.length, all.omitted, first(all), packTouches(all))
}

/** The lists of a case, at most 2^20 touches in all. */
export function touchIndex(database: DatabaseSync, caseId: string): TouchIndex {
  const rows = database
    .prepare(
      `SELECT t.scan, t.touches, t.omitted FROM (SELECT ref FROM case_scan WHERE case_id = ? ORDER BY first LIMIT ${mostScans}) s
       JOIN scan_touch t ON t.scan = s.ref ORDER BY t.touches DESC, t.scan`,
    )
    .all(caseId)
  const total = Number(database.prepare('SELECT scans FROM case_total WHERE case_id = ?').get(caseId)?.['scans'] ?? 0)
  let [left, omitted] = [mostKeptTouches, 0]
  const lists: { scan: string; touches: number; omitted: number }[] = []
  for (const row of rows) {
    const list = { scan: String(row['scan']), touches: Number(row['touches']), omitted: Number(row['omitted']) }
    if (list.touches > left) continue
    left -= list.touches
    omitted += list.omitted
    lists.push(list)
  }
  return { lists, omitted, scansOmitted: total - lists.length }
}

/** A list as it is kept: gzip. Undefined where there is none. */
export function packedTouches(database: DatabaseSync, scan: string): Uint8Array | undefined {
  return database.prepare('SELECT packed FROM scan_touch WHERE scan = ?').get(scan)?.['packed'] as
    | Uint8Array
    | undefined
}

function readTouches(database: DatabaseSync, scan: string, omitted: number): TouchColumns {
  return unpackTouches(packedTouches(database, scan) as Uint8Array, omitted)
}

function first(touches: TouchColumns): number {
  return touches.at[0] as number
}
