import type { DrawnScan, Uncommon } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { count, ranges, span } from '../quantity.ts'
import { uncommonRecords, uncommonWho } from '../uncommon-text.ts'
import { leftOut, table } from './table.ts'

const most = 200

/** Programs and machines that use the network as never before. @param shown the scans that have an article, in its order */
export function uncommonSection(uncommon: readonly Uncommon[], shown: readonly DrawnScan[]): string {
  if (uncommon.length === 0) return ''
  const places = new Map(shown.map(({ scan }, index) => [scan.id, index + 1]))
  const rows = uncommon
    .slice(0, most)
    .map((item) => [
      `<code>${markup(uncommonWho(item))}</code>`,
      count(item.targets),
      ranges(item.ports, 6),
      span(item.first, item.last),
      scanLink(item, places),
      `${markup(item.because.join(' '))} <code>${markup(uncommonRecords(item))}</code>`,
    ])
  const columns = [
    { title: 'Who' },
    { title: 'Targets', numeric: true },
    { title: 'Ports' },
    { title: 'When' },
    { title: 'Scan' },
    { title: 'Why, and the records' },
  ]
  const about =
    'Programs and machines of ours that use the network as they never did while they were being learned. Each needs an owner who knows it.'
  return `<section class="card"><h2>Uncommon</h2><p>${about}</p>${table('Uncommon users of the network', columns, rows)}${leftOut(uncommon.length, Math.min(uncommon.length, most), 'in the JSON output')}</section>`
}

function scanLink({ scan }: Uncommon, places: ReadonlyMap<string, number>): string {
  if (scan === null) return 'none'
  const place = places.get(scan)
  return place === undefined ? markup(scan) : `<a href="#scan-${place}">Scan ${place}</a>`
}
