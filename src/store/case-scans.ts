import type { DatabaseSync } from 'node:sqlite'
import type { Scan } from '../detect/finding.ts'

/** Notes where the newest record of a scan stands, and adds it to what its case holds in all. */
export function countScan(database: DatabaseSync, id: string, { id: ref, probes }: Scan, seq: number): void {
  const before = database.prepare('SELECT probes FROM case_scan WHERE case_id = ? AND ref = ?').get(id, ref)
  database
    .prepare(
      `INSERT INTO case_scan (case_id, ref, first, last, probes) VALUES (?1, ?2, ?3, ?3, ?4)
       ON CONFLICT (case_id, ref) DO UPDATE SET last = ?3, probes = ?4`,
    )
    .run(id, ref, seq, probes)
  database
    .prepare(
      `INSERT INTO case_total (case_id, scans, probes) VALUES (?1, ?2, ?3)
       ON CONFLICT (case_id) DO UPDATE SET scans = scans + ?2, probes = probes + ?3`,
    )
    .run(id, before === undefined ? 1 : 0, probes - Number(before?.['probes'] ?? 0))
}
