import { moment, percent, span } from '../../../base/quantity.ts'
import type { Case, Related, Sign, Triage } from '../../../case/case.ts'
import { leftOut, table } from '../../html/table.ts'
import { evidenceText } from '../evidence-text.ts'
import { milliTime } from '../instant.ts'
import { signFigures } from '../sentences.ts'
import { tellingSigns } from '../telling.ts'
import { card, code, evidenceList, text, when } from './parts.ts'
import { signChart } from './sign-chart.ts'

const most = 200
const mostDrawn = 16

/** Signs that something came of the scan (requirements Q4, E3, E4, D11), in time order. */
export function signCard(theCase: Case, { signs }: Triage): string {
  if (signs.length === 0) return ''
  const rows = tellingSigns(signs, most).map(signRow)
  const columns = [
    { title: 'When' },
    { title: 'What' },
    { title: 'Between' },
    { title: 'Confidence', numeric: true },
    { title: 'Records' },
  ]
  return card(
    'What followed',
    `${signChart(theCase, tellingSigns(signs, mostDrawn))}${table('Signs after the scan', columns, rows)}${leftOut(signs.length, rows.length, 'in the JSON output')}`,
  )
}

function signRow(sign: Sign): readonly string[] {
  const { first, last, text: told, confidence, evidence, kind } = sign
  return [
    text(span(milliTime(first), milliTime(last))),
    `${text(told)} <span class="kind">${text(kind)}</span>`,
    text(signFigures(sign), 400),
    percent(confidence),
    evidenceList(evidence),
  ]
}

/** Lines of other logs that concern the case (requirements A3, A5). */
export function relatedCard({ related }: Triage): string {
  if (related.length === 0) return ''
  const rows = related.slice(0, most).map(relatedRow)
  const columns = [
    { title: 'When' },
    { title: 'Kind' },
    { title: 'Between' },
    { title: 'What' },
    { title: 'Why it is here' },
    { title: 'Record' },
  ]
  return card(
    'Related log lines',
    table('Lines of other logs', columns, rows) + leftOut(related.length, rows.length, 'in the JSON output'),
  )
}

function relatedRow({ at, kind, src, dst, port, count, text: told, why, evidence }: Related): readonly string[] {
  const between = [src, dst].filter((part) => part !== null).join(' to ')
  return [
    when(moment(milliTime(at))),
    text(kind, 40),
    text(`${between}${port === null ? '' : `, port ${port}`}`, 200),
    text(`${told}${count > 1 ? ` (${count} times)` : ''}`, 400),
    text(why, 400),
    code(evidenceText(evidence), 300),
  ]
}
