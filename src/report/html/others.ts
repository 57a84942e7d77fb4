import { count, ranges, span } from '../../base/quantity.ts'
import type { Backscatter, Summary, Undecided } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { leftOut, table } from './table.ts'

const most = 500

export function undecidedSection(undecided: readonly Undecided[]): string {
  if (undecided.length === 0) return ''
  const rows = undecided
    .slice(0, most)
    .map((item) => [
      `<code>${markup(item.source)}</code>`,
      count(item.targets),
      ranges(item.ports),
      span(item.first, item.last),
      markup(item.because.join(' ')),
    ])
  const columns = [
    { title: 'Source' },
    { title: 'Targets', numeric: true },
    { title: 'Ports' },
    { title: 'When' },
    { title: 'Why undecided' },
  ]
  return card(
    'Undecided',
    'Only live services were asked for; outcomes cannot tell intent.',
    table('Undecided sources', columns, rows) + more(undecided),
  )
}

export function backscatterSection(backscatter: readonly Backscatter[]): string {
  if (backscatter.length === 0) return ''
  const rows = backscatter
    .slice(0, most)
    .map((item) => [
      `<code>${markup(item.source)}</code>`,
      count(item.victims),
      count(item.packets),
      markup(`${item.protocol}: ${item.kinds.join(', ')}`),
      span(item.first, item.last),
      markup(item.because.join(' ')),
    ])
  const columns = [
    { title: 'Source' },
    { title: 'Our addresses', numeric: true },
    { title: 'Packets', numeric: true },
    { title: 'Kind' },
    { title: 'When' },
    { title: 'Why no scan' },
  ]
  const about =
    'Answers to packets that somebody sent with our addresses as forged source. These sources are victims, not scanners.'
  return card('Backscatter', about, table('Sources of backscatter', columns, rows) + more(backscatter))
}

export function inputsSection(summary: Summary): string {
  const rows = summary.sensors
    .slice(0, most)
    .map((sensor) => [
      `<code>${markup(sensor.source)}</code>`,
      markup(sensor.format),
      count(sensor.events),
      count(sensor.ignored),
      count(sensor.truncated),
      sensor.malformed > 0 ? `<span class="damage">${count(sensor.malformed)}</span>` : '0',
    ])
  const columns = [
    { title: 'Input' },
    { title: 'Format' },
    { title: 'Events', numeric: true },
    { title: 'Passed over', numeric: true },
    { title: 'Cut packets', numeric: true },
    { title: 'Damaged', numeric: true },
  ]
  const about =
    summary.malformed > 0
      ? `${count(summary.malformed)} records were damaged and left out; everything else was analysed.`
      : 'Nothing was damaged.'
  return card('What was read', about, table('Inputs', columns, rows) + more(summary.sensors))
}

function card(title: string, about: string, body: string): string {
  return `<section class="card"><h2>${title}</h2><p>${about}</p>${body}</section>`
}

function more(items: readonly unknown[]): string {
  return leftOut(items.length, Math.min(items.length, most), 'in the JSON output')
}
