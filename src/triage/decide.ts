import { listed } from '../base/quantity.ts'
import type { Answer, Decision, DecisionKind, QuestionId } from '../case/case.ts'
import { servicesFound } from '../case/services-found.ts'
import { isBotnet } from '../intel/known-actors.ts'
import { compromise } from './compromise.ts'
import type { Judged } from './facts.ts'
import { maliciousHits } from './question/malicious-history.ts'
import { sourceKind } from './question/who.ts'
import { type DecisionFacts, type Rule, rules } from './rules.ts'

/** What a configuration may change of a rule: what it decides, or that it never applies. */
export type RuleChanges = Readonly<Record<string, DecisionKind | 'off'>>

/** The first rule of the table that applies, with the facts it read. The same facts give the same decision. */
export function decide(facts: DecisionFacts, because: Reasons, changes: RuleChanges = {}): Decision {
  for (const rule of rules) {
    const change = changes[rule.id]
    const confidence = change === 'off' ? 0 : rule.applies(facts)
    if (confidence > 0)
      return decisionBy(rule, facts, because, Math.max(confidence, alone(rule, facts, changes)), change)
  }
  // Every rule is switched off: nobody decides, so a person must look.
  const last = rules[rules.length - 1] as Rule
  return decisionBy(last, facts, because, 0.5, 'monitor')
}

/** How sure the decision would be without an escalating rule: where the scan alone is to be escalated, no doubt of a sign undoes that. */
function alone(rule: Rule, facts: DecisionFacts, changes: RuleChanges): number {
  const decisionOf = ({ id, decision }: Rule) => changes[id] ?? decision
  const next = rules
    .slice(rules.indexOf(rule) + 1)
    .find((each) => changes[each.id] !== 'off' && each.applies(facts) > 0)
  if (next === undefined || decisionOf(rule) !== 'escalate' || decisionOf(next) !== 'escalate') return 0
  return Math.max(next.applies(facts), alone(next, facts, changes))
}

/** Sentences for each rule. */
export type Reasons = (rule: string) => readonly string[]

function decisionBy(
  rule: Rule,
  facts: DecisionFacts,
  because: Reasons,
  confidence: number,
  change?: DecisionKind | 'off',
): Decision {
  const decision = change === undefined || change === 'off' ? rule.decision : change
  const changed =
    decision === rule.decision
      ? []
      : [`The configuration lets rule ${rule.id} ${decision} instead of ${rule.decision}.`]
  return {
    decision,
    rule: rule.id,
    title: rule.title,
    because: [...because(rule.id), ...changed],
    facts: { ...facts },
    confidence: Math.round(1000 * confidence) / 1000,
    reverse: rule.reverse,
  }
}

/** The facts of a case for the rules. */
export function decisionFacts(judged: Judged, answers: readonly Answer[]): DecisionFacts {
  const { signs, allowed, scans } = judged
  const hits = maliciousHits(judged)
  const aimed = answers.find(({ question }) => question === 'D10')?.answer ?? 'unknown'
  // A machine of a botnet that scans everybody is background; only aimed at us does its name escalate.
  const ofActors = hits.filter(({ actor }) => actor !== null && !(aimed === 'no' && isBotnet(actor)))
  const surest = (confidences: readonly number[]) => Math.max(0, ...confidences)
  return {
    compromise: surest(signs.filter(({ kind }) => compromise.includes(kind)).map(({ confidence }) => confidence)),
    exploitation: surest(
      signs.filter(({ kind }) => kind === 'exploit' || kind === 'guessing').map(({ confidence }) => confidence),
    ),
    actor: surest(ofActors.map(({ confidence }) => confidence)),
    malicious: surest(hits.map(({ confidence }) => confidence)),
    authorised: allowed === undefined ? 'none' : allowed.inScope ? 'in-scope' : 'out-of-scope',
    source: sourceKind(judged),
    aimed,
    open: servicesFound(scans).length,
    scan: surest(scans.map(({ confidence }) => confidence)),
  }
}

/** Which answers speak for which rule. */
const speaking: Readonly<Record<string, readonly QuestionId[]>> = {
  E4: ['Q4'],
  E3: ['Q4'],
  E2: ['Q3'],
  authorised: ['Q1'],
  'out-of-scope': ['Q1'],
  internal: ['Q2', 'Q1'],
  background: ['D10'],
  research: ['Q2'],
  partner: ['Q2', 'Q1'],
  E1: ['D10', 'Q2', 'Q1'],
  watch: ['D10', 'Q2'],
}

/** The sentences of the answers that a rule rests on. */
export function reasonsFrom(answers: readonly Answer[], judged: Judged): Reasons {
  return (rule) => {
    if (rule === 'E3') {
      return judged.signs
        .filter(({ kind }) => kind === 'exploit' || kind === 'guessing')
        .map(({ text }) => text)
        .slice(0, 6)
    }
    if (rule === 'E4')
      return judged.signs
        .filter(({ kind }) => compromise.includes(kind))
        .map(({ text }) => text)
        .slice(0, 6)
    const told = (speaking[rule] ?? []).flatMap(
      (id) => answers.find(({ question }) => question === id)?.because.slice(0, 2) ?? [],
    )
    return told.length > 0 ? told.slice(0, 6) : [`${listed(judged.sources)} scanned.`]
  }
}
