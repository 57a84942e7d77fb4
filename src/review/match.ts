import { everyAddress, fourSpace, isFour, sixSpace } from './address-span.ts'
import type { Flow, Names } from './flow.ts'
import { covers, holds, intersect, type Spans } from './spans.ts'

/** States of a connection that a packet may have, as bits. */
export const State = { new: 1, established: 2, related: 4, invalid: 8, untracked: 16 } as const
const everyState = 31

/** Interfaces by name; a name may end in `*`. */
export interface NameTest {
  readonly names: readonly string[]
  readonly isNegated: boolean
}

/** A test of TCP flags: those of `mask` are `value`, are not, or at least one of them is set. */
export interface FlagTest {
  readonly mask: number
  readonly value: number
  readonly test: 'equal' | 'unequal' | 'any'
}

/** What a packet must be like: all of it. What is not asked for holds everything. */
export interface Match {
  readonly sources: Spans<bigint>
  readonly targets: Spans<bigint>
  /** IP protocol numbers. */
  readonly protocols: Spans<number>
  readonly sourcePorts: Spans<number>
  readonly targetPorts: Spans<number>
  readonly icmpTypes: Spans<number>
  readonly incoming: NameTest | null
  readonly outgoing: NameTest | null
  /** Bits of `State`. */
  readonly states: number
  readonly flags: readonly FlagTest[]
  /** Conditions that were not understood: whether they hold is never known. */
  readonly unknown: readonly string[]
}

export const everyProtocol: Spans<number> = [[0, 255]]
export const everyPort: Spans<number> = [[0, 65535]]
export const everyType: Spans<number> = [[0, 255]]

export const anything: Match = {
  sources: everyAddress,
  targets: everyAddress,
  protocols: everyProtocol,
  sourcePorts: everyPort,
  targetPorts: everyPort,
  icmpTypes: everyType,
  incoming: null,
  outgoing: null,
  states: everyState,
  flags: [],
  unknown: [],
}

/** What both ask for; undefined where no packet can be like that. */
export function both(a: Match, b: Match): Match | undefined {
  const joined = {
    ...oneFamily(intersect(a.sources, b.sources), intersect(a.targets, b.targets)),
    protocols: intersect(a.protocols, b.protocols),
    sourcePorts: intersect(a.sourcePorts, b.sourcePorts),
    targetPorts: intersect(a.targetPorts, b.targetPorts),
    icmpTypes: intersect(a.icmpTypes, b.icmpTypes),
    states: a.states & b.states,
    flags: [...a.flags, ...b.flags],
  }
  const { sources, targets, protocols, sourcePorts, targetPorts, icmpTypes } = joined
  if ([sources, targets, protocols, sourcePorts, targetPorts, icmpTypes].some(({ length }) => length === 0)) return
  if (joined.states === 0) return undefined
  const [incoming, incomingUnknown] = bothNames(a.incoming, b.incoming)
  const [outgoing, outgoingUnknown] = bothNames(a.outgoing, b.outgoing)
  return {
    ...joined,
    incoming,
    outgoing,
    unknown: [...a.unknown, ...b.unknown, ...incomingUnknown, ...outgoingUnknown],
  }
}

/** An IPv4 source asks for an IPv4 target, and the other way round. */
function oneFamily(sources: Spans<bigint>, targets: Spans<bigint>): Pick<Match, 'sources' | 'targets'> {
  const space = [sources, targets].map((spans) =>
    covers(fourSpace, spans) ? fourSpace : covers(sixSpace, spans) ? sixSpace : everyAddress,
  ) as [Spans<bigint>, Spans<bigint>]
  return { sources: intersect(sources, space[1]), targets: intersect(targets, space[0]) }
}

/** Two tests of one interface are not put together: the second is kept as a condition that is not understood. */
function bothNames(a: NameTest | null, b: NameTest | null): [NameTest | null, string[]] {
  if (a === null || b === null) return [a ?? b, []]
  return JSON.stringify(a) === JSON.stringify(b) ? [a, []] : [a, ['two tests of one interface']]
}

export type Answer = 'yes' | 'no' | 'maybe'

