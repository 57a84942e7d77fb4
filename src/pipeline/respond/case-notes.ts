import type { Case, CaseEventBody } from '../../case/case.ts'
import { entrySentence } from '../../report/respond/sentences.ts'
import type { LedgerBody, LedgerEntry } from '../../respond/ledger/entry.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { LedgerStore } from '../../store/ledger-store.ts'

/**
 * Writes into a case what the ledger says of its plans, where the next shift reads it: what was proposed, decided, taken away, and what does not hold. A block
 * that is proven contains the case. Whether a rule was sent, and each look at the wire, stays in the ledger.
 * @returns the case, where somebody has to look at it now: a block that fails, or that others took away
 */
export function noteInCase(cases: CaseStore, ledger: LedgerStore, entry: LedgerEntry): Case | undefined {
  const body = bodyFor(entry, ledger)
  const id = body === undefined ? undefined : caseOf(cases, ledger.plan(entry.plan)?.plan.caseId ?? '')
  if (body === undefined || id === undefined) return undefined
  const { at, author, reason } = entry
  const one = cases.append(id, [{ at, author: author.name, reason, body }])
  return body.kind === 'plan' && body.isAlarm ? one : undefined
}

function bodyFor(entry: LedgerEntry, ledger: LedgerStore): CaseEventBody | undefined {
  const { body, plan } = entry
  if (body.kind === 'judged' && body.phase === 'block' && body.proof === 'proven') {
    const until = ledger.plan(plan)?.until
    return until == null ? undefined : { kind: 'contained', plan, target: body.target, until }
  }
  if (!isForTheCase(body)) return undefined
  return { kind: 'plan', plan, text: entrySentence(entry), ...(isAlarm(body) && { isAlarm: true }) }
}

function isForTheCase(body: LedgerBody): boolean {
  if (body.kind === 'judged')
    return body.proof === 'contradicted' || (body.phase === 'release' && body.proof === 'proven')
  return ['proposed', 'approved', 'rejected', 'revoked', 'reapplied', 'released', 'held', 'failed'].includes(body.kind)
}

function isAlarm(body: LedgerBody): boolean {
  return body.kind === 'failed' || body.kind === 'held' || (body.kind === 'judged' && body.proof === 'contradicted')
}

/** The case that a plan was made for, or the one that took it up. */
function caseOf(cases: CaseStore, id: string): string | undefined {
  if (cases.row(id)?.status !== 'merged') return cases.has(id) ? id : undefined
  return cases.find(id).mergedInto ?? undefined
}
