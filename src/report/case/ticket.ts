import { count, moment, percent, several } from '../../base/quantity.ts'
import type { Case, Triage } from '../../case/case.ts'
import { headline } from '../narrate.ts'
import type { CaseExport } from './case.ts'
import { planSentences } from './containment.ts'
import { milliTime } from './instant.ts'
import { markdownText } from './markdown-text.ts'
import { sourcesText, summaryOf, verdict } from './summary.ts'
import { tellingSigns } from './telling.ts'

const most = { scans: 10, signs: 10, hosts: 20, weaknesses: 10 }
const longest = 400
const md = (text: string) => markdownText(text, longest)

/** A summary in Markdown for a ticket: what a colleague must know to go on. */
export default {
  id: 'ticket',
  title: 'ticket, Markdown',
  about: 'for a ticket system: verdict, reasons, answers, what to patch and examine',
  extension: 'md',
  mediaType: 'text/markdown',
  render(theCase) {
    const sections = [
      head(theCase),
      decision(theCase),
      section('Containment', list(planSentences(theCase))),
      scans(theCase),
      ...(theCase.triage ? triaged(theCase.triage) : []),
    ]
    return `${sections.filter((section) => section !== '').join('\n\n')}\n`
  },
} satisfies CaseExport

function head(theCase: Case): string {
  const summary = summaryOf(theCase)
  const when = `${moment(summary.first)} to ${moment(summary.last)}`
  return [
    `# ${md(theCase.title)}`,
    '',
    `**${md(verdict(summary))}**`,
    '',
    `| Case | Severity | Status | Owner | Sources | Activity |`,
    '|---|---|---|---|---|---|',
    `| ${md(theCase.id)} | ${theCase.severity} | ${theCase.status} | ${md(theCase.owner ?? 'nobody')} | ${md(sourcesText(summary))} | ${when} |`,
  ].join('\n')
}

function decision({ decision }: Case): string {
  if (decision === null) return ''
  const reverse = decision.reverse.length === 0 ? [] : ['', 'It would be reversed if:', '', ...list(decision.reverse)]
  return ['## Why', '', ...list(decision.because), ...reverse].join('\n')
}

function scans({ scans, scansOmitted }: Case): string {
  const shown = scans.slice(0, most.scans)
  const left = scans.length - shown.length + scansOmitted
  const lines = shown.map(
    ({ scan }) =>
      `- ${md(headline(scan))} ${moment(milliTime(scan.first))}, ${several(scan.open.length, 'service')} answered.`,
  )
  return section('Scans', [...lines, ...more(left)])
}

function triaged({ answers, signs, touched, touchedOmitted, weaknesses }: Triage): readonly string[] {
  const suspects = touched.filter(({ state }) => state !== 'clean')
  return [
    section(
      'Questions for analysis',
      answers.map(({ question, text, answer, confidence, because }) => {
        return `- **${question} ${answer}** (${percent(confidence)}) ${md(text)} ${md(because.join(' '))}`
      }),
    ),
    section('What followed', [
      ...tellingSigns(signs, most.signs).map(({ first, text }) => `- ${moment(milliTime(first))}: ${md(text)}`),
      ...more(signs.length - most.signs),
    ]),
    section('Hosts to examine', [
      ...limited(suspects, most.hosts, ({ address, asset, state, because }) => {
        return `- ${md(asset?.name ? `${address} (${asset.name})` : address)}: ${state}. ${md(because.join(' '))}`
      }),
      ...(touchedOmitted > 0 ? [`- ${count(touchedOmitted)} more touched hosts are not listed`] : []),
    ]),
    section(
      'What to patch first',
      limited(weaknesses, most.weaknesses, ({ weakness, because }) => {
        return `- ${md(`${weakness.address}:${weakness.port}`)} ${md([...weakness.cves, weakness.name].join(' '))}: ${md(because.join(' '))}`
      }),
    ),
  ]
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n')
}

function list(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `- ${md(line)}`)
}

function limited<T>(items: readonly T[], limit: number, line: (item: T) => string): readonly string[] {
  return [...items.slice(0, limit).map(line), ...more(items.length - limit)]
}

function more(left: number): readonly string[] {
  return left > 0 ? [`- and ${count(left)} more`] : []
}
