import { listed, percent, several } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import { clipped, printable } from '../escape.ts'
import { glyphs, type Look, paint } from '../look.ts'
import {
  backgroundSentence,
  coverageText,
  headline,
  methodText,
  outcomeSentence,
  reasonSentences,
  spoofSentence,
  timeSentence,
} from '../narrate.ts'
import { nextSteps, type Typed } from '../next-steps.ts'
import { caption, labelled, paragraph } from './layout.ts'
import { openLines } from './open.ts'
import { scoreLines } from './score.ts'
import { severityBadge } from './severity.ts'

/** One scan: the verdict, the facts, what it learned, how that is known, what would reverse it, what to do. */
export function scanSection(scan: Scan, number: number, look: Look, typed: Typed): string {
  return [
    titleLine(scan, number, look),
    paint(look, 'bold', paragraph(headline(scan), look, '  ')),
    '',
    ...facts(scan, look),
    ...block('What it learned', [paragraph(`${outcomeSentence(scan)}.`, look, '    '), ...openLines(scan, look)], look),
    ...block('How we know', [...scoreLines(scan, look), ...evidence(scan, look)], look),
    ...block(
      'What would reverse this',
      scan.reverse.map((line) => item(line, look)),
      look,
    ),
    ...block('What to do next', steps(scan, look, typed), look),
  ].join('\n')
}

function titleLine(scan: Scan, number: number, look: Look): string {
  const { rule } = glyphs(look)
  const lead = rule.repeat(2)
  const sure = `confidence ${percent(scan.confidence)}`
  const id = printable(scan.id)
  const taken = `${lead} ${number}  ${scan.severity}  ${sure}  ${id} ${lead}`.length
  const fill = rule.repeat(Math.max(2, look.columns - taken))
  const dim = (text: string) => paint(look, 'dim', text)
  return `${dim(lead)} ${paint(look, 'bold', String(number))} ${severityBadge(scan.severity, look)} ${sure} ${dim(`${fill} ${id} ${lead}`)}`
}

function facts(scan: Scan, look: Look): readonly string[] {
  const background = backgroundSentence(scan)
  return [
    labelled('When', timeSentence(scan), look),
    labelled('Method', `${[methodText(scan), coverageText(scan)].filter((part) => part !== '').join('; ')}.`, look),
    labelled('Source', spoofSentence(scan), look),
    ...(scan.sources.length > 1 ? [labelled('Sources', listed(scan.sources, 8), look)] : []),
    ...memberReasons(scan).map((reason) => labelled('', reason, look)),
    ...(scan.decoys.length > 0
      ? [labelled('Decoys', `${listed(scan.decoys, 8)}; judged not to be the scanner`, look)]
      : []),
    ...(background ? [labelled('Aim', background, look)] : []),
    ...(scan.content ?? [])
      .slice(0, 5)
      .map(({ name, count, example }) =>
        labelled('Content', `${name}, ${several(count, 'time')}, for example: ${clipped(example, 60)}`, look),
      ),
    ...(scan.sensors.length > 1
      ? [
          labelled(
            'Seen by',
            listed(
              scan.sensors.map(({ source, events }) => `${source} (${events})`),
              6,
            ),
            look,
          ),
        ]
      : []),
  ]
}

/** Why the members are counted in, each reason once. */
function memberReasons({ members = [] }: Scan): readonly string[] {
  const counts = new Map<string, number>()
  for (const { because } of members) counts.set(because, (counts.get(because) ?? 0) + 1)
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 3)
  return sorted.map(([because, number]) => `${several(number, 'member')}: ${because}`)
}

function evidence(scan: Scan, look: Look): readonly string[] {
  return reasonSentences(scan).map((sentence) => item(sentence, look))
}

function steps(scan: Scan, look: Look, typed: Typed): readonly string[] {
  return nextSteps(scan, typed).flatMap(({ text, command }, index) => [
    paragraph(text, look, '       ', `    ${index + 1}. `),
    // A command is never wrapped: it is there to be copied.
    ...(command ? [paint(look, 'cyan', `       ${printable(command)}`)] : []),
  ])
}

function item(text: string, look: Look): string {
  return paragraph(text, look, '      ', `    ${glyphs(look).bullet} `)
}

function block(title: string, lines: readonly string[], look: Look): readonly string[] {
  return lines.length === 0 ? [] : ['', caption(title, look), ...lines]
}
