import type { Use } from './history/use.ts'
import { languageNamed } from './language/registry.ts'
import { couldPass } from './let-in.ts'
import type { Match } from './match.ts'
import type { Chain, Rule, Ruleset } from './ruleset.ts'
import { type Amount, amountOf, flowAt, type Usage } from './usage.ts'

/** What would no longer come through. */
export interface Cut {
  readonly legitimate: Amount
  readonly scanners: Amount
}

/** A tighter rule in the language of the ruleset, or why there is none. */
export interface Proposal {
  /** To be read and run by a person; empty where it could not be written. */
  readonly commands: readonly string[]
  /** Why there are no commands; null where there are. */
  readonly why: string | null
  /** What it would have cut in the period; null where no traffic is known. */
  readonly cut: Cut | null
}

/** Writes what stands in a rule's place (nothing: it is removed), and counts what that would have cut. */
export function proposalOf(ruleset: Ruleset, rule: Rule, by: readonly Match[], usage: Usage | undefined): Proposal {
  const commands = languageNamed(ruleset.language).replace(ruleset, rule, by)
  return {
    commands: commands ?? [],
    why: commands === undefined ? whyNot(ruleset, rule) : null,
    cut: usage === undefined ? null : cutOf(ruleset, rule, by, usage),
  }
}

function whyNot(ruleset: Ruleset, rule: Rule): string {
  if (rule.notUnderstood.length > 0) return 'a condition of the rule was not understood'
  if (ruleset.language.startsWith('nft') && rule.handle === undefined)
    return 'the ruleset shows no handles: list it with nft -a'
  return 'the rule has parts or names that cannot be written safely in one command'
}

/** The connections that the rule let in, or may have, asked again with the other rule in its place. */
function cutOf(ruleset: Ruleset, rule: Rule, by: readonly Match[], { sure, maybe, outside }: Usage): Cut {
  const uses: readonly Use[] = [...(sure.get(rule) ?? []), ...(maybe.get(rule) ?? [])]
  const changed = uses.length === 0 ? ruleset : replaced(ruleset, rule, by)
  const gone = uses.filter((use) => !couldPass(changed, flowAt(use, outside)))
  return { legitimate: amountOf(gone, 'legitimate'), scanners: amountOf(gone, 'scanner') }
}

/** The ruleset with another rule, or none, in a rule's place. */
function replaced(ruleset: Ruleset, rule: Rule, by: readonly Match[]): Ruleset {
  const chain = ruleset.chains.get(rule.chain) as Chain
  const changed: Rule = { ...rule, branches: by.map((match) => ({ match, action: { kind: 'accept' } })) }
  const rules = chain.rules.flatMap((one) => (one !== rule ? [one] : by.length === 0 ? [] : [changed]))
  return { ...ruleset, chains: new Map(ruleset.chains).set(chain.key, { ...chain, rules }) }
}
