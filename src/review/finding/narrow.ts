import type { Prefix } from '../../base/prefix.ts'
import { truncate } from '../../base/prefix.ts'
import { addressOf, hostSpans, isFour, networksOf, prefixSpan } from '../address-span.ts'
import type { Use } from '../history/use.ts'
import { anything, both, type Match } from '../match.ts'
import { amount, intersect, type Spans, spansOf } from '../spans.ts'

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

/** Hosts, else /24s and /64s, else /16s and /48s. */
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
  const size = (matches: readonly Match[]) =>
    matches.reduce(
      (sum, { sources, targets, targetPorts }) =>
        sum + Math.log2(amount(sources)) + Math.log2(amount(targets)) + Math.log2(amount(targetPorts)),
      0,
    )
  return (
    after.length !== before.length ||
    size(after) < size(before) ||
    intersect(after[0]?.protocols ?? [], before[0]?.protocols ?? []).length === 0
  )
}
