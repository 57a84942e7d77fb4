import { listed, moment, percent } from '../../base/quantity.ts'
import type { Case } from '../../case/case.ts'
import { clipped, printable } from '../escape.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { headline } from '../narrate.ts'
import { labelled, paragraph } from '../text/layout.ts'
import { scoreLines } from '../text/score.ts'
import { severityBadge } from '../text/severity.ts'
import type { CaseExport } from './case.ts'
import { evidenceText } from './evidence-text.ts'
import { milliTime } from './instant.ts'
import { amountText, eventText, statusText, timesText, whenText } from './sentences.ts'
import { caseSteps } from './steps.ts'
import { summaryOf, verdict } from './summary.ts'
import { block, item, limited } from './text/block.ts'
import * as triagePart from './text/triage.ts'

const most = { scans: 5, records: 8, accomplices: 8, history: 20, sources: 8 }
const page: Look = { colour: false, unicode: true, columns: 100 }
const colours = { escalate: ['bold', 'red'], monitor: ['bold', 'yellow'], close: ['bold', 'green'] } as const

export default {
  id: 'text',
  title: 'text page',
  about: 'the page that `sweepwatch case show` prints, without colours',
  extension: 'txt',
  mediaType: 'text/plain',
  render: (theCase) => caseText(theCase, page),
} satisfies CaseExport

/** A case as a page for the terminal, in the order of the runbook. */
export function caseText(theCase: Case, look: Look): string {
  const { triage } = theCase
  const parts = [
    ...head(theCase, look),
    ...decision(theCase, look),
    ...(triage
      ? [
          ...triagePart.questions(triage, look),
          ...triagePart.permission(triage, look),
          ...triagePart.patterns(triage, look),
          ...triagePart.signs(triage, look),
          ...triagePart.touched(triage, look),
          ...triagePart.weaknesses(triage, look),
          ...triagePart.intelligence(triage, look),
          ...triagePart.related(triage, look),
        ]
      : []),
    ...scans(theCase, look),
    ...(triage ? triagePart.techniques(triage, look) : []),
    ...records(theCase, look),
    ...steps(theCase, look),
    ...history(theCase, look),
  ]
  return `${parts.join('\n')}\n`
}

function head(theCase: Case, look: Look): readonly string[] {
  const rule = paint(look, 'dim', glyphs(look).heavy.repeat(look.columns))
  const summary = summaryOf(theCase)
  const times = timesText(theCase)
  const said = paragraph(verdict(summary), look, '  ')
  return [
    rule,
    `${severityBadge(theCase.severity, look)} ${paint(look, 'dim', printable(summary.id))}`,
    paint(look, 'bold', paragraph(summary.title, look, '  ')),
    summary.decision === null ? paint(look, 'yellow', said) : paint(look, [...colours[summary.decision]], said),
    rule,
    labelled('Status', clipped(statusText(theCase), 300), look),
    labelled('When', whenText(theCase), look),
    labelled(
      theCase.sources.length === 1 ? 'Source' : 'Sources',
      clipped(listed(theCase.sources, most.sources), 400),
      look,
    ),
    labelled('Extent', amountText(theCase), look),
    ...(times === '' ? [] : [labelled('Took', times, look)]),
  ]
}

function decision({ decision, accomplices }: Case, look: Look): readonly string[] {
  const others = limited(accomplices, most.accomplices, ({ source, because }) => [item(`${source}: ${because}`, look)])
  if (decision === null) return block('In it without a scan of their own', others, look)
  const bullets = (lines: readonly string[]) => lines.map((line) => item(line, look))
  return [
    ...block(
      `Decision: ${clipped(`${decision.decision} by ${decision.rule}, ${decision.title}`, 90)}`,
      bullets(decision.because),
      look,
    ),
    ...block('What would reverse it', bullets(decision.reverse), look),
    ...block('In it without a scan of their own', others, look),
  ]
}

/** Each scan with the terms of its score. */
function scans({ scans, scansOmitted }: Case, look: Look): readonly string[] {
  const lines = limited(scans, most.scans, ({ scan, joined }) => [
    item(
      `${headline(scan)} Confidence ${percent(scan.confidence)}; in the case because ${joined}; id ${scan.id}`,
      look,
    ),
    ...scoreLines(scan, look),
  ])
  const left = scansOmitted > 0 ? [`    of ${scansOmitted} more scans the whole record is no longer kept`] : []
  return block('Scans, and what speaks for them', [...lines, ...left], look)
}

function records({ copied }: Case, look: Look): readonly string[] {
  const lines = limited(copied, most.records, (record) => [
    item(`${evidenceText(record)} (SHA-256 ${record.sha256.slice(0, 16)}…)`, look),
  ])
  return block('Records kept as proof', lines, look)
}

function steps(theCase: Case, look: Look): readonly string[] {
  const lines = caseSteps(theCase, 'sweepwatch').map((text, index) =>
    paragraph(clipped(text, 600), look, '       ', `    ${index + 1}. `),
  )
  return block('What to do next', lines, look)
}

function history({ history }: Case, look: Look): readonly string[] {
  const shown = history.slice(-most.history)
  const left = history.length - shown.length
  const earlier = left > 0 ? [`    ${left} earlier entries; --json has them all`] : []
  const lines = shown.map((event) => item(`${moment(milliTime(event.at))} ${event.author}: ${eventText(event)}`, look))
  return block('History', [...earlier, ...lines], look)
}
