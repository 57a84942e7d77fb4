import { several } from '../../base/quantity.ts'
import type { Answer, Case, QuestionId } from '../../case/case.ts'
import { clipped } from '../escape.ts'
import { glyphs, type Look, paint } from '../look.ts'
import { caption, paragraph } from './layout.ts'

/** Cases written out, and those that are only listed. */
const most = 10
const mostListed = 20
const mostReasons = 4
const asked: Readonly<Record<QuestionId, string>> = {
  Q1: 'expected?',
  Q2: 'known source?',
  Q3: 'bad history?',
  Q4: 'followed up?',
  Q5: 'seen before?',
  D10: 'aimed at us?',
}
const styles = { escalate: ['bold', 'red'], monitor: ['bold', 'yellow'], close: ['green'] } as const
const answerWidth = 24

/** The cases, those to be looked at first in front: what was decided by which rule, and the runbook's answers in short. */
export function casesSection(cases: readonly Case[], look: Look): readonly string[] {
  if (cases.length === 0) return []
  const rule = paint(look, 'dim', glyphs(look).rule.repeat(look.columns))
  const full = cases.filter(({ decision }) => decision?.decision !== 'close').slice(0, most)
  const rest = cases.filter((one) => !full.includes(one))
  const parts = [
    ...full.map((one) => caseBlock(one, look)),
    ...(rest.length > 0 ? [listing(rest, full.length > 0, look)] : []),
  ]
  return [
    [rule, caption(`${several(cases.length, 'case')} by tier 1's runbook`, look), '', parts.join('\n\n')].join('\n'),
  ]
}

function caseBlock(one: Case, look: Look): string {
  const { decision, triage } = one
  const { bullet } = glyphs(look)
  const because = (decision?.because ?? []).slice(0, mostReasons)
  return [
    heading(one, look),
    paragraph(one.title, look, '      '),
    ...because.map((reason) => paragraph(reason, look, '        ', `      ${bullet} `)),
    ...(triage?.answers ?? []).map((answer) => answerLine(answer, look)),
  ].join('\n')
}

function heading({ id, decision }: Case, look: Look): string {
  if (decision === null) return `    case ${id}`
  const word = paint(look, styles[decision.decision], decision.decision.toUpperCase())
  return `    ${word}  ${decision.rule}: ${decision.title}  ${paint(look, 'dim', `confidence ${Math.round(100 * decision.confidence)}%, case ${id}`)}`
}

function answerLine({ question, answer, because }: Answer, look: Look): string {
  const label = `      ${question.padEnd(3)} ${asked[question]}`.padEnd(answerWidth)
  const word = paint(look, answer === 'unknown' ? 'dim' : 'bold', answer.padEnd(8))
  return `${label}${word}${shortened(because[0] ?? '', look.columns - answerWidth - 8, look)}`
}

function listing(cases: readonly Case[], more: boolean, look: Look): string {
  const shown = cases.slice(0, mostListed)
  const lines = shown.map(({ id, title, decision, sources }) => {
    const verdict = `${(decision?.decision ?? '').padEnd(8)} ${(decision?.rule ?? '').padEnd(12)}`
    return `      ${paint(look, 'dim', verdict)} ${shortened(title, look.columns - 50, look)}  ${paint(look, 'dim', `${several(sources.length, 'source')}, case ${id}`)}`
  })
  const omitted = cases.length - shown.length
  const tail = omitted > 0 ? [`      and ${omitted} more; --json lists them all`] : []
  return [...(more ? [`    ${paint(look, 'bold', 'Beside them')}`] : []), ...lines, ...tail].join('\n')
}

/** On a terminal without Unicode the sign that something was cut is three dots. */
function shortened(text: string, most: number, look: Look): string {
  const short = clipped(text, most)
  return look.unicode || !short.endsWith('…') ? short : `${short.slice(0, -3)}...`
}