/** Whether a flow's first packet is like that; `maybe` where the flow does not tell what is asked for. */
export function matches(match: Match, flow: Flow): Answer {
  if (!holds(match.protocols, flow.protocol) || (match.states & flow.state) === 0) return 'no'
  if (!holds(match.sources, flow.source) || !holds(match.targets, flow.target)) return 'no'
  const answers = [
    numberHolds(match.targetPorts, everyPort, flow.targetPort),
    numberHolds(match.sourcePorts, everyPort, flow.sourcePort),
    numberHolds(match.icmpTypes, everyType, flow.icmpType),
    nameHolds(match.incoming, flow.incoming),
    nameHolds(match.outgoing, flow.outgoing),
    flagsHold(match.flags, flow),
  ]
  if (answers.includes('no')) return 'no'
  return match.unknown.length > 0 || answers.includes('maybe') ? 'maybe' : 'yes'
}

function numberHolds(spans: Spans<number>, every: Spans<number>, number: number | undefined): Answer {
  if (spans === every || covers(spans, every)) return 'yes'
  if (number === undefined) return 'maybe'
  return holds(spans, number) ? 'yes' : 'no'
}

function nameHolds(test: NameTest | null, { is, isNot }: Names): Answer {
  if (test === null) return 'yes'
  const hit = is === null ? unnamedHit(test, isNot) : namedHit(test, is)
  if (hit === 'maybe' || !test.isNegated) return hit
  return hit === 'yes' ? 'no' : 'yes'
}

function namedHit({ names }: NameTest, is: readonly string[]): Answer {
  const hits = is.filter((name) => names.some((pattern) => isNamed(pattern, name))).length
  return hits === 0 ? 'no' : hits === is.length ? 'yes' : 'maybe'
}

/** Of an interface that is not known it may be known which it is not; over the loopback nothing comes from the network. */
function unnamedHit({ names }: NameTest, isNot: readonly string[]): Answer {
  if (names.includes('*')) return 'yes'
  return names.every((name) => name === 'lo' || isNot.includes(name)) ? 'no' : 'maybe'
}

function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name
}

function flagsHold(tests: readonly FlagTest[], { protocol, tcpFlags }: Flow): Answer {
  if (tests.length === 0) return 'yes'
  if (protocol !== 6) return 'no'
  const held = tests.every(({ mask, value, test }) => {
    if (test === 'any') return (tcpFlags & mask) !== 0
    return ((tcpFlags & mask) === value) === (test === 'equal')
  })
  return held ? 'yes' : 'no'
}

/** Whether every packet that is like `inner` is like `outer` too. Never true of what was not understood. */
export function coversMatch(outer: Match, inner: Match): boolean {
  return (
    outer.unknown.length === 0 &&
    (inner.states & ~outer.states) === 0 &&
    covers(outer.protocols, inner.protocols) &&
    covers(outer.targetPorts, inner.targetPorts) &&
    covers(outer.sourcePorts, inner.sourcePorts) &&
    covers(outer.icmpTypes, inner.icmpTypes) &&
    covers(outer.targets, inner.targets) &&
    covers(outer.sources, inner.sources) &&
    coversName(outer.incoming, inner.incoming) &&
    coversName(outer.outgoing, inner.outgoing) &&
    outer.flags.every((test) => inner.flags.some((other) => JSON.stringify(other) === JSON.stringify(test)))
  )
}

function coversName(outer: NameTest | null, inner: NameTest | null): boolean {
  if (outer === null) return true
  if (inner === null || outer.isNegated !== inner.isNegated) return false
  const [wide, narrow] = outer.isNegated ? [inner.names, outer.names] : [outer.names, inner.names]
  return narrow.every((name) =>
    wide.some((pattern) => pattern === name || (!name.endsWith('*') && isNamed(pattern, name))),
  )
}

/** Whether a match is about one family only: 4, 6, or undefined for both. */
export function familyOf({ sources, targets }: Match): 4 | 6 | undefined {
  const first = sources[0]?.[0]
  if (covers(fourSpace, sources) || covers(fourSpace, targets)) return 4
  return first !== undefined && (covers(sixSpace, sources) || covers(sixSpace, targets)) ? 6 : undefined
}

export function familyOfFlow({ target }: Flow): 4 | 6 {
  return isFour(target) ? 4 : 6
}
