import { count, moment, percent, several, span } from '../../base/quantity.ts'
import type { Analysis } from '../../case/analysis.ts'
import { servicesFound } from '../../case/services-found.ts'
import type { DrawnScan } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { headline, networksText } from '../narrate.ts'
import { brand } from './page.ts'
import { severityPill } from './severity.ts'
import { table } from './table.ts'

/** The verdict on everything that was read, and the way to each scan. @param shown the scans that have an article, in its order */
export function overview(analysis: Analysis, shown: readonly DrawnScan[]): string {
  const { summary } = analysis
  const time = summary.first && summary.last ? `, ${span(summary.first, summary.last)}` : ''
  return `<header>
${brand}
<h1>${verdict(analysis)}</h1>
<p class="lead">${several(summary.events, 'event')} from ${several(summary.files, 'file')}${time}. Our networks: ${markup(networksText(summary))}.</p>
${summary.warnings.map((warning) => `<p class="warn">${markup(warning)}</p>`).join('\n')}
</header>
${shown.length > 0 ? `<section class="card" aria-label="Scans">${scanTable(shown)}</section>` : ''}`
}

function verdict({ scans, uncommon, undecided, backscatter, summary }: Analysis): string {
  if (summary.events === 0) return 'Nothing was read: this says nothing about scans'
  if (scans.length > 0) {
    const answered = servicesFound(scans.map(({ scan }) => scan)).length
    return `${several(scans.length, 'scan')} found; ${answered === 0 ? 'nothing answered' : `${several(answered, 'service')} answered`}`
  }
  const other = undecided.length > 0 ? `; ${several(undecided.length, 'source')} undecided` : ''
  const unusual = uncommon.length > 0 ? `; ${several(uncommon.length, 'uncommon user')} of the network` : ''
  return `No scan found${unusual}${other}${backscatter.length > 0 ? '; backscatter only' : ''}`
}

function scanTable(scans: readonly DrawnScan[]): string {
  const columns = [
    { title: 'Severity' },
    { title: 'Scan' },
    { title: 'First seen' },
    { title: 'Answered', numeric: true },
    { title: 'Confidence', numeric: true },
  ]
  const rows = scans.map(({ scan }, index) => [
    severityPill(scan.severity),
    `<a href="#scan-${index + 1}">${markup(headline(scan))}</a>`,
    `<span class="nowrap">${moment(scan.first)}</span>`,
    count(scan.open.length),
    percent(scan.confidence),
  ])
  return table('Scans, by first sight', columns, rows)
}
