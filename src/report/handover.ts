import { duration, listed, moment, several } from '../base/quantity.ts'
import type { HandedCase, Handover } from '../case/handover.ts'
import { clipped, printable } from './escape.ts'
import { type Look, paint } from './look.ts'

const titleWidth = 68

/** The shift's summary on a terminal, or to be pasted. */
export function handoverText(handover: Handover, look: Look): string {
  const { since, until, opened, escalated, closed, open, openOmitted, worked, lessons, falseAlarms } = handover
  const head = (text: string) => paint(look, 'bold', text)
  const outcomes = Object.entries(closed).map(([outcome, count]) => `${count} ${outcome}`)
  const lines = [
    head(`Handover, ${moment(since)} to ${moment(until)}`),
    `  ${several(opened, 'case')} opened, ${several(escalated, 'escalated case')} open, closed: ${outcomes.length > 0 ? listed(outcomes) : 'none'}`,
    `  mean time to detect ${time(handover.meanToDetect)}, to decide ${time(handover.meanToDecide)}, to contain ${time(handover.meanToContain)}`,
    '',
    head('Open, above the background'),
    ...(open.length > 0 ? open.map((one) => caseLine(one, look)) : ['  none']),
    ...(openOmitted > 0 ? [`  and ${openOmitted} more`] : []),
    '',
    head('Worked on'),
    ...(worked.length > 0 ? worked.flatMap((one) => workLines(one, look)) : ['  nothing']),
    ...(lessons.length > 0 ? ['', head('Lessons, and what should change'), ...lessons.map(lessonLine)] : []),
    ...(falseAlarms.length > 0
      ? [
          '',
          head('What spoke for false alarms'),
          ...falseAlarms.map(({ term, falseAlarms: n, confirmed }) => `  ${printable(term)}: ${n} of ${n + confirmed}`),
        ]
      : []),
  ]
  return `${lines.join('\n')}\n`
}

function caseLine({ id, title, decision, rule, severity, owner, last }: HandedCase, look: Look): string {
  const verdict = paint(
    look,
    decision === 'escalate' ? 'red' : 'dim',
    `${(decision ?? 'undecided').padEnd(9)} ${(rule ?? '').padEnd(12)}`,
  )
  const who = owner === null ? '' : `  ${printable(owner)}`
  return `  ${id}  ${verdict} ${severity.padEnd(8)} ${clipped(title, titleWidth)}  ${last.slice(0, 16)}Z${who}`
}

function workLines(one: HandedCase, look: Look): string[] {
  const done = one.done.map(({ at, author, reason, body }) => {
    const what = doneText(body)
    return `      ${at.slice(11, 16)} ${printable(author)} ${printable(what)} (${printable(reason)})`
  })
  return [caseLine(one, look), ...done]
}

function doneText(body: HandedCase['done'][number]['body']): string {
  if (body.kind === 'noted') return `noted: ${body.text}`
  if (body.kind === 'assigned') return `assigned to ${body.to}`
  if (body.kind === 'plan') return `plan ${body.plan}: ${body.text}`
  return body.kind === 'contained' ? `contained by plan ${body.plan} at ${body.target} until ${body.until}` : body.kind
}

function lessonLine(lesson: { readonly case: string; readonly lesson: string; readonly change: string }): string {
  return `  ${lesson.case}: ${printable(lesson.lesson)}; change: ${printable(lesson.change)}`
}

function time(seconds: number | null): string {
  return seconds === null ? '–' : duration(seconds * 1000)
}
