import { count, moment } from '../../../base/quantity.ts'
import type { Case, CopiedRecord } from '../../../case/case.ts'
import { leftOut, table } from '../../html/table.ts'
import { milliTime } from '../instant.ts'
import { eventText } from '../sentences.ts'
import { caseSteps } from '../steps.ts'
import { card, code, text, when } from './parts.ts'

const most = 500

/** The records that were copied as proof; a few of them are shown. */
export function recordCard({ copied }: Case): string {
  if (copied.length === 0) return ''
  const columns = [
    { title: 'Shows' },
    { title: 'File' },
    { title: 'Offset', numeric: true },
    { title: 'SHA-256' },
    { title: 'Record' },
  ]
  return card('Records kept as proof', table('Copied records', columns, copied.map(recordRow)))
}

function recordRow({ shows, source, offset, sha256, bytes, encoding }: CopiedRecord): readonly string[] {
  const shown = encoding === 'utf8' ? bytes : `${bytes.slice(0, 64)}${bytes.length > 64 ? '…' : ''} (base64)`
  return [text(shows, 300), code(source, 100), count(offset), code(sha256.slice(0, 16), 16), code(shown, 400)]
}

export function historyCard({ history }: Case): string {
  const shown = history.slice(-most)
  const rows = shown.map((event) => [
    when(moment(milliTime(event.at))),
    text(event.author, 100),
    text(eventText(event), 600),
  ])
  const columns = [{ title: 'When' }, { title: 'Who' }, { title: 'What' }]
  return card('History', table('History', columns, rows) + leftOut(history.length, shown.length, 'in the JSON output'))
}

export function stepCard(theCase: Case, program: string): string {
  const items = caseSteps(theCase, program).map((said) => `<li><p>${text(said, 800)}</p></li>`)
  return items.length === 0 ? '' : card('What to do next', `<ol class="steps">${items.join('')}</ol>`)
}
