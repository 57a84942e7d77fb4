import type { Triage } from '../case/case.ts'
import { decide, decisionFacts, type RuleChanges, reasonsFrom } from './decide.ts'
import type { Facts, Judged } from './facts.ts'
import { keptRelated, keptSigns } from './kept.ts'
import { patternsOf } from './pattern/registry.ts'
import { answersTo } from './question/registry.ts'
import { relatedTo } from './related.ts'
import { signsOf } from './sign/registry.ts'
import { techniquesOf } from './techniques.ts'
import { touchedBy } from './touched.ts'

/** Carries out tier 1's runbook on a case: what followed, the questions, patterns and related logs, and the decision. */
export function triage(facts: Facts, changes: RuleChanges = {}): Triage {
  const judged: Judged = { ...facts, signs: keptSigns(signsOf(facts), facts.earlier?.signs ?? []) }
  const answers = answersTo(judged)
  const touched = touchedBy(judged)
  return {
    answers,
    signs: judged.signs,
    patterns: patternsOf(judged),
    related: keptRelated(relatedTo(judged), facts.earlier?.related ?? []),
    touched: touched.hosts,
    touchedOmitted: touched.omitted,
    weaknesses: facts.weaknesses,
    techniques: techniquesOf(judged),
    dossiers: facts.dossiers,
    allowed: facts.allowed ?? null,
    decision: decide(decisionFacts(judged, answers), reasonsFrom(answers, judged), changes),
  }
}
