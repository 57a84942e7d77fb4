import type { Analysis } from '../case/analysis.ts'
import { casesSection } from './html/cases.ts'
import { backscatterSection, inputsSection, undecidedSection } from './html/others.ts'
import { overview } from './html/overview.ts'
import { page } from './html/page.ts'
import { scanArticle } from './html/scan.ts'
import { style } from './html/style.ts'
import { uncommonSection } from './html/uncommon.ts'
import { mostSevere } from './most-severe.ts'
import type { Typed } from './next-steps.ts'

/** Beyond these, scans are told without pictures: a report must stay small enough to mail. */
const mostDrawn = 20
const mostScans = 200

/** Everything that an analysis found, as one self-contained page. */
export function htmlReport(analysis: Analysis, typed: Typed): string {
  const { scans } = analysis
  const shown = mostSevere(scans, mostScans)
  const pictured = new Set(mostSevere(scans, mostDrawn))
  const body = [
    overview(analysis, shown),
    casesSection(analysis.cases),
    ...shown.map((drawn, index) => scanArticle(drawn, index + 1, pictured.has(drawn), typed)),
    scans.length > shown.length
      ? `<p>${scans.length - shown.length} less severe scans are left out here; --json has them all.</p>`
      : '',
    uncommonSection(analysis.uncommon, shown),
    undecidedSection(analysis.undecided),
    backscatterSection(analysis.backscatter),
    inputsSection(analysis.summary),
  ]
  return page('Sweepwatch report', body.filter((part) => part !== '').join('\n'), style)
}
