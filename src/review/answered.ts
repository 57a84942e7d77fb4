import type { Use } from './history/use.ts'
import type { Chain, Rule } from './ruleset.ts'
import { placeOf } from './ruleset.ts'
import { type Amount, amountOf, type Usage } from './usage.ts'

/** A rule, or the policy of a chain, that let answered connections in. */
export interface Entrance {
  readonly ruleset: string
  readonly place: string
  readonly text: string
  /** Of every connection there was no other possibility. */
  readonly isSure: boolean
  readonly legitimate: Amount
  readonly scanners: Amount
  /** `192.0.2.10 tcp/22`, the most used first. */
  readonly services: readonly string[]
  readonly serviceCount: number
}

const mostServices = 8

/** Which rules let the answered connections from outside in, those that let most scanners in first. @param isAsked whose connections */
export function entrancesOf(usage: Usage, isAsked: (use: Use) => boolean): readonly Entrance[] {
  const groups = new Map<Rule | Chain, Use[]>()
  const unsure = new Set<Rule | Chain>()
  for (const [use, found] of usage.letIn) {
    if (use.direction !== 'inbound' || use.answered === 0 || !isAsked(use)) continue
    for (const key of [...found.rules, ...found.policies]) {
      const group = groups.get(key)
      if (group) group.push(use)
      else groups.set(key, [use])
      if (!found.isSure) unsure.add(key)
    }
  }
  const entrances = [...groups].map(([key, uses]) => entranceOf(usage, key, uses, !unsure.has(key)))
  return entrances.sort(
    (a, b) => b.scanners.connections - a.scanners.connections || b.legitimate.connections - a.legitimate.connections,
  )
}

function entranceOf({ ruleset }: Usage, key: Rule | Chain, uses: readonly Use[], isSure: boolean): Entrance {
  const counts = new Map<string, number>()
  for (const { target, protocol, port, answered } of uses) {
    const service = `${target} ${protocol}${port === undefined ? '' : `/${port}`}`
    counts.set(service, (counts.get(service) ?? 0) + answered)
  }
  const services = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([service]) => service)
  const isRule = 'branches' in key
  return {
    ruleset: ruleset.name,
    place: isRule ? placeOf(key, ruleset) : [key.family, key.table, key.name].filter((part) => part !== '').join(' '),
    text: isRule ? key.text : `its policy, ${key.base?.policy ?? 'accept'}: no rule asked for it`,
    isSure,
    legitimate: amountOf(uses, 'legitimate'),
    scanners: amountOf(uses, 'scanner'),
    services: services.slice(0, mostServices),
    serviceCount: services.length,
  }
}
