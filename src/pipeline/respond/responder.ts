import type { Case } from '../../case/case.ts'
import type { Guard } from '../../respond/guard/guard.ts'
import type { LedgerEntry, NewEntry } from '../../respond/ledger/entry.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { prefixOf } from '../../respond/network.ts'
import { approved, proposed, type Word } from '../../respond/plan/decide.ts'
import type { BlastRadius, Plan } from '../../respond/plan/plan.ts'
import { type PolicyRule, policyFor } from '../../respond/plan/policy.ts'
import { draftPlans, type Wishes, withRadius } from '../../respond/plan/propose.ts'
import type { Scope } from '../../respond/respond.ts'
import { hasForgedSource } from '../../store/forged-sources.ts'
import type { LedgerStore } from '../../store/ledger-store.ts'
import { machineAuthor } from './enforcer.ts'

export interface ResponderOptions {
  readonly ledger: LedgerStore
  readonly guard: () => Promise<Guard>
  readonly wishes: Wishes
  readonly automatic: readonly PolicyRule[]
  /** Whether a policy may approve: only where blocks are enforced. */
  readonly isEnforcing: boolean
  readonly blastRadius: (one: Case, networks: readonly string[], scope: Scope) => Promise<BlastRadius | null>
  /** Milliseconds. */
  readonly clock: () => number
  readonly tell: (entry: LedgerEntry) => void
}

/** Proposes plans for escalated cases, and approves those that a rule of the configuration approves. */
export class Responder {
  readonly #options: ResponderOptions

  constructor(options: ResponderOptions) {
    this.#options = options
  }

  /** @returns the plans that were made; none where the case asks for none, or has them already */
  async consider(one: Case): Promise<readonly Plan[]> {
    const { ledger, clock } = this.#options
    if (!asksForContainment(one)) return []
    const earlier = ledger.list({ caseId: one.id })
    const waiting = earlier.filter(({ status }) => status === 'proposed')
    const covered = new Set(earlier.filter((state) => covers(state, one)).flatMap(({ plan }) => networksOf(plan)))
    const drafts = await this.#drafts(one, covered)
    if (!isNews(drafts, waiting)) return []
    const { blastRadius } = this.#options
    const plans = await withRadius(drafts, (networks, scope) => blastRadius(one, networks, scope))
    const now = clock()
    const made = plans.map((plan) => proposed(plan, machineWord(`case ${one.id} is escalated`, now)))
    const outdated = waiting.map(({ plan }): NewEntry => {
      const reason = `plan ${plans[0]?.id} stands for it: the case has grown`
      return {
        at: new Date(now).toISOString(),
        author: machineAuthor,
        reason,
        plan: plan.id,
        body: { kind: 'rejected' },
      }
    })
    for (const entry of ledger.append([...outdated, ...made])) this.#options.tell(entry)
    for (const plan of plans) await this.#applyPolicy(one, plan)
    return plans
  }

  async #drafts(one: Case, covered: ReadonlySet<string>): Promise<readonly Plan[]> {
    const { guard, ledger, wishes, clock } = this.#options
    const earlier = (network: string) => ledger.earlier(network).count
    const now = clock()
    const isForged = (network: string) => hasForgedSource(ledger.database, prefixOf(network))
    const isCovered = (network: string) => covered.has(network) || ledger.contains(network, now)
    return draftPlans(one, wishes, { guard: await guard(), earlier, isForged, isCovered, now })
  }

  async #applyPolicy(one: Case, plan: Plan): Promise<void> {
    const { automatic, isEnforcing, ledger, guard, clock } = this.#options
    const policy = policyFor(automatic, plan, one)
    if (!isEnforcing || !('rule' in policy)) return
    const { name } = policy.rule
    const word: Word = { ...machineWord(`rule ${name} approves it`, clock()), policy: name }
    const rules = { needed: 1, guard: await guard(), active: ledger.active(word.now) }
    const before = ledger.head().seq
    ledger.change(plan.id, (state) => approved(state, word, rules))
    for (const entry of ledger.after(before)) if (entry.plan === plan.id) this.#options.tell(entry)
  }
}

/** What the rules or a person escalated, and nobody closed. */
function asksForContainment({ status, decision, escalatedTo }: Case): boolean {
  return status === 'open' && (decision?.decision === 'escalate' || escalatedTo !== null)
}

/** Whether a plan stands for its networks: it holds, or a person said no. One that is over does not, once the source is back. */
function covers({ status, until, closed, history }: PlanState, one: Case): boolean {
  if (status === 'approved') return true
  const isReplaced = history.some(({ body, author }) => body.kind === 'rejected' && author.name === machineAuthor.name)
  const end = closed ?? until
  return status !== 'proposed' && !isReplaced && end !== null && one.last <= end
}

/** Whether drafts would contain what no waiting plan does, or refuse what none names. */
function isNews(drafts: readonly Plan[], waiting: readonly PlanState[]): boolean {
  const contained = new Set(waiting.flatMap(({ plan }) => plan.networks.map(({ network }) => network)))
  const named = new Set(waiting.flatMap(({ plan }) => networksOf(plan)))
  return drafts.some(
    ({ networks, refused }) =>
      networks.some(({ network }) => !contained.has(network)) || refused.some(({ network }) => !named.has(network)),
  )
}

function networksOf({ networks, refused }: Plan): string[] {
  return [...networks, ...refused].map(({ network }) => network)
}

function machineWord(reason: string, now: number): Word {
  return { author: machineAuthor, reason, now, policy: null }
}
