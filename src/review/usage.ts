import type { Flow, Names } from './flow.ts'
import type { History, Use, Who } from './history/use.ts'
import { type LetIn, whichLetIn } from './let-in.ts'
import type { Rule, Ruleset } from './ruleset.ts'

/** How much somebody used something. */
export interface Amount {
  readonly connections: number
  readonly sources: number
  /** ISO 8601; null where there was none. */
  readonly first: string | null
  readonly last: string | null
}

/** A log names another rule than the one that the ruleset leads to. */
export interface Disagreement {
  readonly use: Use
  readonly rules: readonly Rule[]
  /** The ruleset has the name that the log tells. */
  readonly isKnown: boolean
}

/** What a period's connections met in one ruleset. */
export interface Usage {
  readonly ruleset: Ruleset
  /** Interfaces that face the world; empty where that is not known. */
  readonly outside: readonly string[]
  /** What was found of each connection of which the ruleset says something. */
  readonly letIn: ReadonlyMap<Use, LetIn>
  /** Connections for which a rule is the only possibility. */
  readonly sure: ReadonlyMap<Rule, readonly Use[]>
  /** Connections that it may have let in. */
  readonly maybe: ReadonlyMap<Rule, readonly Use[]>
  /** Connections that came in by a policy: no rule asked for them. */
  readonly byPolicy: readonly Use[]
  /** Connections of a family, or on a path, of which the ruleset says nothing. */
  readonly notFiltered: number
  /** Connections for which too many rules had to be asked. */
  readonly lost: number
  readonly unexplained: readonly Use[]
  readonly agreed: number
  readonly disagreements: readonly Disagreement[]
}

const mostKept = 1000

/** Asks the ruleset for each connection of the history. @param outside interfaces that face the world, where that is known */
export function usageOf(ruleset: Ruleset, history: History, outside: readonly string[]): Usage {
  const letIn = new Map<Use, LetIn>()
  const sure = new Map<Rule, Use[]>()
  const maybe = new Map<Rule, Use[]>()
  const byPolicy: Use[] = []
  const unexplained: Use[] = []
  const disagreements: Disagreement[] = []
  const names = namesOf(ruleset)
  let notFiltered = 0
  let agreed = 0
  let lost = 0
  for (const use of history.uses) {
    const found = whichLetIn(ruleset, flowAt(use, outside))
    if (found) letIn.set(use, found)
    if (found === undefined) notFiltered++
    else if (found.isLost) lost++
    else if (found.rules.length === 0 && found.policies.length === 0) unexplained.push(use)
    else if (found.rules.length === 0) byPolicy.push(use)
    else for (const rule of found.rules) put(found.isSure ? sure : maybe, rule, use)
    if (found === undefined || found.isLost || use.named === '') continue
    const said = [...found.rules, ...found.passed].some((rule) => isNamed(rule, use.named, ruleset))
    if (said) agreed++
    else if (disagreements.length < mostKept)
      disagreements.push({ use, rules: found.rules, isKnown: names.has(bare(use.named)) })
  }
  return { ruleset, outside, letIn, sure, maybe, byPolicy, notFiltered, lost, unexplained, agreed, disagreements }
}

/** The flow with what is known of the interfaces that it passed. */
export function flowAt({ flow, direction }: Pick<Use, 'flow' | 'direction'>, outside: readonly string[]): Flow {
  if (outside.length === 0) return flow
  const facing: Names = { is: outside, isNot: [] }
  const inner: Names = { is: null, isNot: outside }
  if (direction === 'inbound') return { ...flow, incoming: facing, outgoing: inner }
  if (direction === 'outbound') return { ...flow, incoming: inner, outgoing: facing }
  return direction === 'internal' ? { ...flow, incoming: inner, outgoing: inner } : flow
}

function put(map: Map<Rule, Use[]>, rule: Rule, use: Use): void {
  const list = map.get(rule)
  if (list) list.push(use)
  else map.set(rule, [use])
}

/** What logs may call a rule: its log prefix, its comment, its chain or access list. */
function isNamed(rule: Rule, name: string, ruleset: Ruleset): boolean {
  const chain = ruleset.chains.get(rule.chain)?.name
  return chain === name || rule.comment === name || rule.labels.some((label) => isLabel(label, name))
}

function isLabel(label: string, name: string): boolean {
  return bare(label) === bare(name)
}

/** Readers of logs take colons and blanks off the end of a prefix. */
function bare(text: string): string {
  return text.replace(/[\s:]{1,8}$/, '')
}

function namesOf(ruleset: Ruleset): ReadonlySet<string> {
  const chains = [...ruleset.chains.values()]
  const names = chains.flatMap(({ name, rules }) => [
    name,
    ...rules.flatMap(({ labels, comment }) => [...labels, comment]),
  ])
  return new Set(names.map(bare))
}

/** How much of the uses was of one kind of source. */
export function amountOf(uses: readonly Use[], who?: Who): Amount {
  const chosen = who === undefined ? uses : uses.filter((use) => use.who === who)
  const sources = new Set(chosen.map(({ source }) => source))
  let [first, last]: [string | null, string | null] = [null, null]
  for (const use of chosen) {
    if (first === null || use.first < first) first = use.first
    if (last === null || use.last > last) last = use.last
  }
  return {
    connections: chosen.reduce((sum, { answered, allowed }) => sum + answered + allowed, 0),
    sources: sources.size,
    first,
    last,
  }
}
