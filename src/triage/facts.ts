import type { AllowMatch, Inventory } from '../asset/asset.ts'
import type { Activity } from '../case/activity/activity.ts'
import type { Accomplice, RankedWeakness, Sign, Triage } from '../case/case.ts'
import type { Scan, Uncommon } from '../detect/finding.ts'
import type { Dossier } from '../intel/intel.ts'

/** A case that was there before, and what ties it to this one. */
export interface PastCase {
  readonly id: string
  readonly first: string
  readonly last: string
  readonly decision: string
  readonly outcome: string | null
  /** What is alike: `the same source`, `the same ports with the same tool` … */
  readonly alike: readonly string[]
  /** When a block of its source ended; null where none was made. */
  readonly blockedUntil: string | null
}

/** What we remember of earlier scans (requirements Q3, Q5). */
export interface History {
  /** Most alike first. */
  readonly cases: readonly PastCase[]
  /** The oldest thing remembered, ISO 8601; null: nothing is remembered at all. */
  readonly since: string | null
  /** How this very case came back after it was over, one sentence each. */
  readonly returns: readonly string[]
}

/** What was usual before the scan; answers are undefined where too little is known. */
export interface Baseline {
  /** Days that were watched before. */
  readonly days: number
  /** Outbound bytes a day of one of our hosts. */
  outbound(host: string): { readonly days: number; readonly mean: number; readonly deviation: number } | undefined
  /** Whether a host of ours contacted another end before. */
  knew(host: string, peer: string): boolean
  /** Whether one of our hosts used an administration port of another before. */
  administered(host: string, peer: string, port: number): boolean
  /** Sources a day that asked for a port. */
  port(port: number): { readonly days: number; readonly mean: number; readonly deviation: number } | undefined
}

export const noBaseline: Baseline = {
  days: 0,
  outbound: () => undefined,
  knew: () => false,
  administered: () => false,
  port: () => undefined,
}

/** The scans of the same day on the same targets: what is ordinary there. */
export interface Population {
  /** Unrelated networks (/24, /64) that scanned these targets within a day of it. */
  readonly networks: number
  /** Natural logarithm of probes of one of them: median, and 1.4826 times the median deviation. */
  readonly median: number
  readonly deviation: number
  /** The same of probes an hour. */
  readonly rateMedian: number
  readonly rateDeviation: number
}

/** Everything triage reads about one case. Nothing in it changes while it is read. */
export interface Facts {
  /** In order of first sight; at least one. */
  readonly scans: readonly Scan[]
  /** Scans that an own host made after it had been touched, also in `scans`. */
  readonly inside: readonly Scan[]
  /** External sources first, most active first. */
  readonly sources: readonly string[]
  readonly accomplices: readonly Accomplice[]
  /** Microseconds. */
  readonly first: number
  readonly last: number
  /** The newest event there is, microseconds: how far what followed could be seen. */
  readonly end: number
  readonly activity: Activity
  readonly uncommon: readonly Uncommon[]
  readonly dossiers: readonly Dossier[]
  readonly inventory: Inventory | undefined
  readonly allowed: AllowMatch | undefined
  /** How many allowlist entries there are. */
  readonly allowEntries: number
  /** Sentences of scanner reports about the same time and targets. */
  readonly reports: readonly string[]
  readonly weaknesses: readonly RankedWeakness[]
  readonly history: History
  readonly baseline: Baseline
  readonly population: Population
  /** What was said of the case before, from logs that may not be there any more; null for a new case. */
  readonly earlier: Triage | null
  /** Whether our networks are known. */
  readonly ownKnown: boolean
  /** Hosts of ours that the scan asked and that did not answer, where they are watched: what they do with the actor counts. */
  readonly alsoTouched?: ReadonlySet<string>
}

/** The facts with what the signs say, for the questions. */
export interface Judged extends Facts {
  readonly signs: readonly Sign[]
}
