import type { Case, CaseEvent } from '../case/case.ts'
import type { Severity } from '../detect/finding.ts'
import { type CaseSummary, summaryOf } from '../report/case/summary.ts'
import { clipped } from '../report/escape.ts'

/** What is told of one case. */
export interface Notice {
  /** The same key is told once: a case is told again where its rule changes, its severity rises, it comes back, or a block of its sources fails. */
  readonly key: string
  readonly summary: CaseSummary
  /** Why it is told again; absent in notices of earlier versions. */
  readonly news?: string | null
}

const ranks: readonly Severity[] = ['low', 'medium', 'high', 'critical']

/** Undefined where there is nothing to tell: the case is not escalated, not open, or less severe than `minimum`. */
export function noticeOf(theCase: Case, minimum: Severity): Notice | undefined {
  const { id, status, decision, escalatedTo, severity } = theCase
  const isEscalated = decision?.decision === 'escalate' || escalatedTo !== null
  if (status !== 'open' || !isEscalated || ranks.indexOf(severity) < ranks.indexOf(minimum)) return undefined
  const news = theCase.history.filter(
    ({ body }) => body.kind === 'reopened' || (body.kind === 'plan' && body.isAlarm === true),
  )
  const key = [id, decision?.rule ?? null, severity, ...(news.length > 0 ? [news.length] : [])]
  return { key: JSON.stringify(key), summary: summaryOf(theCase), news: newsText(news.at(-1)) }
}

const longestNews = 400

function newsText(event: CaseEvent | undefined): string | null {
  if (event === undefined) return null
  const { body, reason } = event
  return clipped(body.kind === 'plan' ? `plan ${body.plan}: ${body.text}` : `it is back: ${reason}`, longestNews)
}

/** The worst severity among notices. */
export function worst(notices: readonly Notice[]): Severity {
  return ranks[Math.max(0, ...notices.map(({ summary }) => ranks.indexOf(summary.severity)))] as Severity
}
