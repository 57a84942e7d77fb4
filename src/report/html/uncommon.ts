import { span } from '../../base/quantity.ts'
import type { DrawnScan, Uncommon } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { uncommonHeadline, uncommonRecords } from '../uncommon-text.ts'
import { leftOut } from './table.ts'

const most = 200

/** Programs and machines that use the network as never before. @param shown the scans that have an article, in its order */
export function uncommonSection(uncommon: readonly Uncommon[], shown: readonly DrawnScan[]): string {
  if (uncommon.length === 0) return ''
  const places = new Map(shown.map(({ scan }, index) => [scan.id, index + 1]))
  const items = uncommon.slice(0, most).map(
    (item) =>
      `<li><strong>${markup(uncommonHeadline(item))}</strong>
<p>${span(item.first, item.last)}. ${markup(item.because.join(' '))}${scanLink(item, places)}</p>
<p>Records: <code>${markup(uncommonRecords(item))}</code></p></li>`,
  )
  return `<section class="card"><h2>Uncommon</h2>
<p>Programs and machines of ours that use the network as they never did while they were learned. Each needs an owner who knows it.</p>
<ul>
${items.join('\n')}
</ul>${leftOut(uncommon.length, items.length, 'in the JSON output')}</section>`
}

function scanLink({ scan }: Uncommon, places: ReadonlyMap<string, number>): string {
  const place = places.get(scan ?? '')
  return place === undefined ? '' : ` <a href="#scan-${place}">See the scan.</a>`
}
