import { several, span } from '../../base/quantity.ts'
import type { Analysis } from '../../case/analysis.ts'
import type { Severity } from '../../detect/finding.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { networksText } from '../narrate.ts'
import { labelled, paragraph } from './layout.ts'
import { severityBadge } from './severity.ts'

/** What was read, whose networks these are, and how much was found. */
export function headSection(analysis: Analysis, look: Look): string {
  const { summary } = analysis
  const { heavy } = glyphs(look)
  const time = summary.first && summary.last ? `, ${span(summary.first, summary.last)}` : ''
  return [
    paint(look, 'dim', heavy.repeat(look.columns)),
    verdictLine(analysis, look),
    paint(look, 'dim', heavy.repeat(look.columns)),
    labelled('Read', `${several(summary.events, 'event')} from ${several(summary.files, 'file')}${time}`, look),
    labelled('Our networks', networksText(summary), look),
  ].join('\n')
}

function verdictLine(analysis: Analysis, look: Look): string {
  const { scans, summary } = analysis
  if (summary.events === 0) return paint(look, ['bold', 'yellow'], '  Nothing was read: this says nothing about scans.')
  if (scans.length === 0) return paint(look, ['bold', 'green'], '  No scan found.') + rest(analysis, look)
  const levels: readonly Severity[] = ['critical', 'high', 'medium', 'low']
  const counts = levels
    .map((level) => [level, scans.filter(({ scan }) => scan.severity === level).length] as const)
    .filter(([, number]) => number > 0)
    .map(([level, number]) => `${severityBadge(level, look)}${number}`)
  return `  ${paint(look, 'bold', several(scans.length, 'scan'))} ${counts.join(' ')}${rest(analysis, look)}`
}

function rest({ uncommon, undecided, backscatter }: Analysis, look: Look): string {
  const parts = [
    ...(uncommon.length > 0 ? [`${several(uncommon.length, 'uncommon user')} of the network`] : []),
    ...(undecided.length > 0 ? [`${several(undecided.length, 'source')} undecided`] : []),
    ...(backscatter.length > 0 ? [`${several(backscatter.length, 'source')} of backscatter`] : []),
  ]
  return parts.length === 0 ? '' : `\n${paragraph(parts.join(', '), look, '  ')}`
}
