import { listed } from '../../base/quantity.ts'
import type { Case, CaseStatus, DecisionKind } from '../../case/case.ts'
import { servicesFound } from '../../case/services-found.ts'
import type { Severity } from '../../detect/finding.ts'
import { clipped } from '../escape.ts'
import { milliTime } from './instant.ts'
import { addressesOf } from './ours.ts'

/** A case in a few short fields: what fits in one line of a log, in a row of a table, or in a message to a person. */
export interface CaseSummary {
  readonly id: string
  readonly title: string
  readonly status: CaseStatus
  readonly severity: Severity
  /** Null until triage has run. */
  readonly decision: DecisionKind | null
  /** The rule of the decision, and what it says. */
  readonly rule: string | null
  readonly ruleTitle: string | null
  readonly confidence: number | null
  readonly because: readonly string[]
  /** At most `mostSources`; `sourceCount` counts all. */
  readonly sources: readonly string[]
  readonly sourceCount: number
  /** Protocols, and ports in order; at most 16 of each. */
  readonly protocols: readonly string[]
  readonly ports: readonly number[]
  readonly probes: number
  /** Services that answered, each counted once. */
  readonly answered: number
  readonly suspectHosts: number
  /** Times with three digits. */
  readonly first: string
  readonly last: string
  readonly opened: string
  readonly owner: string | null
}

const mostSources = 5
const mostReasons = 3
const mostOfEach = 16
const longestText = 300
const longestName = 80

/** Every string is bounded and printable. */
export function summaryOf(theCase: Case): CaseSummary {
  const { decision, scans, triage } = theCase
  const sources = addressesOf(theCase.sources)
  const targets = scans.map(({ scan }) => scan.targets)
  return {
    id: clipped(theCase.id, longestName),
    title: clipped(theCase.title, longestText),
    status: theCase.status,
    severity: theCase.severity,
    decision: decision?.decision ?? null,
    rule: decision ? clipped(decision.rule, longestName) : null,
    ruleTitle: decision ? clipped(decision.title, longestText) : null,
    confidence: decision?.confidence ?? null,
    because: (decision?.because ?? []).slice(0, mostReasons).map((text) => clipped(text, longestText)),
    sources: sources.slice(0, mostSources),
    sourceCount: theCase.sources.length,
    protocols: distinct(targets.flatMap(({ protocols }) => protocols.map((name) => clipped(name, longestName)))),
    ports: distinct(targets.flatMap(({ ports }) => ports)).sort((a, b) => a - b),
    probes: theCase.probes,
    answered: servicesFound(scans.map(({ scan }) => scan)).length,
    suspectHosts: (triage?.touched ?? []).filter(({ state }) => state === 'suspect').length,
    first: milliTime(theCase.first),
    last: milliTime(theCase.last),
    opened: milliTime(theCase.opened),
    owner: theCase.owner === null ? null : clipped(theCase.owner, longestName),
  }
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)].slice(0, mostOfEach)
}

export const decisionWords = { escalate: 'Escalate to tier 2', monitor: 'Monitor', close: 'Close' } as const

/** The verdict in one sentence: `Escalate by rule E3: attempted exploitation followed the scan (93% sure).` */
export function verdict({ decision, rule, ruleTitle, confidence }: CaseSummary): string {
  if (decision === null) return 'Not triaged yet: no question of the runbook has been answered.'
  return `${decisionWords[decision]} by rule ${rule}: ${ruleTitle} (confidence ${Math.round((confidence ?? 0) * 100)}%).`
}

/** `203.0.113.70 and 203.0.113.71`, `203.0.113.70, … and 19 more`. */
export function sourcesText({ sources, sourceCount }: CaseSummary): string {
  const rest = sourceCount - sources.length
  return listed(rest > 0 ? [...sources, `${rest} more`] : sources, mostSources + 1)
}
