import type { LearnedService } from '../case/case.ts'
import type { Use } from './history/use.ts'
import { placeOf } from './ruleset.ts'
import { type Amount, amountOf, type Usage } from './usage.ts'

/** A port of ours that answered the world in the period (mitigation M1056: what an adversary can gather). */
export interface Exposure {
  readonly address: string
  readonly protocol: string
  readonly port: number | null
  /** ISO 8601. */
  readonly first: string
  readonly last: string
  readonly legitimate: Amount
  readonly scanners: Amount
  /** What scans of cases learned of it; null where they got no answer of it. */
  readonly learned: { readonly banner: string | null } | null
  /** Where the rules stand that let it in, or may have. */
  readonly rules: readonly string[]
  /** The rules that the logs name. */
  readonly named: readonly string[]
}

const mostRules = 4

/** Ports that answered somebody outside, those that only scanners used first. */
export function exposuresOf(
  uses: readonly Use[],
  usages: readonly Usage[],
  learned: readonly LearnedService[],
): readonly Exposure[] {
  const told = new Map(learned.map((service) => [keyOf(service.address, service.protocol, service.port), service]))
  const inbound = uses.filter(({ direction, answered }) => direction === 'inbound' && answered > 0)
  const groups = Map.groupBy(inbound, ({ target, protocol, port }) => keyOf(target, protocol, port))
  const exposures = [...groups].map(([key, group]) => exposureOf(group, usages, told.get(key)))
  return exposures.sort(
    (a, b) => Number(a.legitimate.connections > 0) - Number(b.legitimate.connections > 0) || order(a, b),
  )
}

function order(a: Exposure, b: Exposure): number {
  return (
    b.scanners.connections - a.scanners.connections ||
    (a.address < b.address ? -1 : a.address > b.address ? 1 : (a.port ?? 0) - (b.port ?? 0))
  )
}

function keyOf(address: string, protocol: string, port: number | undefined): string {
  return `${address} ${protocol} ${port ?? 0}`
}

function exposureOf(group: readonly Use[], usages: readonly Usage[], learned: LearnedService | undefined): Exposure {
  const [{ target, protocol, port }] = group as [Use]
  const all = amountOf(group)
  return {
    address: target,
    protocol,
    port: port ?? null,
    first: all.first ?? '',
    last: all.last ?? '',
    legitimate: amountOf(group, 'legitimate'),
    scanners: amountOf(group, 'scanner'),
    learned: learned === undefined ? null : { banner: learned.banner },
    rules: placesOf(group, usages),
    named: [...new Set(group.map(({ named }) => named).filter((name) => name !== ''))].slice(0, mostRules),
  }
}

/** Where the rules stand that let these connections in; a policy where none did. */
function placesOf(group: readonly Use[], usages: readonly Usage[]): readonly string[] {
  const places = new Set<string>()
  for (const { ruleset, letIn } of usages) {
    for (const use of group) {
      const found = letIn.get(use)
      for (const rule of found?.rules ?? []) places.add(placeOf(rule, ruleset))
      for (const chain of found?.policies ?? [])
        places.add(`policy of ${[chain.family, chain.table, chain.name].filter((part) => part !== '').join(' ')}`)
      if (places.size >= mostRules) return [...places]
    }
  }
  return [...places]
}
