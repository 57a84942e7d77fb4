import { anything, both, type Match } from './match.ts'
import type { Chain, Ruleset } from './ruleset.ts'

/** Ways that lead to one chain; beyond so many it is only known that it is reached. */
const mostWays = 64
const mostVisits = 100_000

/**
 * For each chain that packets to or through the firewall come to: what they are like there, one match for each way of jumps that leads to
 * it. Chains of translation and of what the firewall itself sends are not among them.
 */
export function reachOf(ruleset: Ruleset): ReadonlyMap<string, readonly Match[]> {
  const ways = new Map<string, Match[]>()
  const left: (readonly [chain: Chain, match: Match, depth: number])[] = []
  const arrive = (chain: Chain | undefined, match: Match, depth: number) => {
    if (chain === undefined || depth > 16) return
    const known = ways.get(chain.key) ?? []
    ways.set(chain.key, known)
    if (known.length > mostWays || known.some((one) => isSame(one, match))) return
    const next = known.length === mostWays ? { ...anything, unknown: ['too many ways lead here'] } : match
    known.push(next)
    left.push([chain, next, depth])
  }
  for (const chain of ruleset.chains.values()) {
    if (chain.base && !chain.base.isNat && chain.base.hook !== 'output') arrive(chain, anything, 0)
  }
  for (let visits = 0; left.length > 0 && visits < mostVisits; visits++) {
    const [chain, match, depth] = left.pop() as (typeof left)[number]
    for (const { branches } of chain.rules) {
      for (const { match: own, action } of branches) {
        if (action.kind !== 'jump' && action.kind !== 'goto') continue
        const joined = both(match, own)
        if (joined) arrive(ruleset.chains.get(action.chain), joined, depth + 1)
      }
    }
  }
  return ways
}

function isSame(a: Match, b: Match): boolean {
  return textOf(a) === textOf(b)
}

function textOf(match: Match): string {
  return JSON.stringify(match, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}
