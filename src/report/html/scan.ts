import { percent } from '../../base/quantity.ts'
import type { DrawnScan, Scan } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { headline, outcomeSentence, reasonSentences } from '../narrate.ts'
import { nextSteps, type Typed } from '../next-steps.ts'
import { addressMap } from './address-map.ts'
import { factList } from './facts.ts'
import { outcomeBar } from './outcome-bar.ts'
import { contentTable, evidenceTable, memberTable, nameTable, openTable } from './scan-tables.ts'
import { scorePath } from './score-path.ts'
import { severityPill } from './severity.ts'
import { spacesOf } from './space.ts'
import { timeline } from './timeline.ts'
import { waterfall } from './waterfall.ts'

/** One scan: verdict, facts, pictures, what it learned, proof, what would reverse it, what to do. @param draw with pictures of the probes */
export function scanArticle(drawn: DrawnScan, number: number, draw: boolean, typed: Typed): string {
  const { scan } = drawn
  return `<article class="card" id="scan-${number}" aria-labelledby="scan-${number}-title">
<p class="eyebrow">${severityPill(scan.severity)}<span>Scan ${number}</span><span>confidence ${percent(scan.confidence)}</span><span>${scan.technique}</span><code class="id">${markup(scan.id)}</code></p>
<h2 id="scan-${number}-title">${markup(headline(scan))}</h2>
${factList(scan)}
${figures(drawn, number, draw)}
<h3>What it learned</h3>
<p>${markup(outcomeSentence(scan))}.</p>
${outcomeBar(scan)}
${openTable(scan)}
${nameTable(scan)}
${contentTable(scan)}
<h3>How we know</h3>
${bullets(reasonSentences(scan))}
${memberTable(scan)}
${evidenceTable(scan)}
${scan.reverse.length > 0 ? `<h3>What would reverse this</h3>${bullets(scan.reverse)}` : ''}
<h3>What to do next</h3>
${steps(scan, typed)}
</article>`
}

function figures(drawn: DrawnScan, number: number, draw: boolean): string {
  const maps = draw
    ? spacesOf(drawn).map((space, index) => addressMap(space, drawn.touches, `map-${number}-${index}`))
    : []
  const probes = draw ? timeline(drawn) : ''
  return `<div class="figures">${[...maps.slice(0, 1), probes, ...maps.slice(1), waterfall(drawn.scan.score), scorePath(drawn.scan)].join('\n')}</div>`
}

function bullets(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${markup(line)}</li>`).join('')}</ul>`
}

function steps(scan: Scan, typed: Typed): string {
  const items = nextSteps(scan, typed).map(
    ({ text, command }) =>
      `<li><p>${markup(text)}</p>${command ? `<pre><code>${markup(command)}</code></pre>` : ''}</li>`,
  )
  return `<ol class="steps">${items.join('\n')}</ol>`
}
