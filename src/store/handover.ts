import type { CaseEvent, CaseEventBody } from '../case/case.ts'
import { machine } from '../case/fold.ts'
import type { HandedCase, Handover } from '../case/handover.ts'
import type { CaseStore } from './case-store.ts'
import type { CaseRow } from './case-view.ts'

const mostOpen = 100
const mostWorked = 200
const mostLessons = 100

/** The shift's summary, from the events written in it (ISO 8601) and the cases as they stand. */
export function handoverOf(store: CaseStore, since: string, until: string): Handover {
  const done = new Map<string, CaseEvent[]>()
  const closings = new Map<string, Extract<CaseEventBody, { kind: 'closed' }>>()
  let opened = 0
  for (const event of store.events(since, until)) {
    const { body, caseId } = event
    if (body.kind === 'opened') opened++
    if (body.kind === 'closed') closings.set(caseId, body)
    if (body.kind === 'reopened') closings.delete(caseId)
    if (event.author === machine) continue
    const known = done.get(caseId)
    if (known) known.push(event)
    else if (done.size < mostWorked) done.set(caseId, [event])
  }
  const closed: Record<string, number> = {}
  for (const { outcome } of closings.values()) closed[outcome] = (closed[outcome] ?? 0) + 1
  const lessons = [...closings].slice(0, mostLessons).map(([id, { lesson, change }]) => ({ case: id, lesson, change }))
  const filter = { status: 'open', aboveBackground: true } as const
  const open = store.list({ ...filter, limit: mostOpen })
  const worked = [...done.keys()].map((id) => store.find(id).id).flatMap((id) => store.row(id) ?? [])
  const touched = store.touched(since, until)
  return {
    since,
    until,
    opened,
    escalated: store.count({ status: 'open', escalated: true }),
    closed,
    open: open.map((row) => handed(row, done)),
    openOmitted: Math.max(0, store.count(filter) - open.length),
    worked: worked.map((row) => handed(row, done)),
    lessons,
    meanToDetect: meanOf(touched.map(({ toDetect }) => toDetect)),
    meanToDecide: meanOf(touched.map(({ toDecide }) => toDecide)),
    meanToContain: meanOf(touched.map(({ toContain }) => toContain)),
    falseAlarms: store.tally().filter(({ falseAlarms }) => falseAlarms > 0),
  }
}

function handed(row: CaseRow, done: ReadonlyMap<string, readonly CaseEvent[]>): HandedCase {
  const { id, title, status, decision, rule, severity, owner, last } = row
  const events = (done.get(id) ?? []).map(({ at, author, reason, body }) => ({ at, author, reason, body }))
  return { id, title, status, decision, rule, severity, owner, last, done: events }
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
