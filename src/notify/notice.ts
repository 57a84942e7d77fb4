import type { Case } from '../case/case.ts'
import type { Severity } from '../detect/finding.ts'
import { type CaseSummary, summaryOf } from '../report/case/summary.ts'

/** What is told of one case. */
export interface Notice {
  /** The same key is told once: a case is told again only where its rule changes or its severity rises. */
  readonly key: string
  readonly summary: CaseSummary
}

const ranks: readonly Severity[] = ['low', 'medium', 'high', 'critical']

/** Undefined where there is nothing to tell: the case is not escalated, not open, or less severe than `minimum`. */
export function noticeOf(theCase: Case, minimum: Severity): Notice | undefined {
  const { id, status, decision, escalatedTo, severity } = theCase
  const isEscalated = decision?.decision === 'escalate' || escalatedTo !== null
  if (status !== 'open' || !isEscalated || ranks.indexOf(severity) < ranks.indexOf(minimum)) return undefined
  return { key: JSON.stringify([id, decision?.rule ?? null, severity]), summary: summaryOf(theCase) }
}

/** The worst severity among notices. */
export function worst(notices: readonly Notice[]): Severity {
  return ranks[Math.max(0, ...notices.map(({ summary }) => ranks.indexOf(summary.severity)))] as Severity
}
