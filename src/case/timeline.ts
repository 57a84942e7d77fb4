import { several } from '../base/quantity.ts'
import type { Case, CaseEvent, Evidence } from './case.ts'
import { titleOf } from './title.ts'

/** One line of what happened, in the network or to the case. */
export interface TimelineEntry {
  readonly at: string
  /** When it was over; `at` again where it was one moment. */
  readonly last: string
  /** `scan`, `sign`, `related`: seen in logs. `case`: done to the case. `plan`: done to contain it. */
  readonly from: 'scan' | 'sign' | 'related' | 'case' | 'plan'
  readonly text: string
  readonly evidence: Evidence | null
}

/**
 * What happened, in one order: the scans, what followed, overlapping events of other logs (requirement A5), and what was done about
 * it. Times of the network are event times, those of the case are when it was written.
 */
export function timelineOf(one: Case): TimelineEntry[] {
  const scans = one.scans.flatMap(({ scan, joined }) => [
    {
      at: scan.first,
      last: scan.last,
      from: 'scan' as const,
      text: `${titleOf(scan)}: ${several(scan.probes, 'probe')} until ${scan.last.slice(11, 19)} (${joined})`,
      evidence: null,
    },
    {
      at: scan.detected,
      last: scan.detected,
      from: 'scan' as const,
      text: `detected after ${several(scan.probesToDetect, 'probe')}`,
      evidence: null,
    },
  ])
  const accomplices = one.accomplices.map(({ source, because, first, last }) => ({
    at: first,
    last,
    from: 'scan' as const,
    text: `${source}: ${because}`,
    evidence: null,
  }))
  const signs = (one.triage?.signs ?? []).map(({ first, last, text, evidence }) => ({
    at: first,
    last,
    from: 'sign' as const,
    text,
    evidence: evidence[0] ?? null,
  }))
  const related = (one.triage?.related ?? []).map(({ at, last, kind, src, dst, text, why, count, evidence }) => ({
    at,
    last,
    from: 'related' as const,
    text: `${kind} ${src ?? ''}${dst === null ? '' : ` to ${dst}`}: ${text}${count > 1 ? ` (${count} ×)` : ''}; ${why}`,
    evidence,
  }))
  const history = one.history.flatMap((event) => doneOf(event) ?? [])
  return [...scans, ...accomplices, ...signs, ...related, ...history].sort((x, y) =>
    x.at < y.at ? -1 : x.at > y.at ? 1 : 0,
  )
}

function doneOf({ at, author, reason, body }: CaseEvent): TimelineEntry | undefined {
  const what = {
    opened: 'opened the case',
    noted: body.kind === 'noted' ? `noted: ${body.text}` : '',
    assigned: body.kind === 'assigned' ? `assigned it to ${body.to}` : '',
    escalated: body.kind === 'escalated' ? `escalated it to ${body.to}` : '',
    closed:
      body.kind === 'closed' ? `closed it as ${body.outcome}; lesson: ${body.lesson}; change: ${body.change}` : '',
    reopened: 'opened it again',
    merged: body.kind === 'merged' ? `took up case ${body.from}` : '',
    'merged-into': body.kind === 'merged-into' ? `merged it into case ${body.into}` : '',
    notified: body.kind === 'notified' ? `told ${body.channel}` : '',
    captured: body.kind === 'captured' ? `captured ${several(body.packets, 'packet')} to ${body.file}` : '',
    plan: body.kind === 'plan' ? `plan ${body.plan}: ${body.text}` : '',
    contained: body.kind === 'contained' ? `blocked by ${body.target} until ${body.until}` : '',
    triaged: 'carried out the runbook',
    superseded: body.kind === 'superseded' && body.what === 'triaged' ? 'carried out the runbook' : '',
    copied: '',
    scan: '',
    accomplice: '',
  }[body.kind]
  if (what === '') return undefined
  const from = body.kind === 'plan' || body.kind === 'contained' ? 'plan' : 'case'
  const why = what.includes(reason) ? '' : ` (${reason})`
  return { at, last: at, from, text: `${author} ${what}${why}`, evidence: null }
}
