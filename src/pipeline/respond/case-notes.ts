import type { CaseEventBody } from '../../case/case.ts'
import { machine } from '../../case/fold.ts'
import type { LedgerEntry } from '../../respond/ledger/entry.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { LedgerStore } from '../../store/ledger-store.ts'

/**
 * What an entry of the ledger means for its case: a proven block contains it, and one that does not hold is said there, where the next shift reads it.
 */
export function noteInCase(cases: CaseStore, ledger: LedgerStore, entry: LedgerEntry): void {
  const { body } = entry
  if (body.kind !== 'judged' || body.proof === 'unproven') return
  const state = ledger.plan(entry.plan)
  if (state === undefined || state.until === null || !cases.has(state.plan.caseId)) return
  const { plan, until } = state
  const write = (written: CaseEventBody) =>
    cases.append(plan.caseId, [{ at: entry.at, author: machine, reason: body.because, body: written }])
  if (body.proof === 'contradicted') {
    const what = body.phase === 'block' ? 'lets packets through' : 'still keeps them out though it was taken away'
    write({ kind: 'noted', text: `Plan ${plan.id} at ${body.target} ${what}: ${body.because}.` })
  } else if (body.phase === 'block') write({ kind: 'contained', plan: plan.id, target: body.target, until })
}
