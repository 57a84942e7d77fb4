import { coversMatch, State } from '../match.ts'
import type { Branch, Chain, Rule, Ruleset } from '../ruleset.ts'

/** Comparisons of two matches in one ruleset; beyond that the rest is not looked at, and that is said. */
const mostComparisons = 20_000_000

export interface Shadowed {
  readonly rule: Rule
  /** The earlier rules that take all that it would match. */
  readonly by: readonly Rule[]
  /** They do the same. */
  readonly isSame: boolean
}

/**
 * Rules that no packet reaches because each of their ways to match is covered by one earlier rule of the chain that ends the search there.
 * What several earlier rules cover only together is not found.
 */
export function shadowedRules(ruleset: Ruleset): { readonly found: readonly Shadowed[]; readonly isCut: boolean } {
  const found: Shadowed[] = []
  const budget = { left: mostComparisons }
  for (const chain of ruleset.chains.values()) found.push(...shadowedIn(chain, budget))
  return { found, isCut: budget.left < 0 }
}

interface Ending extends Branch {
  readonly rule: Rule
}

function shadowedIn({ rules }: Chain, budget: { left: number }): readonly Shadowed[] {
  const endings: Ending[] = []
  const found: Shadowed[] = []
  for (const rule of rules) {
    if (budget.left < 0) return found
    const acts = rule.branches.some(({ action }) => action.kind !== 'continue')
    const covering =
      rule.notUnderstood.length > 0 || !acts ? [] : rule.branches.map((branch) => coverOf(branch, endings, budget))
    if (covering.length > 0 && !covering.includes(undefined)) {
      const by = covering as Ending[]
      const isSame = rule.branches.every(({ action }, i) => action.kind === by[i]?.action.kind)
      found.push({ rule, by: [...new Set(by.map((one) => one.rule))], isSame })
    } else for (const branch of rule.branches) if (ends(branch)) endings.push({ ...branch, rule })
  }
  return found
}

function ends({ match, action }: Branch): boolean {
  return match.unknown.length === 0 && ['accept', 'drop', 'reject', 'return', 'goto'].includes(action.kind)
}

function coverOf({ match }: Branch, endings: readonly Ending[], budget: { left: number }): Ending | undefined {
  budget.left -= endings.length
  return budget.left < 0 ? undefined : endings.find((ending) => coversMatch(ending.match, match))
}

/** Rules that can only be about packets of connections that are there already. */
export function isForReplies({ branches }: Rule): boolean {
  return branches.every(({ match }) => (match.states & (State.new | State.untracked)) === 0)
}
