import { count } from '../base/quantity.ts'
import type { Analysis } from '../case/analysis.ts'
import type { Look } from './look.ts'
import { mostSevere } from './most-severe.ts'
import type { Typed } from './next-steps.ts'
import { casesSection } from './text/cases.ts'
import { footSection } from './text/foot.ts'
import { headSection } from './text/head.ts'
import { othersSection } from './text/others.ts'
import { scanSection } from './text/scan.ts'

/** How many scans are written out; a log of a thousand scanners is read with --json or --report. */
const mostScans = 50

/** The report an analyst reads on a terminal. */
export function textReport(analysis: Analysis, look: Look, typed: Typed): string {
  const shown = mostSevere(analysis.scans, mostScans)
  const omitted = analysis.scans.length - shown.length
  const sections = [
    headSection(analysis, look),
    ...casesSection(analysis.cases, look),
    ...shown.map(({ scan }, index) => scanSection(scan, index + 1, look, typed)),
    ...(omitted > 0 ? [`${count(omitted)} less severe scans are not shown here; --json has all of them.`] : []),
    ...othersSection(analysis, look),
    footSection(analysis, look),
  ]
  return `${sections.join('\n\n')}\n`
}
