import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { isoTime } from '../../base/time.ts'
import type { Case } from '../../case/case.ts'
import { z } from '../../config/zod.ts'
import {
  assignCase,
  closeCase,
  escalateCase,
  mergeCase,
  noteCase,
  outcomes,
  reopenCase,
  type Signature,
} from '../../pipeline/cases/case-changes.ts'
import { offerToTell } from '../../pipeline/notifying.ts'
import { caseId } from '../case/case-id.ts'
import { headOf } from '../case/case-page.ts'
import { caseHead } from '../case/case-schema.ts'
import { refuseIfChanged } from '../case/conflict.ts'
import { loadedCase } from '../case/loaded-case.ts'
import { stepsOf, tickNote } from '../case/steps.ts'
import type { Site } from '../site.ts'
import { type Request, type RouteGroup, type RouteSpec, route } from './route.ts'

const text = (most: number) => z.string().trim().min(1, 'is empty').max(most)
const reason = text(2000)
const seen = z.object({
  /** `seen` of the case as it was looked at: others' decisions since then are a conflict. */
  seen: z.int().min(0),
})

type Change<Body> = (given: { site: Site; one: Case; by: Signature; body: Body }) => Case | Promise<Case>

/** One way to change a case; answers its head as it then stands. */
function change<Body extends z.ZodType<{ seen: number; reason?: string | undefined }>>(
  id: string,
  path: string,
  about: string,
  body: Body,
  make: Change<z.output<Body>>,
  { isAlways = false, why = '' } = {},
): RouteSpec {
  return route({
    id,
    method: 'POST',
    path: `/api/cases/{id}/${path}`,
    about,
    role: 'analyst',
    params: caseId,
    body,
    response: caseHead,
    handle: async ({ site, params, body: given, actor }: Request<{ id: string }, unknown, z.output<Body>>) => {
      const one = loadedCase(site.cases, params.id)
      if (!isAlways) refuseIfChanged(one, given.seen, actor.name)
      const by = { at: isoTime(now()), author: actor.name, reason: given.reason ?? why }
      return headOf(await make({ site, one, by, body: given }))
    },
  } as Parameters<typeof route>[0])
}

export default {
  name: 'case-changes',
  about: 'What people do with a case. A decision on what others have changed meanwhile is refused.',
  routes: [
    change(
      'noteCase',
      'notes',
      'Adds a note.',
      seen.extend({ text: text(10_000) }),
      ({ site, one, by, body }) => noteCase(site.cases, one, by, body.text),
      { isAlways: true, why: 'a note' },
    ),
    change(
      'assignCase',
      'assign',
      'Says who works on it.',
      seen.extend({ to: text(200) }),
      ({ site, one, by, body }) => assignCase(site.cases, one, by, body.to),
      { why: 'assigned' },
    ),
    change(
      'escalateCase',
      'escalate',
      'Hands it to tier 2, whatever the rules say.',
      seen.extend({ to: text(200).default('tier 2'), reason }),
      async ({ site, one, by, body }) => {
        const escalated = escalateCase(site.cases, one, by, body.to)
        await offerToTell((await site.config()).notify, site.cases, escalated)
        return escalated
      },
    ),
    change(
      'closeCase',
      'close',
      'Closes it, with what was learned.',
      seen.extend({
        outcome: z.enum(outcomes),
        lesson: text(4000),
        change: text(4000),
        reason,
      }),
      ({ site, one, by, body }) => closeCase(site.cases, one, by, body),
    ),
    change('reopenCase', 'reopen', 'Opens a closed case again.', seen.extend({ reason }), ({ site, one, by }) =>
      reopenCase(site.cases, one, by),
    ),
    change(
      'mergeCase',
      'merge',
      'Puts its scans into another case: both are by one actor.',
      seen.extend({ into: caseId.shape.id, reason }),
      ({ site, one, by, body }) => mergeCase(site.cases, one, by, site.cases.find(body.into))[0],
    ),
    change(
      'tickCaseStep',
      'steps',
      'Says that a step of the checklist was done, or is to be done again: a note in the history.',
      seen.extend({ step: z.string().regex(/^[0-9a-f]{12}$/), isDone: z.boolean() }),
      ({ site, one, by, body }) => {
        const step = stepsOf(one).steps.find(({ id }) => id === body.step)
        if (step === undefined) {
          throw new Problem('no-such-step', 'the case has no such step any more', {
            hint: 'Triage has learned more since: look at the list again.',
          })
        }
        if ((step.done !== null) === body.isDone) return one
        return noteCase(site.cases, one, by, tickNote(step, body.isDone))
      },
      { isAlways: true, why: 'a step of the checklist' },
    ),
  ],
} satisfies RouteGroup
