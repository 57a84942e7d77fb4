import { createHash } from 'node:crypto'
import { parseAddress } from '../../base/address.ts'
import { contains } from '../../base/prefix.ts'
import type { Case, SignKind } from '../../case/case.ts'
import type { Guard } from '../guard/guard.ts'
import type { Limits } from '../guard/limits.ts'
import { overlaps, prefixOf } from '../network.ts'
import type { Direction, Measure, Rate, Scope } from '../respond.ts'
import type { BlastRadius, Plan, PlannedNetwork, RefusedNetwork } from './plan.ts'
import { sourceNetworks } from './sources.ts'

const mostSources = 16
/** Refusals that a plan names. */
const mostRefused = 256

/** What a plan shall be like where the case does not say. */
export interface Wishes extends Omit<Scope, 'direction'> {
  /** Absent: what comes from it, and both ways where a system of ours opened connections to it: what is carried off must not leave. */
  readonly direction?: Direction
  /** Absent: a block, and a throttle where others are behind the address. */
  readonly measure?: Measure
  readonly rate: Rate
  readonly targets: readonly string[]
  /** Networks that a person named, instead of the sources' own. */
  readonly networks?: readonly string[]
  /** Seconds; absent: it grows with every block. */
  readonly limit?: number
}

export interface Surroundings {
  readonly guard: Guard
  /** How often a network was blocked before. */
  readonly earlier: (network: string) => number
  /** Whether any case knows a source in a network to be one that can be forged. */
  readonly isForged: (network: string) => boolean
  /** Whether a plan holds a network already, or a person decided about it. */
  readonly isCovered: (network: string) => boolean
  /** Milliseconds. */
  readonly now: number
}

type Candidate = Omit<PlannedNetwork, 'earlier'>

/**
 * What could be done about a case: none where nothing is left to contain, two where some sources are addresses that others share (these are slowed, the rest kept out).
 * Of more networks than may be blocked at once, the most active.
 * What the guard refuses is named with its reasons, and in no plan. What they would have cut is asked separately (`withRadius`).
 */
export function draftPlans(one: Case, wishes: Wishes, around: Surroundings): readonly Plan[] {
  const candidates = candidatesOf(one, wishes)
    .flatMap((each) => narrowed(each, around.guard))
    .filter(({ network }) => !around.isCovered(network))
    .map((each): PlannedNetwork => ({ ...each, earlier: around.earlier(each.network) }))
  const refused: RefusedNetwork[] = []
  const allowed = candidates.filter((each) => {
    const refusals = refusalsOf(each, around)
    if (refusals.length > 0) refused.push({ network: each.network, refusals })
    return refusals.length === 0
  })
  const taken = allowed.slice(0, around.guard.limits.mostBlocks)
  const groups = Map.groupBy(taken, (each) => wishes.measure ?? (each.shared.length > 0 ? 'throttle' : 'block'))
  if (groups.size === 0 && refused.length > 0)
    return [draft(one, wishes, wishes.measure ?? 'block', [], refused.slice(0, mostRefused), around)]
  return [...groups].map(([measure, networks], k) =>
    draft(one, wishes, measure, networks, k === 0 ? refused.slice(0, mostRefused) : [], around),
  )
}

/** Drafts with what each would have cut. */
export async function withRadius(
  plans: readonly Plan[],
  radius: (networks: readonly string[], scope: Scope) => Promise<BlastRadius | null>,
): Promise<readonly Plan[]> {
  const made: Plan[] = []
  for (const plan of plans) {
    const names = plan.networks.map(({ network }) => network)
    made.push(names.length === 0 ? plan : { ...plan, blastRadius: await radius(names, plan) })
  }
  return made
}

