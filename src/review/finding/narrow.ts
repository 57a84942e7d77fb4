import { type Prefix, truncate } from '../../base/prefix.ts'
import { addressOf, hostSpans, isFour, networksOf, prefixSpan } from '../address-span.ts'
import type { Use } from '../history/use.ts'
import { anything, both, type Match } from '../match.ts'
import { amount, type Spans, spansOf } from '../spans.ts'

/** Networks of sources, and services, that a tighter rule names at the most. */
const mostNetworks = 16
const mostServices = 16

/** The matches narrowed to the services (host, protocol, port) that were used; undefined where there are too many for a rule. */
export function toServices(matches: readonly Match[], uses: readonly Use[]): readonly Match[] | undefined {
  const byPort = Map.groupBy(
    uses,
    ({ flow }) => `${flow.protocol} ${flow.targetPort ?? ''} ${isFour(flow.target) ? 4 : 6}`,
  )
  if (byPort.size > mostServices) return undefined
  const services = [...byPort.values()].map((group): Match => {
    const [{ flow }] = group as [Use]
    const port = flow.targetPort
    return {
      ...anything,
      targets: hostSpans(new Set(group.map((use) => use.flow.target))),
      protocols: [[flow.protocol, flow.protocol]],
      ...(port !== undefined && { targetPorts: [[port, port]] }),
    }
  })
  if (services.some(({ targets }) => targets.length > mostServices)) return undefined
  return matches.flatMap((match) => services.flatMap((service) => both(match, service) ?? []))
}

/** The matches narrowed to the sources that used them, put together to networks where they are many; undefined where these are still too many. */
export function toSources(matches: readonly Match[], uses: readonly Use[]): readonly Match[] | undefined {
  const sources = sourcesOf(uses)
  return sources && matches.flatMap((match) => both(match, { ...anything, sources }) ?? [])
}

/** Hosts, else /24s and /64s. */
function sourcesOf(uses: readonly Use[]): Spans<bigint> | undefined {
  const addresses = [...new Set(uses.map(({ flow }) => flow.source))]
  for (const [four, six] of [
    [128, 128],
    [120, 64],
  ] as const) {
    const prefixes: Prefix[] = addresses.map((address) => truncate(addressOf(address), isFour(address) ? four : six))
    const spans = spansOf(prefixes.map(prefixSpan))
    if (networksOf(spans).length <= mostNetworks) return spans
  }
  return undefined
}

/** Whether narrowing changed anything. */
export function isNarrower(before: readonly Match[], after: readonly Match[]): boolean {
  return after.length !== before.length || room(after) < room(before)
}

/** How much there is room for, in bits. */
function room(matches: readonly Match[]): number {
  const bits = ({ sources, targets, protocols, targetPorts }: Match) =>
    [amount(sources), amount(targets), amount(protocols), amount(targetPorts)].reduce((sum, n) => sum + Math.log2(n), 0)
  return matches.reduce((sum, match) => sum + bits(match), 0)
}
