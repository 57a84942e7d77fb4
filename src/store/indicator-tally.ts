import type { DatabaseSync } from 'node:sqlite'
import type { Case, Outcome } from '../case/case.ts'

/** What analysts' words say of one term of the score. */
export interface TermTally {
  readonly term: string
  readonly falseAlarms: number
  readonly confirmed: number
}

/** Counts the terms behind a case that was closed: as a false alarm, or as a scan that was one; -1 takes that back, when it is reopened. */
export function tally(database: DatabaseSync, one: Case, outcome: Outcome, by: 1 | -1): void {
  const terms = new Set(one.scans.flatMap(({ scan }) => scan.score.terms.map(({ name }) => name)))
  const add = database.prepare(
    `INSERT INTO indicator_tally (term, false_alarms, confirmed) VALUES (:term, :wrong, :right)
     ON CONFLICT (term) DO UPDATE SET false_alarms = false_alarms + :wrong, confirmed = confirmed + :right`,
  )
  const wrong = outcome === 'false-alarm' ? by : 0
  for (const term of terms) add.run({ term, wrong, right: by - wrong })
}

export function tallyOf(database: DatabaseSync): TermTally[] {
  const rows = database.prepare('SELECT * FROM indicator_tally ORDER BY false_alarms DESC, term').all()
  return rows.map((row) => ({
    term: String(row['term']),
    falseAlarms: Number(row['false_alarms']),
    confirmed: Number(row['confirmed']),
  }))
}