/** Where the /64 of a sender holds what is protected, its addresses by themselves: less, but not nothing. */
function narrowed(candidate: Candidate, guard: Guard): readonly Candidate[] {
  const { network, sources } = candidate
  const isWide = network.includes(':') && !network.endsWith('/128')
  if (!isWide || guard.networkRefusals(network).length === 0) return [candidate]
  const hosts = sources.map((source) => `${source}/128`).filter((host) => guard.networkRefusals(host).length === 0)
  const because = `the address that scanned: ${network} around it may not be blocked`
  return hosts.length === 0 ? [candidate] : hosts.map((host) => ({ ...candidate, network: host, because }))
}

/** What speaks against a network for good; what a person's word could lift is left for the approval. */
function refusalsOf({ network, spoofable }: PlannedNetwork, { guard, isForged }: Surroundings): readonly string[] {
  const forged =
    spoofable === true || (spoofable === null && isForged(network))
      ? ['its source address can be forged: nothing shows that it receives our answers']
      : []
  return [...guard.networkRefusals(network), ...forged]
}

/** The sources' networks, or those that a person named, with what is known of the sources in them. */
function candidatesOf(one: Case, { networks }: Wishes): readonly Candidate[] {
  const own = sourceNetworks(one)
  if (networks === undefined) return own
  return networks.map((network) => {
    const same = own.find((each) => each.network === network)
    return same ?? named(network, own)
  })
}

/** A network that a person named is not better known than the sources in it: one that can be forged makes it one that can be. */
function named(network: string, own: readonly Candidate[]): Candidate {
  const inside = own.filter((each) => overlaps(prefixOf(each.network), prefixOf(network)))
  return {
    network,
    sources: inside.flatMap(({ sources }) => sources).slice(0, mostSources),
    spoofable: inside.some(({ spoofable }) => spoofable === true) ? true : null,
    denyOnly: inside.length > 0 && inside.every(({ denyOnly }) => denyOnly),
    because: 'a person named it',
    shared: inside.flatMap(({ shared }) => shared),
  }
}

function draft(
  one: Case,
  wishes: Wishes,
  measure: Measure,
  networks: readonly PlannedNetwork[],
  refused: readonly RefusedNetwork[],
  { guard, now }: Surroundings,
): Plan {
  const { ports, protocol, targets } = wishes
  const direction = wishes.direction ?? directionOf(one, networks)
  const parts = {
    caseId: one.id,
    measure,
    rate: measure === 'throttle' ? wishes.rate : null,
    direction,
    ports,
    protocol,
    networks,
    refused,
    targets,
    limit: wishes.limit ?? limitOf(networks, guard.limits),
    because: reasonsOf(one, networks),
  }
  const id = createHash('sha256')
    .update(JSON.stringify([parts, now]))
    .digest('hex')
    .slice(0, 12)
  return { id, ...parts, blastRadius: null }
}

/** Seconds: longer each time that a network comes back, up to the longest. */
function limitOf(networks: readonly PlannedNetwork[], { first, factor, longest }: Limits): number {
  const times = Math.max(0, ...networks.map(({ earlier }) => earlier))
  return Math.min(longest, Math.round(first * factor ** Math.min(times, 64)))
}

const outward: ReadonlySet<SignKind> = new Set(['outbound-volume', 'first-destination', 'uncommon'])

function directionOf({ triage }: Case, networks: readonly PlannedNetwork[]): Direction {
  const peers = (triage?.signs ?? [])
    .filter(({ kind }) => outward.has(kind))
    .map(({ peer }) => parseAddress(peer ?? ''))
  const isReached = networks.some(({ network }) => peers.some((peer) => peer && contains(prefixOf(network), ...peer)))
  return isReached ? 'both' : 'in'
}

function reasonsOf({ decision, id }: Case, networks: readonly PlannedNetwork[]): string[] {
  const again = networks.filter(({ earlier }) => earlier > 0)
  return [
    ...(decision === null
      ? []
      : [`Case ${id} was decided by ${decision.rule}: ${decision.title}.`, ...decision.because.slice(0, 4)]),
    ...again
      .slice(0, 4)
      .map(
        ({ network, earlier }) =>
          `${network} was blocked ${earlier === 1 ? 'once' : `${earlier} times`} before, and is back.`,
      ),
  ]
}
