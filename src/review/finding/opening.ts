import { parseAddress } from '../../base/address.ts'
import type { Prefix } from '../../base/prefix.ts'
import { Protocol } from '../../event/protocol.ts'
import { addressOf, fourSpace, prefixSpan, sixSpace } from '../address-span.ts'
import { type Flow, newFlow } from '../flow.ts'
import { whichLetIn } from '../let-in.ts'
import { both, type Match, State } from '../match.ts'
import { reachOf } from '../reach.ts'
import type { Rule, Ruleset } from '../ruleset.ts'
import { amount, intersect, spansOf } from '../spans.ts'

/** What a rule lets in from the world. */
export interface Opening {
  readonly rule: Rule
  /** What comes through, seen from the first chain on. */
  readonly matches: readonly Match[]
  /** Interfaces of which it would have to be known whether they face the world; empty where it is. */
  readonly unsure: readonly string[]
}

/** Half of the IPv4 addresses, an eighth of the IPv6 ones: whoever may come from so many comes from anywhere. */
const worldFour = 2 ** 31
const worldSix = 2 ** 124
/** Sources that are asked for: far from each other, none of them special. */
const samples = ['45.83.12.9', '103.77.4.21', '200.10.99.3', '2600:4321:9::7', '2a0b:77:1:2::5'].map(
  (text) => parseAddress(text) as NonNullable<ReturnType<typeof parseAddress>>,
)

/**
 * Rules that let somebody from anywhere begin a connection: by what they say, and by asking the whole ruleset for a few sources of the
 * world, because an earlier rule may stand before them. Rules that were not understood are not among them.
 */
export function openingsOf(ruleset: Ruleset, outside: readonly string[], own: readonly Prefix[]): readonly Opening[] {
  const reach = reachOf(ruleset)
  return [...ruleset.chains.values()].flatMap(({ key, rules }) => {
    const ways = reach.get(key) ?? []
    return ways.length === 0 ? [] : rules.flatMap((rule) => openingOf(ruleset, rule, ways, outside, own) ?? [])
  })
}

function openingOf(
  ruleset: Ruleset,
  rule: Rule,
  ways: readonly Match[],
  outside: readonly string[],
  own: readonly Prefix[],
): Opening | undefined {
  if (rule.notUnderstood.length > 0) return undefined
  const matches = rule.branches
    .filter(({ action }) => action.kind === 'accept')
    .flatMap(({ match }) => ways.flatMap((way) => both(way, match) ?? []))
    .filter((match) => isWorld(match) && (match.states & State.new) !== 0 && facing(match, outside) !== 'no')
    .filter((match) => isReached(ruleset, rule, match, outside, own))
  if (matches.length === 0) return undefined
  const isSure = matches.some((match) => facing(match, outside) === 'yes')
  return { rule, matches, unsure: isSure ? [] : [...new Set(matches.flatMap(({ incoming }) => incoming?.names ?? []))] }
}

function isWorld({ sources }: Match): boolean {
  return amount(intersect(sources, fourSpace)) >= worldFour || amount(intersect(sources, sixSpace)) >= worldSix
}

function facing({ incoming }: Match, outside: readonly string[]): 'yes' | 'no' | 'maybe' {
  if (incoming === null) return 'yes'
  const hit = incoming.names.some((name) =>
    outside.some((one) => one === name || (name.endsWith('*') && one.startsWith(name.slice(0, -1)))),
  )
  if (incoming.names.every((name) => name === 'lo')) return incoming.isNegated ? 'yes' : 'no'
  if (outside.length > 0) return hit !== incoming.isNegated ? 'yes' : 'no'
  return 'maybe'
}

/** Whether somebody from anywhere gets through by this rule. */
function isReached(
  ruleset: Ruleset,
  rule: Rule,
  match: Match,
  outside: readonly string[],
  own: readonly Prefix[],
): boolean {
  const ours = spansOf(own.map(prefixSpan))
  return samples.some((sample) => {
    const flow = sampleFlow(match, sample, ours.length > 0 ? intersect(match.targets, ours) : match.targets)
    if (flow === undefined) return false
    const named = outside.length > 0 ? { ...flow, incoming: { is: outside, isNot: [] } } : flow
    return whichLetIn(ruleset, named)?.rules.includes(rule) === true
  })
}

function sampleFlow(match: Match, sample: Parameters<typeof newFlow>[0], targets: Match['targets']): Flow | undefined {
  const space = sample[2] === 0xffff && sample[0] === 0 && sample[1] === 0 ? fourSpace : sixSpace
  const target = intersect(targets.length > 0 ? targets : match.targets, space)[0]
  const protocol = match.protocols.some(([from, to]) => from <= Protocol.tcp && to >= Protocol.tcp)
    ? Protocol.tcp
    : match.protocols[0]?.[0]
  if (target === undefined || protocol === undefined) return undefined
  const [low, high] = target
  const flow = newFlow(sample, addressOf(high > low ? low + 1n : low), {
    protocol,
    targetPort: match.targetPorts[0]?.[0] ?? 0,
    icmpType: match.icmpTypes[0]?.[0] ?? 0,
  })
  return match.sources.some(([from, to]) => flow.source >= from && flow.source <= to) ? flow : undefined
}
