import type { Analysis, Severity } from '../../detect/finding.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { networksText } from '../narrate.ts'
import { several, span } from '../quantity.ts'
import { labelled } from './layout.ts'
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

function verdictLine({ scans, undecided, backscatter, summary }: Analysis, look: Look): string {
  if (summary.events === 0) return paint(look, ['bold', 'yellow'], '  Nothing was read: this says nothing about scans.')
  if (scans.length === 0)
    return paint(look, ['bold', 'green'], '  No scan found.') + rest(undecided.length, backscatter.length)
  const levels: readonly Severity[] = ['critical', 'high', 'medium', 'low']
  const counts = levels
    .map((level) => [level, scans.filter(({ scan }) => scan.severity === level).length] as const)
    .filter(([, number]) => number > 0)
    .map(([level, number]) => `${severityBadge(level, look)}${number}`)
  return `  ${paint(look, 'bold', several(scans.length, 'scan'))} ${counts.join(' ')}${rest(undecided.length, backscatter.length)}`
}

function rest(undecided: number, backscatter: number): string {
  const parts = [
    ...(undecided > 0 ? [`${several(undecided, 'source')} undecided`] : []),
    ...(backscatter > 0 ? [`${several(backscatter, 'source')} of backscatter`] : []),
  ]
  return parts.length === 0 ? '' : `\n  ${parts.join(', ')}`
}
