import { Problem } from '../../base/problem.ts'
import type { Case, CaseEvent } from '../../case/case.ts'
import { machine } from '../../case/fold.ts'
import { eventText } from '../../report/case/sentences.ts'
import { bounded } from './bounded.ts'

/** What a person decides on: another's word in these makes it another question. */
const decisive: ReadonlySet<CaseEvent['body']['kind']> = new Set([
  ...(['assigned', 'escalated', 'closed', 'reopened', 'merged', 'merged-into', 'noted'] as const),
  ...(['plan', 'contained'] as const),
])
const mostTold = 3

/**
 * Refuses a decision on what is no longer so: others have changed the case since it was looked at. What the machine learns meanwhile, and
 * what the same person did, does not count.
 * @param seen number of the newest entry that was looked at
 * @throws Problem `conflict`
 */
export function refuseIfChanged(one: Case, seen: number, author: string): void {
  const since = one.history.filter(
    (event) => event.seq > seen && event.author !== author && event.author !== machine && decisive.has(event.body.kind),
  )
  if (since.length === 0) return
  const told = since.slice(-mostTold).map((event) => `${event.author}: ${bounded(eventText(event), 200)}`)
  throw new Problem('conflict', `the case was changed since you looked at it. ${told.join('. ')}`, {
    hint: 'The page now shows it; nothing of what you typed is lost. Do it again if it is still right.',
  })
}
