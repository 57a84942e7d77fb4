import type { Case } from '../../case/case.ts'
import { clipped } from '../escape.ts'
import { milliTime } from './instant.ts'
import { eventText } from './sentences.ts'

/** A plan to contain the sources of a case, as the case was told of it; the ledger has the whole. */
export interface ToldPlan {
  readonly id: string
  /** The last that was told, and when. */
  readonly text: string
  readonly at: string
  /** A block of it was proven. */
  readonly isProven: boolean
}

const mostPlans = 32
const longest = 400

/** In the order in which they were last told of; of many the latest. */
export function plansOf({ history }: Case): readonly ToldPlan[] {
  const plans = new Map<string, ToldPlan>()
  for (const event of history) {
    const { body, at } = event
    if (body.kind !== 'plan' && body.kind !== 'contained') continue
    const isProven = body.kind === 'contained' || plans.get(body.plan)?.isProven === true
    const text = eventText(event).replace(/^plan \S+: /, '')
    plans.delete(body.plan)
    plans.set(body.plan, { id: clipped(body.plan, longest), text: clipped(text, longest), at: milliTime(at), isProven })
  }
  return [...plans.values()].slice(-mostPlans)
}

/** `Plan 4f9a21: contained at edge until 2026-11-22 09:31 UTC.` */
export function planSentences(theCase: Case): readonly string[] {
  return plansOf(theCase).map(({ id, text }) => `Plan ${id}: ${text}.`)
}
