import type { Limits } from '../../../respond/guard/limits.ts'
import type { PlanState } from '../../../respond/ledger/fold.ts'
import { allow, deny } from '../../../respond/openc2.ts'
import { approvedBlocks, blocksOf } from '../../../respond/plan/blocks.ts'
import type { Block } from '../../../respond/respond.ts'
import { denials } from '../../../respond/target/openc2/traffic.ts'
import { instant } from '../../case/instant.ts'
import { refusalsOf } from './attempts.ts'

/** A command of OpenC2, and what it is about: `203.0.113.7/32 ingress tcp/22`. */
export interface PlanCommand {
  readonly content: object
  readonly about: string
}

/** What OpenC2 has no command for. */
export function cannotSay({ plan }: PlanState): string | undefined {
  if (plan.measure === 'throttle')
    return 'it slows and does not block: the profile for packet filters (SLPF 1.0) has no command for that'
  return plan.networks.length === 0 ? 'the guard let none of its networks in: there is nothing to command' : undefined
}

/**
 * The commands that block, or that let go again. Before the approval a denial says how long; afterwards until when. What is allowed again is allowed for as
 * long as it was denied: after that neither rule is there.
 */
export function commandsOf(state: PlanState, action: 'deny' | 'allow', limits: Limits): readonly PlanCommand[] {
  const isProposed = state.since === null
  const blocks = isProposed ? proposedBlocks(state, limits) : approvedBlocks(state, limits).map(({ block }) => block)
  const wanted = denials(blocks.filter(({ network }) => refusalsOf(state, network, null).length === 0))
  const start = instant(state.proposed)
  return [...wanted.values()].map(({ key, traffic, until }) => {
    const limit = isProposed ? { duration: Math.max(1, instant(until) - start) } : { stop_time: instant(until) }
    return { content: action === 'deny' ? deny(traffic, limit) : allow(traffic, limit), about: key }
  })
}

/** As they would be if a person approved the plan when it was proposed. */
function proposedBlocks({ plan, proposed }: PlanState, limits: Limits): readonly Block[] {
  const start = instant(proposed)
  const at = (milliseconds: number) => new Date(milliseconds).toISOString()
  const times = { since: at(start), until: at(start + 1000 * plan.limit), byPerson: true }
  return blocksOf(plan, times, limits).map(({ block }) => block)
}
