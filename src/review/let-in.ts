import { type Candidate, evaluate, type Path, type Stage } from './evaluate.ts'
import type { Flow } from './flow.ts'
import type { Chain, Rule, Ruleset } from './ruleset.ts'

/** Which rule of a firewall let a connection in, or may have. */
export interface LetIn {
  /** Rules that accepted it, or one of which did. */
  readonly rules: readonly Rule[]
  /** Chains that let it pass by their policy, where no rule did. */
  readonly policies: readonly Chain[]
  /** The search was given up: too many rules had to be asked. */
  readonly isLost: boolean
  /** There is just one possibility. */
  readonly isSure: boolean
  /** Rules on the way that jump or write to a log. */
  readonly passed: readonly Rule[]
}

const paths: readonly Path[] = ['input', 'forward']

/**
 * Which rule let this connection in? It is known to have come through: what would have denied it is therefore ruled out, and so is a path
 * (to the firewall itself, or through it) on which it would have been denied.
 *
 * @returns undefined where the ruleset has no chain for it; no rules and no policies where it would have been denied on every path
 */
export function whichLetIn(ruleset: Ruleset, flow: Flow): LetIn | undefined {
  const verdicts = paths.flatMap((path) => evaluate(ruleset, flow, path) ?? [])
  if (verdicts.length === 0) return undefined
  const open = verdicts.filter(({ action }) => action !== 'deny')
  const telling = open.filter(({ stages }) => stages.some(hasRules))
  const possible = telling.length > 0 ? telling : open
  const stages = possible.flatMap((verdict) => verdict.stages)
  const accepting = stages.map(({ candidates }) => candidates.filter(mayAccept))
  const rules = [...new Set(accepting.flat().flatMap(({ rule }) => rule ?? []))]
  const isOne = possible.length === 1 && accepting.every((candidates) => candidates.length === 1)
  return {
    rules,
    policies:
      rules.length > 0
        ? []
        : [...new Set(accepting.flat().flatMap((one) => (one.action === 'accept' ? one.chain : [])))],
    isLost: accepting.flat().some(({ rule, action }) => rule === undefined && action === 'unknown'),
    isSure:
      isOne ||
      (rules.length === 1 &&
        accepting.flat().every(({ rule, chain }) => rule !== undefined || chain.rules.length === 0)),
    passed: possible.flatMap(({ passed }) => passed),
  }
}

/** A chain without rules and with the policy to accept says nothing: this firewall does not filter there. */
function hasRules({ base }: Stage): boolean {
  return base.rules.length > 0 || base.base?.policy === 'drop'
}

function mayAccept({ action }: Candidate): boolean {
  return action === 'accept' || action === 'unknown'
}

/** Whether the connection could come through at all. */
export function couldPass(ruleset: Ruleset, flow: Flow): boolean {
  const found = whichLetIn(ruleset, flow)
  return found === undefined || found.isLost || found.rules.length > 0 || found.policies.length > 0
}
