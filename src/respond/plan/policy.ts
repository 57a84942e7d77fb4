import { duration, percent } from '../../base/quantity.ts'
import type { Case } from '../../case/case.ts'
import { isUnconfirmed } from '../guard/guard.ts'
import { prefixOf } from '../network.ts'
import type { Measure } from '../respond.ts'
import type { Plan } from './plan.ts'

/** A rule by which plans are approved without a person. What it does not allow waits for one. */
export interface PolicyRule {
  readonly name: string
  /** Rules of the decision table. */
  readonly decisions: readonly string[]
  /** Of the decision, 0 to 1. */
  readonly confidence: number
  readonly measures: readonly Measure[]
  /** Networks of one plan. */
  readonly most: number
  /** Seconds. */
  readonly longest: number
  /** Whether it may also approve where no archive can tell what it would cut. */
  readonly withoutHistory: boolean
}

/**
 * The rule that approves a plan, or why none does. Whatever a rule says, a machine never approves what covers more than one sender (an address; in IPv6 its /64),
 * what may be forged, what others share, or what would have cut a legitimate connection of the last days.
 */
export function policyFor(
  rules: readonly PolicyRule[],
  plan: Plan,
  { decision }: Pick<Case, 'decision'>,
): { readonly rule: PolicyRule } | { readonly because: readonly string[] } {
  const never = whatOnlyPeopleApprove(plan)
  if (never.length > 0) return { because: never }
  const because: string[] = rules.length === 0 ? ['no rule approves by itself (respond.automatic)'] : []
  for (const rule of rules) {
    const against = whatSpeaksAgainst(rule, plan, decision)
    if (against.length === 0) return { rule }
    because.push(...against.map((text) => `rule ${rule.name}: ${text}`))
  }
  return { because }
}

function whatOnlyPeopleApprove({ networks, blastRadius }: Plan): string[] {
  if (networks.length === 0) return ['nothing is left to contain']
  return [
    ...networks.flatMap((each) => {
      const { address, bits } = prefixOf(each.network)
      const isOneSender = bits === 128 || (bits >= 64 && address[0] !== 0)
      return [
        ...(isOneSender ? [] : [`${each.network} is more than one sender`]),
        ...(isUnconfirmed(each) ? [`${each.network} may be forged`] : []),
        ...each.shared.slice(0, 2),
      ]
    }),
    ...((blastRadius?.connections ?? 0) > 0
      ? [`it would have cut ${blastRadius?.connections} legitimate connections of the last days`]
      : []),
  ]
}

function whatSpeaksAgainst(rule: PolicyRule, plan: Plan, decision: Case['decision']): string[] {
  const confidence = decision?.confidence ?? 0
  return [
    ...(decision?.decision === 'escalate' && rule.decisions.includes(decision.rule)
      ? []
      : [`it is for ${rule.decisions.join(', ')}, the case was decided by ${decision?.rule ?? 'nothing'}`]),
    ...(confidence >= rule.confidence
      ? []
      : [`confidence ${percent(confidence)} is below ${percent(rule.confidence)}`]),
    ...(rule.measures.includes(plan.measure) ? [] : [`it does not ${plan.measure}`]),
    ...(plan.networks.length <= rule.most ? [] : [`${plan.networks.length} networks are more than ${rule.most}`]),
    ...(plan.limit <= rule.longest
      ? []
      : [`${duration(1000 * plan.limit)} are longer than ${duration(1000 * rule.longest)}`]),
    ...(plan.blastRadius !== null || rule.withoutHistory ? [] : ['no archive tells what it would cut']),
  ]
}
