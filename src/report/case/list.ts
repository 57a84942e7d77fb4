import { count, moment, several } from '../../base/quantity.ts'
import type { CaseStatus, DecisionKind, Outcome } from '../../case/case.ts'
import type { Severity } from '../../detect/finding.ts'
import { clipped } from '../escape.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { milliTime } from './instant.ts'

/** A case as a row of the list. */
export interface ListedCase {
  readonly id: string
  readonly title: string
  readonly status: CaseStatus
  readonly decision: DecisionKind | null
  readonly rule: string | null
  readonly severity: Severity
  readonly owner: string | null
  readonly outcome: Outcome | null
  readonly last: string
}

const severityStyles = { critical: ['bold', 'red'], high: ['red'], medium: ['yellow'], low: ['cyan'] } as const
const decisionStyles = { escalate: ['bold', 'red'], monitor: ['yellow'], close: ['green'] } as const
/** Severity, decision with rule, last activity, owner; the title takes what is left. */
const widths = { id: 14, severity: 8, decision: 15, last: 16, owner: 10 }
const gap = '  '
const narrowestTitle = 20

/** The table that `sweepwatch cases` prints, in the order of the rows. @param total how many cases the question has in all */
export function caseList(rows: readonly ListedCase[], { look, total }: { look: Look; total: number }): string {
  if (rows.length === 0) return 'No case.\n'
  const fixed = Object.values(widths).reduce((sum, width) => sum + width + gap.length, 0)
  const title = Math.max(narrowestTitle, look.columns - fixed)
  const head = ['CASE', 'SEVERITY', 'DECISION', 'LAST ACTIVITY', 'OWNER', 'WHAT']
  const sizes = [widths.id, widths.severity, widths.decision, widths.last, widths.owner, title]
  const lines = [
    paint(
      look,
      'dim',
      head
        .map((text, i) => text.padEnd(sizes[i] as number))
        .join(gap)
        .trimEnd(),
    ),
    ...rows.map((row) => line(row, title, look)),
    '',
    foot(rows, total),
  ]
  return `${lines.join('\n')}\n`
}

function line(row: ListedCase, title: number, look: Look): string {
  const { id, severity, decision, rule, status, outcome, owner, last } = row
  const decided = decision === null ? 'not triaged' : `${decision} ${rule ?? ''}`
  const dash = glyphs(look).dash
  const said = status === 'open' ? decided : status === 'merged' ? 'merged' : `closed ${outcome ?? ''}`
  const style = status === 'open' && decision !== null ? [...decisionStyles[decision]] : 'dim'
  return [
    cell(id, widths.id),
    paint(look, [...severityStyles[severity]], cell(severity, widths.severity)),
    paint(look, style, cell(said, widths.decision)),
    moment(milliTime(last)).slice(0, 16),
    cell(owner ?? dash, widths.owner),
    clipped(row.title, title),
  ]
    .join(gap)
    .trimEnd()
}

/** Characters, not columns: what takes two columns moves the rest of its own line only. */
function cell(text: string, width: number): string {
  return clipped(text, width).padEnd(width)
}

function foot(rows: readonly ListedCase[], total: number): string {
  const escalated = rows.filter(({ status, decision }) => status === 'open' && decision === 'escalate').length
  const shown = rows.length < total ? `${count(rows.length)} of ${several(total, 'case')}` : several(total, 'case')
  return `${shown}${escalated > 0 ? `, ${count(escalated)} to be escalated` : ''}. Times are UTC. sweepwatch case show ID tells one.`
}
