import { createHash } from 'node:crypto'
import { isUnconfirmed, type Standing } from '../guard/guard.ts'
import type { Limits } from '../guard/limits.ts'
import { keyOf } from '../key.ts'
import type { PlanState } from '../ledger/fold.ts'
import type { Block } from '../respond.ts'
import type { Plan, PlannedNetwork } from './plan.ts'

/** A block with what the guard is to know of it. */
export interface WantedBlock {
  readonly block: Block
  readonly standing: Standing
  /** What makes it one at a target (`keyOf`), and its end in milliseconds: both are asked for every second, of every block. */
  readonly key: string
  readonly end: number
}

/** ISO 8601 without fractions, as `Block.until` has it. */
export function wholeSeconds(milliseconds: number): string {
  return `${new Date(1000 * Math.floor(milliseconds / 1000)).toISOString().slice(0, 19)}Z`
}

/** The blocks of a plan as it is or would be approved. A source that may be forged is let go sooner. */
export function blocksOf(
  plan: Plan,
  { since, until, byPerson }: { readonly since: string; readonly until: string; readonly byPerson: boolean },
  limits: Limits,
): WantedBlock[] {
  const soonest = wholeSeconds(Date.parse(since) + 1000 * limits.unconfirmed)
  return plan.networks.map((planned) => {
    const block = blockOf(plan, planned, isUnconfirmed(planned) && soonest < until ? soonest : until)
    const standing = { spoofable: planned.spoofable, denyOnly: planned.denyOnly, byPerson, since }
    return { block, standing, key: keyOf(block), end: Date.parse(block.until) }
  })
}

/** All blocks of a plan as it was approved, whether their time is over or not; none before it is approved. */
export function approvedBlocks({ plan, since, until, approvals }: PlanState, limits: Limits): readonly WantedBlock[] {
  if (since === null || until === null) return []
  const known = made.get(plan)
  // Nothing in a plan changes once it is approved, and of a hundred thousand blocks each would be made anew every second.
  if (known?.until === until && known.unconfirmed === limits.unconfirmed) return known.blocks
  const byPerson = approvals.some(({ policy }) => policy === null)
  const blocks = blocksOf(plan, { since, until, byPerson }, limits)
  made.set(plan, { until, unconfirmed: limits.unconfirmed, blocks })
  return blocks
}

const made = new WeakMap<
  Plan,
  { readonly until: string; readonly unconfirmed: number; readonly blocks: readonly WantedBlock[] }
>()

/** Those that shall stand at a target at a time (milliseconds): none of what others took away there by hand. */
export function wantedAt(state: PlanState, target: string, limits: Limits, now: number): WantedBlock[] {
  if (state.status !== 'approved' || !state.plan.targets.includes(target)) return []
  const held = new Set(state.places.get(target)?.held ?? [])
  return approvedBlocks(state, limits).filter(({ block, end }) => end > now && !held.has(block.network))
}

function blockOf(plan: Plan, { network }: PlannedNetwork, until: string): Block {
  const { id, measure, rate, direction, ports, protocol } = plan
  return { id: idOf(id, network), plan: id, network, measure, rate, direction, ports, protocol, until }
}

function idOf(plan: string, network: string): string {
  return createHash('sha256').update(`${plan} ${network}`).digest('hex').slice(0, 16)
}
