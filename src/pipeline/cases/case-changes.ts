import { Problem } from '../../base/problem.ts'
import type { Case, CaseEventBody, Outcome } from '../../case/case.ts'
import type { CaseStore, Entry } from '../../store/case-store.ts'

/** What people do with a case, and when it is refused: the same for the command line and the API. */

/** Who changes it, when (ISO 8601), and why. */
export type Signature = Omit<Entry, 'body'>

export const outcomes = [
  'expected',
  'false-alarm',
  'background',
  'resolved',
  'contained',
] as const satisfies readonly Outcome[]

/** What was learned, and which access is to change; "none" is an answer. */
export interface Closing {
  readonly outcome: Outcome
  readonly lesson: string
  readonly change: string
}

/** @throws Problem `case-status` for a case that went into another */
export function noteCase(store: CaseStore, one: Case, by: Signature, text: string): Case {
  if (one.status === 'merged') refuseUnlessOpen(one)
  return added(store, one, by, { kind: 'noted', text })
}

export function assignCase(store: CaseStore, one: Case, by: Signature, to: string): Case {
  return added(store, one, by, { kind: 'assigned', to })
}

/** @throws Problem `case-status` */
export function escalateCase(store: CaseStore, one: Case, by: Signature, to: string): Case {
  refuseUnlessOpen(one)
  return added(store, one, by, { kind: 'escalated', to })
}

/** @throws Problem `case-status` */
export function closeCase(store: CaseStore, one: Case, by: Signature, { outcome, lesson, change }: Closing): Case {
  if (one.status !== 'open') throw new Problem('case-status', `case ${one.id} is ${one.status} already`)
  return added(store, one, by, { kind: 'closed', outcome, lesson, change })
}

/** @throws Problem `case-status` */
export function reopenCase(store: CaseStore, one: Case, by: Signature): Case {
  if (one.status === 'merged') refuseUnlessOpen(one)
  if (one.status !== 'closed') throw new Problem('case-status', `case ${one.id} is ${one.status}, not closed`)
  return added(store, one, by, { kind: 'reopened' })
}

/**
 * Puts the scans of a case into another: both are by one actor.
 * @returns the case that was put, and that which took it up
 * @throws Problem `case-status`, `usage` for a case into itself
 */
export function mergeCase(store: CaseStore, one: Case, by: Signature, into: Case): readonly [from: Case, into: Case] {
  refuseUnlessOpen(one)
  if (into.id === one.id) throw new Problem('usage', `${one.id} cannot be merged into itself`)
  refuseUnlessOpen(into)
  const joined = `merged from case ${one.id} by ${by.author}: ${by.reason}`
  const scans = one.scans.map(({ scan }) => ({ ...by, body: { kind: 'scan' as const, scan, joined } }))
  const accomplices = one.accomplices.map((accomplice) => ({
    ...by,
    body: { kind: 'accomplice' as const, accomplice },
  }))
  const notes = one.history.filter(({ body }) => body.kind === 'noted')
  const [taken, gone] = store.appendAll([
    {
      id: into.id,
      entries: [{ ...by, body: { kind: 'merged', from: one.id } }, ...scans, ...accomplices, ...notes],
    },
    { id: one.id, entries: [{ ...by, body: { kind: 'merged-into', into: into.id } }] },
  ])
  return [gone ?? one, taken ?? into]
}

function added(store: CaseStore, one: Case, by: Signature, body: CaseEventBody): Case {
  return store.append(one.id, [{ ...by, body }])
}

function refuseUnlessOpen(one: Case): void {
  if (one.status === 'open') return
  throw new Problem('case-status', `case ${one.id} is ${one.status}`, {
    hint: one.status === 'merged' ? `Its scans are in case ${one.mergedInto}: work on that one.` : 'Reopen it first.',
  })
}
