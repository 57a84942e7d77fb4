import { count, percent } from '../../../base/quantity.ts'
import type { Case, CaseScan } from '../../../case/case.ts'
import { markup } from '../../escape.ts'
import { factList } from '../../html/facts.ts'
import { outcomeBar } from '../../html/outcome-bar.ts'
import { contentTable, evidenceTable, memberTable, nameTable, openTable } from '../../html/scan-tables.ts'
import { scorePath } from '../../html/score-path.ts'
import { severityPill } from '../../html/severity.ts'
import { waterfall } from '../../html/waterfall.ts'
import { headline, outcomeSentence, reasonSentences } from '../../narrate.ts'
import { bullets, listUnder, text } from './parts.ts'

const mostScans = 30

/** Each scan with how it was proven. */
export function scanCards({ scans, scansOmitted }: Case): string {
  const shown = scans.slice(0, mostScans)
  const left = scans.length - shown.length + scansOmitted
  return `${shown.map(scanCard).join('\n')}${left > 0 ? `<p>${count(left)} more scans belong to the case; the store has them.</p>` : ''}`
}

function scanCard({ scan, joined }: CaseScan, index: number): string {
  const number = index + 1
  return `<article class="card" id="scan-${number}" aria-labelledby="scan-${number}-title">
<p class="eyebrow">${severityPill(scan.severity)}<span>Scan ${number}</span><span>confidence ${percent(scan.confidence)}</span><code class="id">${text(scan.id)}</code></p>
<h2 id="scan-${number}-title">${text(headline(scan), 600)}</h2>
<p>In the case because ${text(joined, 400)}.</p>
${factList(scan)}
<div class="figures">${waterfall(scan.score)}${scorePath(scan)}</div>
<h3>How we know</h3>
${bullets(reasonSentences(scan))}
<h3>What answered</h3>
<p>${markup(outcomeSentence(scan))}.</p>
${outcomeBar(scan)}
${openTable(scan)}
${nameTable(scan)}
${contentTable(scan)}
${memberTable(scan)}
${evidenceTable(scan)}
${listUnder('What would reverse this', scan.reverse)}
</article>`
}
