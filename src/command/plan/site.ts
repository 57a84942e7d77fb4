import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import type { Word } from '../../respond/plan/decide.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { LedgerStore } from '../../store/ledger-store.ts'
import { authorOf, reasonOf } from '../author.ts'
import type { Invocation } from '../command.ts'
import { loginName, type RespondSite } from '../respond-site.ts'

/** What an action of `sweepwatch plan` works with. */
export interface PlanSite extends RespondSite {
  readonly invocation: Invocation
  readonly directory: string
  readonly cases: CaseStore
  readonly ledger: LedgerStore
  /** What was typed behind the action. */
  readonly rest: readonly string[]
}

/** The plan that is named. @throws Problem `usage`, `no-such-plan` */
export function planOf({ rest, ledger }: PlanSite, action: string): PlanState {
  const [id] = rest
  if (id === undefined) {
    throw new Problem('usage', `plan ${action}: which plan?`, {
      hint: `sweepwatch plan ${action} ID; \`sweepwatch plan\` lists them.`,
    })
  }
  return ledger.find(id)
}

/** Who says so, and why. @throws Problem `usage` where no reason is given */
export function wordOf(invocation: Invocation): Word {
  return {
    author: { name: authorOf(invocation), login: loginName(invocation) },
    reason: reasonOf(invocation),
    now: now() / 1000,
    policy: null,
  }
}
