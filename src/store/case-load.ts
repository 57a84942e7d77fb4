import type { DatabaseSync } from 'node:sqlite'
import type { Case } from '../case/case.ts'
import { fold } from '../case/fold.ts'
import { eventOf } from './case-body.ts'

/** Scans whose records are read; the others are counted. */
const mostScans = 256
/** Entries of the history that are read, beside scans; of more the last. */
const mostEvents = 5000
/** Two ranges of the index by kind: a plain `<>` would read every record of a hundred thousand scans. */
const notScans = ['<', '>']
  .map((side) => `SELECT seq FROM case_event WHERE case_id = :id AND kind ${side} 'scan'`)
  .join(' UNION ALL ')
/** Of triage only the newest is read as a whole. */
const isRead = "kind <> 'triaged' OR seq = :newest"

/**
 * A case as its events make it. Of each scan, and of triage, the last word is read: what it stands for may be thousands of
 * records. So a case of any size opens at once.
 */
export function loadCase(database: DatabaseSync, id: string): Case {
  const columns = 'seq, case_id, at, author, reason, kind'
  const newest = database
    .prepare("SELECT max(seq) AS seq FROM case_event WHERE case_id = ? AND kind = 'triaged'")
    .get(id)
  const others = database
    .prepare(
      `SELECT ${columns}, CASE WHEN ${isRead} THEN body END AS body, CASE WHEN ${isRead} THEN packed END AS packed
       FROM case_event WHERE seq IN (${notScans}) ORDER BY seq DESC LIMIT ${mostEvents}`,
    )
    .all({ id, newest: Number(newest?.['seq'] ?? 0) })
  const scans = database
    .prepare(
      `SELECT ${columns}, body, packed FROM case_event WHERE seq IN (
         SELECT last FROM case_scan WHERE case_id = :id ORDER BY first LIMIT ${mostScans})`,
    )
    .all({ id })
  const whole = database.prepare('SELECT scans, probes FROM case_total WHERE case_id = ?').get(id)
  const events = [...others, ...scans].map(eventOf).sort((x, y) => x.seq - y.seq)
  return fold(id, events, { scans: Number(whole?.['scans'] ?? 0), probes: Number(whole?.['probes'] ?? 0) })
}
