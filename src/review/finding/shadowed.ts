import { coversMatch, type Match, State } from '../match.ts'
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
  const endings = new Endings()
  const found: Shadowed[] = []
  for (const rule of rules) {
    if (budget.left < 0) return found
    const acts = rule.branches.some(({ action }) => action.kind !== 'continue')
    const covering =
      rule.notUnderstood.length > 0 || !acts ? [] : rule.branches.map((branch) => endings.coverOf(branch, budget))
    if (covering.length > 0 && !covering.includes(undefined)) {
      const by = covering as Ending[]
      const isSame = rule.branches.every(({ action }, i) => action.kind === by[i]?.action.kind)
      found.push({ rule, by: [...new Set(by.map((one) => one.rule))], isSame })
    } else for (const branch of rule.branches) if (ends(branch)) endings.add({ ...branch, rule })
  }
  return found
}

function ends({ match, action }: Branch): boolean {
  return match.unknown.length === 0 && ['accept', 'drop', 'reject', 'return', 'goto'].includes(action.kind)
}

/** Ways to match that end the search, in order; those of one port by that port: they cover nothing of another. */
class Endings {
  readonly #wide: Ending[] = []
  readonly #byPort = new Map<number, Ending[]>()

  add(ending: Ending): void {
    const port = onlyPort(ending.match)
    if (port === undefined) this.#wide.push(ending)
    else {
      const list = this.#byPort.get(port)
      if (list) list.push(ending)
      else this.#byPort.set(port, [ending])
    }
  }

  /** One that takes all that the branch would match. */
  coverOf({ match }: Branch, budget: { left: number }): Ending | undefined {
    const port = onlyPort(match)
    const narrow = (port === undefined ? undefined : this.#byPort.get(port)) ?? []
    budget.left -= this.#wide.length + narrow.length
    if (budget.left < 0) return undefined
    const covers = (ending: Ending) => coversMatch(ending.match, match)
    return this.#wide.find(covers) ?? narrow.find(covers)
  }
}

function onlyPort({ targetPorts }: Match): number | undefined {
  const [[from, to] = [0, 1]] = targetPorts
  return targetPorts.length === 1 && from === to ? from : undefined
}

/** Rules that can only be about packets of connections that are there already. */
export function isForReplies({ branches }: Rule): boolean {
  return branches.every(({ match }) => (match.states & (State.new | State.untracked)) === 0)
}
