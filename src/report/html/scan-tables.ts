import { count } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import { addressRanges } from '../address-ranges.ts'
import { clipped, markup } from '../escape.ts'
import { openByService } from '../narrate.ts'
import { leftOut, table } from './table.ts'

const mostServices = 200
const mostMembers = 500
const mostContent = 50

export function openTable(scan: Scan): string {
  const services = openByService(scan)
  if (services.length === 0) return ''
  const rows = services
    .slice(0, mostServices)
    .map(([name, addresses]) => [
      `<code>${markup(name)}</code>`,
      count(addresses.length),
      markup(addressRanges(addresses).join(', ')),
    ])
  const columns = [{ title: 'Service' }, { title: 'Hosts', numeric: true }, { title: 'Addresses' }]
  return table('What answered', columns, rows) + leftOut(services.length, rows.length, 'in the JSON output')
}

/** Names that the name service told. */
export function nameTable({ names = [] }: Scan): string {
  if (names.length === 0) return ''
  const rows = names.map(({ name, type, answer }) => [
    `<code>${markup(name)}</code>`,
    markup(type),
    answer === undefined ? '' : `<code>${markup(answer)}</code>`,
  ])
  return table('Names it learned', [{ title: 'Name' }, { title: 'Type' }, { title: 'Answer' }], rows)
}

export function contentTable({ content = [] }: Scan): string {
  if (content.length === 0) return ''
  const rows = content
    .slice(0, mostContent)
    .map((item) => [markup(item.name), count(item.count), `<code>${markup(clipped(item.example, 200))}</code>`])
  const columns = [{ title: 'What' }, { title: 'Times', numeric: true }, { title: 'Example' }]
  return table('What was said', columns, rows) + leftOut(content.length, rows.length, 'in the JSON output')
}

export function memberTable({ members = [] }: Scan): string {
  if (members.length === 0) return ''
  const rows = members
    .slice(0, mostMembers)
    .map(({ source, probes, because }) => [`<code>${markup(source)}</code>`, count(probes), markup(because)])
  const columns = [{ title: 'Source' }, { title: 'Probes', numeric: true }, { title: 'Counted in because' }]
  const shown =
    table(`The ${count(members.length)} members of this scan`, columns, rows) +
    leftOut(members.length, rows.length, 'in the JSON output')
  return `<details${members.length <= 12 ? ' open' : ''}><summary>Members</summary>${shown}</details>`
}

/** Where the proof stands: each decisive record by file and offset. */
export function evidenceTable({ evidence, score }: Scan): string {
  const { steps } = evidence
  if (steps.length === 0) return ''
  const rows = steps.map((step) => [
    `<span class="nowrap">${step.at.slice(11, 23)}</span>`,
    markup(step.term),
    step.kind === 'bonus' ? `+${step.value.toFixed(1)} nats` : `×${Number(step.value.toPrecision(3))}`,
    step.total.toFixed(1),
    `<code>${markup(clipped(step.source, 80))}</code>`,
    count(step.offset),
    count(step.length),
  ])
  const columns = [
    { title: 'Time' },
    { title: 'Term' },
    { title: 'Weight', numeric: true },
    { title: 'Score', numeric: true },
    { title: 'File' },
    { title: 'Offset', numeric: true },
    { title: 'Bytes', numeric: true },
  ]
  const before =
    evidence.omitted > 0 ? ` (${count(evidence.omitted)} earlier ones are summed up in the state before the first)` : ''
  const caption = `The decisive records, up to the threshold of ${score.threshold.toFixed(1)} nats${before}`
  return `<details><summary>Evidence: ${count(steps.length)} decisive records</summary>${table(caption, columns, rows)}</details>`
}
