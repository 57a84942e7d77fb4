import { count, listed, span } from '../../../base/quantity.ts'
import type { Case } from '../../../case/case.ts'
import { brand } from '../../html/page.ts'
import { severityPill } from '../../html/severity.ts'
import { leftOut, table } from '../../html/table.ts'
import { milliTime } from '../instant.ts'
import { amountText, statusText, timesText, whenText } from '../sentences.ts'
import { summaryOf, verdict } from '../summary.ts'
import { bullets, card, code, listUnder, text } from './parts.ts'

const most = { sources: 12, accomplices: 100, facts: 100 }

/** What the reader must know if he reads nothing else. */
export function heading(theCase: Case): string {
  const summary = summaryOf(theCase)
  return `<header>
${brand}
<p class="eyebrow">${severityPill(theCase.severity)}<span>${text(statusText(theCase), 300)}</span><span>T1595.001</span><code class="id">${text(summary.id)}</code></p>
<h1>${text(summary.title)}</h1>
<p class="verdict ${summary.decision ?? 'none'}">${text(verdict(summary))}</p>
${facts(theCase)}
</header>`
}

function facts(theCase: Case): string {
  const { sources } = theCase
  const items: readonly (readonly [string, string])[] = [
    ['When', whenText(theCase)],
    [sources.length === 1 ? 'Source' : 'Sources', listed(sources, most.sources)],
    ['Extent', amountText(theCase)],
    ['How long it took', timesText(theCase)],
  ]
  const shown = items.filter(([, value]) => value !== '')
  return `<dl class="facts">${shown.map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value, 800)}</dd></div>`).join('')}</dl>`
}

/** The rule, why it holds, what it read, and what would reverse it. */
export function decisionCard({ decision, accomplices }: Case): string {
  const others = accomplices
    .slice(0, most.accomplices)
    .map(({ source, because, first, last }) => `${source}: ${because} (${span(milliTime(first), milliTime(last))})`)
  const more = leftOut(accomplices.length, others.length, 'in the JSON output')
  const accompanied = others.length === 0 ? '' : `${listUnder('In it without a scan of their own', others)}${more}`
  if (decision === null) return card('Decision', `<p>Triage has not run yet.</p>${accompanied}`)
  const { rule, title, because, reverse, facts } = decision
  return card(
    `Decision by rule ${text(rule, 80)}: ${text(title, 200)}`,
    `${bullets(because)}${listUnder('What would reverse it', reverse)}${factTable(facts)}${accompanied}`,
  )
}

/** What the rules read: the same facts give the same decision. */
function factTable(facts: Readonly<Record<string, string | number | boolean | null>>): string {
  const rows = Object.entries(facts).slice(0, most.facts)
  if (rows.length === 0) return ''
  const columns = [{ title: 'Fact' }, { title: 'Value' }]
  const body = table(
    'What the rules read',
    columns,
    rows.map(([name, value]) => [code(name), text(String(value), 200)]),
  )
  return `<details><summary>The ${count(rows.length)} facts that the rules read</summary>${body}</details>`
}
