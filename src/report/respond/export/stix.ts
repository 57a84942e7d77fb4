import { several } from '../../../base/quantity.ts'
import type { PlanState } from '../../../respond/ledger/fold.ts'
import { canonicalNetwork, overlaps, prefixOf, shortNetwork } from '../../../respond/network.ts'
import { approvedBlocks } from '../../../respond/plan/blocks.ts'
import type { PlannedNetwork } from '../../../respond/plan/plan.ts'
import type { Block } from '../../../respond/respond.ts'
import { instant, milliTime } from '../../case/instant.ts'
import { mitre, scanningIpBlocks } from '../../case/stix/attack.ts'
import { type Maker, maker, markingOf, relation } from '../../case/stix/maker.ts'
import type { StixObject } from '../../case/stix/object.ts'
import { caseUuid } from '../../case/uuid.ts'
import { clipped, jsonLine } from '../../escape.ts'
import { measureSentence, planSentence } from '../sentences.ts'
import { refusalsOf } from './attempts.ts'
import type { PlanExport, PlanExportOptions } from './export.ts'

const longest = 500
const mostIndicators = 500
/** Of a sighting (STIX 2.1 section 5.2.1). */
const mostCounted = 999_999_999

/**
 * A bundle of STIX 2.1: the course of action, and an indicator for each network that it contains, valid for as long as it was approved. Of a plan that was
 * revoked, or whose case was found harmless, they are revoked.
 */
export default {
  id: 'stix',
  title: 'STIX 2.1 bundle',
  about: 'for threat-intelligence platforms: the course of action, and indicators that end when the plan ends',
  extension: 'stix.json',
  mediaType: 'application/stix+json;version=2.1',
  lacking,
  render: (state, options) => `${jsonLine(bundle(state, options))}\n`,
} satisfies PlanExport

function lacking({ status, plan }: PlanState): string | undefined {
  if (status === 'rejected') return 'it was rejected: there is no course of action to tell'
  return plan.networks.length === 0 ? 'the guard let none of its networks in: there is nothing to tell' : undefined
}

function bundle(state: PlanState, options: PlanExportOptions): object {
  const { plan, proposed, history } = state
  const modified = history.reduce((latest, { at }) => Math.max(latest, instant(at)), instant(proposed))
  const { internal } = options
  const make = maker({
    id: `plan ${plan.id}`,
    created: milliTime(proposed),
    modified: new Date(modified).toISOString(),
    organisation: clipped(options.organisation, 300),
    internal,
  })
  const isWithdrawn = state.status === 'revoked' || isHarmless(options)
  const action = actionOf(state, make, internal, isWithdrawn)
  const indicators = toldBlocks(state, options).map((told) => indicatorOf(state, told, make, isWithdrawn))
  const objects = [
    markingOf(options),
    mitre,
    scanningIpBlocks,
    make.identity,
    action,
    relation(make, action, 'mitigates', scanningIpBlocks),
    ...indicators.flatMap((indicator) => [
      indicator,
      relation(make, indicator, 'indicates', scanningIpBlocks),
      relation(make, action, 'mitigates', indicator, ` ${indicator.id}`),
    ]),
    ...(indicators.length === 1 ? sightings(state, indicators[0] as StixObject, make) : []),
  ]
  return {
    type: 'bundle',
    id: `bundle--${caseUuid('stix-bundle', `plan ${plan.id}`, `${modified} ${internal}`)}`,
    objects,
  }
}

function isHarmless({ outcome }: PlanExportOptions): boolean {
  return outcome === 'expected' || outcome === 'false-alarm'
}

const doings = {
  proposed: 'Proposed',
  approved: 'Approved',
  rejected: 'Rejected',
  revoked: 'Revoked',
  ended: 'Carried out',
}

/** Targets are ours: they are named to ourselves only. */
function actionOf({ plan, status }: PlanState, make: Maker, internal: boolean, revoked: boolean): StixObject {
  const told = internal ? planSentence(plan) : measureSentence(plan)
  const what = plan.measure === 'block' ? 'Block' : 'Throttle'
  return make('course-of-action', '', {
    name: `${what} ${several(plan.networks.length, 'network')} for a limited time`,
    description: clipped(`${doings[status]}: ${told}.`, longest),
    external_references: [{ source_name: 'sweepwatch', external_id: plan.id, description: 'Containment plan' }],
    ...(revoked ? { revoked } : {}),
  })
}

/** A block with what was known of its network when it was planned. */
interface Told {
  readonly block: Block
  readonly planned: PlannedNetwork
}

/**
 * None before the approval, none that the guard kept out, none in which no source of the case was seen, and nothing of ours: others would
 * block it.
 */
function toldBlocks(state: PlanState, { limits, own }: PlanExportOptions): readonly Told[] {
  const known = new Map(state.plan.networks.map((planned) => [planned.network, planned]))
  const networks = own.flatMap((text) => canonicalNetwork(text) ?? []).map(prefixOf)
  return approvedBlocks(state, limits)
    .flatMap(({ block }) => {
      const planned = known.get(block.network)
      return planned === undefined ? [] : [{ block, planned }]
    })
    .filter(({ planned: { sources, spoofable } }) => sources.length > 0 && spoofable !== true)
    .filter(({ block: { network } }) => refusalsOf(state, network, null).length === 0)
    .filter(({ block: { network } }) => !networks.some((each) => overlaps(each, prefixOf(network))))
    .slice(0, mostIndicators)
}

function indicatorOf({ since }: PlanState, told: Told, make: Maker, revoked: boolean): StixObject {
  const { network, until, measure } = told.block
  const type = network.includes(':') ? 'ipv6-addr' : 'ipv4-addr'
  const short = shortNetwork(network)
  const from = instant(since ?? '')
  const isGenuine = told.planned.spoofable === false && !told.planned.denyOnly
  return make('indicator', network, {
    name: `${short} scanned IP blocks, and is ${measure === 'block' ? 'blocked' : 'slowed'}`,
    ...(isGenuine ? {} : { description: 'Nothing shows that the address is not forged.' }),
    indicator_types: [isGenuine ? 'malicious-activity' : 'anomalous-activity'],
    pattern: `[${type}:value ${short === network ? 'ISSUBSET' : '='} '${short}']`,
    pattern_type: 'stix',
    pattern_version: '2.1',
    valid_from: new Date(from).toISOString(),
    valid_until: new Date(Math.max(from + 1, instant(until))).toISOString(),
    kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'reconnaissance' }],
    ...(revoked ? { revoked } : {}),
  })
}

/** Packets behind a target that should have kept them out. A judgement is about all networks of a plan: it is told where there is one. */
function sightings({ places }: PlanState, indicator: StixObject, make: Maker): readonly StixObject[] {
  return [...places].flatMap(([target, { block }]) => {
    if (block?.proof !== 'contradicted' || (block.seen.behind ?? 0) < 1) return []
    const { since, until, behind } = block.seen
    return [
      make('sighting', `contradicted ${target}`, {
        description: 'Packets that passed although they were to be kept out.',
        first_seen: milliTime(since),
        last_seen: milliTime(instant(until) < instant(since) ? since : until),
        count: Math.min(mostCounted, Math.round(behind ?? 1)),
        sighting_of_ref: indicator.id,
        where_sighted_refs: [make.identity.id],
      }),
    ]
  })
}
