import { several } from '../../../base/quantity.ts'
import type { Block } from '../../respond.ts'
import { commentOf } from '../../sound.ts'
import { decisionOf } from './decision.ts'

/** Decisions of one request: about 200 KB. */
const most = 1000

/**
 * The bodies of `POST /v1/alerts` that make decisions of blocks (`AddAlertsRequest` of the local API's description): an alert for each plan.
 * @param at milliseconds since 1970
 */
export function alertBodies(blocks: readonly Block[], at: number): readonly (readonly object[])[] {
  const byPlan = Map.groupBy(blocks, ({ plan }) => plan)
  const bodies: (readonly object[])[] = []
  for (const ofPlan of byPlan.values())
    for (let from = 0; from < ofPlan.length; from += most) bodies.push([alertOf(ofPlan.slice(from, from + most), at)])
  return bodies
}

function alertOf(blocks: readonly Block[], at: number): object {
  const time = new Date(at).toISOString()
  const [first] = blocks as readonly [Block, ...Block[]]
  const { scope, value } = decisionOf(first, at) as { scope: string; value: string }
  return {
    scenario: commentOf(first),
    scenario_hash: '',
    scenario_version: '',
    message: `${commentOf(first)}: ${several(blocks.length, 'network')}`,
    events_count: 0,
    events: [],
    start_at: time,
    stop_at: time,
    capacity: 0,
    leakspeed: '0',
    simulated: false,
    remediation: true,
    source: { scope, value },
    decisions: blocks.map((block) => decisionOf(block, at)),
  }
}
