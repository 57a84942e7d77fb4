import { percent, several } from '../../base/quantity.ts'
import type { Case } from '../../case/case.ts'
import { markup } from '../escape.ts'
import { severityPill } from './severity.ts'
import { leftOut, table } from './table.ts'

const most = 100
const mostReasons = 3

/** The cases, those to be looked at first in front, with the rule that decided each. */
export function casesSection(cases: readonly Case[]): string {
  if (cases.length === 0) return ''
  const columns = [
    { title: 'Severity' },
    { title: 'Decision' },
    { title: 'Case' },
    { title: 'Confidence', numeric: true },
  ]
  const rows = cases.slice(0, most).map((one) => {
    const { id, severity, decision, title, sources } = one
    const reasons = (decision?.because ?? []).slice(0, mostReasons).map((because) => `<li>${markup(because)}</li>`)
    const verdict =
      decision === null
        ? ''
        : `<strong>${decision.decision}</strong> by ${markup(decision.rule)}: ${markup(decision.title)}`
    const what = `${markup(title)}<br><small>${several(sources.length, 'source')}, case ${markup(id)}</small><ul>${reasons.join('')}</ul>`
    return [severityPill(severity), verdict, what, decision === null ? '' : percent(decision.confidence)]
  })
  return `<section class="card" aria-label="Cases"><h2>What is to be done</h2>
${table("Cases by tier 1's runbook", columns, rows)}${leftOut(cases.length, most, '--json has them all')}</section>`
}
