import type { DatabaseSync } from 'node:sqlite'
import type { LedgerStore } from '../../store/ledger-store.ts'

/** Live plans beyond so many are not counted into blocks: each is read as a whole. */
const mostPlans = 1000

/** What the store holds, counted. */
export function storeCounts(database: DatabaseSync, ledger: LedgerStore) {
  const rows = (sql: string) => database.prepare(sql).all()
  const byCase = rows(
    `SELECT status, decision, count(*) AS n, sum(CASE status WHEN 'merged' THEN 0 ELSE scans END) AS scans
     FROM case_view GROUP BY status, decision`,
  )
  return {
    cases: byCase.map(({ status, decision, n }) => ({
      status: String(status),
      decision: String(decision ?? 'none'),
      count: Number(n),
    })),
    // A case that was merged has its scans in that which took it up.
    scans: byCase.reduce((sum, each) => sum + Number(each['scans']), 0),
    plans: rows('SELECT status, count(*) AS n FROM plan_view GROUP BY status').map(({ status, n }) => ({
      status: String(status),
      count: Number(n),
    })),
    blocks: ledger.list({ isLive: true, limit: mostPlans }).flatMap(({ plan, places }) =>
      [...places].map(([target, { state, block }]) => ({
        target,
        state,
        proof: block?.proof ?? 'none',
        count: plan.networks.length,
      })),
    ),
  }
}
