import { Problem } from '../../base/problem.ts'
import type { Guard } from '../guard/guard.ts'
import type { Author, NewEntry } from '../ledger/entry.ts'
import type { PlanState } from '../ledger/fold.ts'
import { blocksOf, wholeSeconds } from './blocks.ts'
import type { Plan } from './plan.ts'

/** Who decides, when, and why. */
export interface Word {
  readonly author: Author
  readonly reason: string
  /** Milliseconds. */
  readonly now: number
  /** The name of the policy rule, where no person decides. */
  readonly policy: string | null
}

/** How approvals are counted here. */
export interface ApprovalRules {
  /** People who have to approve. */
  readonly needed: number
  readonly guard: Guard
  /** Networks that are blocked already. */
  readonly active: number
}

/** What is written for a plan that is new. */
export function proposed(plan: Plan, { author, reason, now }: Word): NewEntry {
  return { at: at(now), author, reason, plan: plan.id, body: { kind: 'proposed', plan } }
}

/**
 * What an approval writes. With the last one that is needed the time begins to run; the guard is asked now, with what is known now.
 * @throws Problem `plan-status`, `same-approver`, `guard`
 */
export function approved(state: PlanState, word: Word, { needed, guard, active }: ApprovalRules): readonly NewEntry[] {
  const { plan } = state
  mustBe(state, ['proposed'], 'approve')
  if (plan.targets.length === 0) {
    throw new Problem('no-such-target', `plan ${plan.id} has no target: there is nowhere to enforce it`, {
      hint: 'Configure one under respond.targets (`sweepwatch targets` lists the kinds), and propose the plan anew.',
    })
  }
  const { name, login } = word.author
  const before = state.approvals.find((each) => each.name === name || each.login === login)
  if (before !== undefined) {
    throw new Problem('same-approver', `${before.name} (login ${before.login}) has approved ${plan.id} already`, {
      hint: 'Another person, with a login of their own, has to approve it.',
    })
  }
  const since = at(word.now)
  const until = wholeSeconds(word.now + 1000 * plan.limit)
  const byPerson = word.policy === null
  const verdicts = blocksOf(plan, { since, until, byPerson }, guard.limits).map(({ block, standing }, k) => ({
    network: block.network,
    ...guard.check(block, standing, active + k, word.now),
  }))
  const refused = verdicts.flatMap(({ network, refusals }) => (refusals === undefined ? [] : [{ network, refusals }]))
  if (refused.length === verdicts.length) throw nothingLeft(plan, refused)
  const isComplete = word.policy !== null || state.approvals.length + 1 >= needed
  const entry = (body: NewEntry['body']): NewEntry => ({
    at: since,
    author: word.author,
    reason: word.reason,
    plan: plan.id,
    body,
  })
  return [
    ...refused.map(({ network, refusals }) => entry({ kind: 'refused', network, refusals })),
    entry({ kind: 'approved', until: isComplete ? until : null, policy: word.policy }),
  ]
}

/** @throws Problem `plan-status` */
export function rejected(state: PlanState, word: Word): readonly NewEntry[] {
  mustBe(state, ['proposed'], 'reject')
  return [said(state, word, { kind: 'rejected' })]
}

/** Takes a plan back: what stands is taken away at the next turn. @throws Problem `plan-status` */
export function revoked(state: PlanState, word: Word): readonly NewEntry[] {
  mustBe(state, ['approved'], 'revoke')
  return [said(state, word, { kind: 'revoked' })]
}

/** What others took away by hand shall stand again. @throws Problem `plan-status` where nothing was */
export function reapplied(state: PlanState, word: Word): readonly NewEntry[] {
  mustBe(state, ['approved'], 'reapply')
  const held = [...state.places].filter(([, { held }]) => held.length > 0)
  if (held.length === 0) {
    throw new Problem('plan-status', `nothing of plan ${state.plan.id} was taken away by others`)
  }
  return held.map(([target]) => said(state, word, { kind: 'reapplied', target }))
}

function said({ plan }: PlanState, { author, reason, now }: Word, body: NewEntry['body']): NewEntry {
  return { at: at(now), author, reason, plan: plan.id, body }
}

function at(now: number): string {
  return new Date(now).toISOString()
}

function mustBe({ plan, status }: PlanState, wanted: readonly string[], doing: string): void {
  if (wanted.includes(status)) return
  const hint =
    status === 'proposed'
      ? `sweepwatch plan approve ${plan.id} --reason TEXT, or plan reject ${plan.id}`
      : `sweepwatch plan show ${plan.id} tells its history.`
  throw new Problem('plan-status', `plan ${plan.id} is ${status}: there is nothing to ${doing}`, { hint })
}

function nothingLeft(
  { id, refused: before }: Plan,
  refused: readonly { network: string; refusals: readonly string[] }[],
): Problem {
  const reasons = [...before, ...refused]
    .slice(0, 4)
    .map(({ network, refusals }) => `${network}: ${refusals.join('; ')}`)
  return new Problem('guard', `the guard lets nothing of plan ${id} pass: ${reasons.join(' / ')}`, {
    hint: 'What protects it is in the configuration (networks, allow, assets.partners, respond.protect) or built in; no option lifts it.',
  })
}
