import type { AllowMatch, Asset, Weakness } from '../asset/asset.ts'
import type { Scan, Severity } from '../detect/finding.ts'
import type { Pointer } from '../event/pointer.ts'
import type { Dossier } from '../intel/intel.ts'

/**
 * The vocabulary of cases. A case is a fold over its append-only events (`fold.ts`); everything here is plain, frozen data that
 * can be stored, sent and printed.
 */

export type CaseStatus = 'open' | 'closed' | 'merged'
export type DecisionKind = 'escalate' | 'monitor' | 'close'
export type Outcome = 'expected' | 'false-alarm' | 'background' | 'resolved' | 'contained'

/** Evidence with what it shows. */
export interface Evidence extends Pointer {
  readonly shows: string
}

/** The runbook's questions, and whether the scan was aimed at us (requirement D10). */
export type QuestionId = 'Q1' | 'Q2' | 'Q3' | 'Q4' | 'Q5' | 'D10'

export interface Answer {
  readonly question: QuestionId
  /** The question as the runbook asks it. */
  readonly text: string
  readonly answer: 'yes' | 'no' | 'unknown'
  /** 0 to 1. */
  readonly confidence: number
  readonly because: readonly string[]
  readonly evidence: readonly Evidence[]
  /** What was looked at, whatever it said. */
  readonly looked: readonly string[]
  /** Where the answer is unknown or rests on little: which log would tell. */
  readonly wouldTell: readonly string[]
}

/** Something that happened after the scan and concerns a system that it touched (requirements Q4, E3, E4, D11). */
export type SignKind =
  | 'session'
  | 'exploit'
  | 'guessing'
  | 'login'
  | 'outbound-volume'
  | 'first-destination'
  | 'inside-scan'
  | 'admin-pair'
  | 'uncommon'

export interface Sign {
  readonly kind: SignKind
  /** Our host. */
  readonly host: string
  readonly peer: string | null
  readonly port: number | null
  readonly first: string
  readonly last: string
  readonly count: number
  readonly bytesOut: number
  readonly bytesIn: number
  /** 0 to 1. */
  readonly confidence: number
  readonly text: string
  readonly evidence: readonly Evidence[]
}

/** The decision for escalation, by one rule of `triage/rules.ts`. */
export interface Decision {
  readonly decision: DecisionKind
  readonly rule: string
  readonly title: string
  readonly because: readonly string[]
  /** What the rules read, by name: the same facts give the same decision. */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
  /** 0 to 1. */
  readonly confidence: number
  /** What would turn it round. */
  readonly reverse: readonly string[]
}

/** A known pattern that the case matches (requirement A2). */
export interface Pattern {
  readonly id: string
  readonly name: string
  readonly purpose: string
  readonly because: readonly string[]
  /** Where the pattern is described. */
  readonly references: readonly string[]
}

/** A line of another log that concerns the case, and why (requirements A3, A5). */
export interface Related {
  readonly at: string
  readonly last: string
  readonly kind: string
  readonly src: string | null
  readonly dst: string | null
  readonly port: number | null
  readonly count: number
  readonly text: string
  readonly why: string
  readonly evidence: Evidence
}

/** A scan (or an undecided source) in the case, and why it is in it. */
export interface CaseScan {
  readonly scan: Scan
  readonly joined: string
  /** ISO 8601: when the case took it up. */
  readonly at: string
}

/** A source that is in the case though no scan of its own was proven. */
export interface Accomplice {
  readonly source: string
  readonly because: string
  readonly first: string
  readonly last: string
}

/** What the scan learned of one service (requirements T4, C6). */
export interface LearnedService {
  readonly address: string
  readonly port: number
  readonly protocol: string
  readonly banner: string | null
}

/** One of our systems that was touched, and how it stands (requirement C2). */
export interface TouchedHost {
  readonly address: string
  readonly asset: Asset | null
  readonly answered: readonly LearnedService[]
  readonly state: 'clean' | 'suspect' | 'unknown'
  readonly because: readonly string[]
}

/** A weakness of a service that answered, in the order of patching (requirement T4). */
export interface RankedWeakness {
  readonly weakness: Weakness
  /** Higher is sooner. */
  readonly rank: number
  readonly exploited: boolean
  /** EPSS probability, 0 to 1; null where not known. */
  readonly epss: number | null
  readonly because: readonly string[]
}

/** A technique that belongs to this one (requirement D11). */
export interface RelatedTechnique {
  readonly id: string
  readonly name: string
  readonly state: 'seen' | 'not-seen' | 'not-observable'
  readonly because: readonly string[]
}

/** What one event of a case says; `kind` tells which. */
export type CaseEventBody =
  | { readonly kind: 'opened'; readonly title: string; readonly key: string }
  | { readonly kind: 'scan'; readonly scan: Scan; readonly joined: string }
  | { readonly kind: 'accomplice'; readonly accomplice: Accomplice }
  | { readonly kind: 'triaged'; readonly triage: Triage }
  | { readonly kind: 'copied'; readonly records: readonly CopiedRecord[] }
  | { readonly kind: 'noted'; readonly text: string }
  | { readonly kind: 'assigned'; readonly to: string }
  | { readonly kind: 'escalated'; readonly to: string }
  | { readonly kind: 'closed'; readonly outcome: Outcome; readonly lesson: string; readonly change: string }
  | { readonly kind: 'reopened' }
  | { readonly kind: 'merged'; readonly from: string }
  | { readonly kind: 'merged-into'; readonly into: string }
  | { readonly kind: 'notified'; readonly channel: string; readonly delivery: string }
  | { readonly kind: 'captured'; readonly file: string; readonly packets: number; readonly sha256: string }
  /** An earlier record of a scan, or an earlier triage, that a later one stands for; it is in the store. */
  | { readonly kind: 'superseded'; readonly what: 'scan' | 'triaged' }
  /** What became of a plan to contain its sources; the ledger has the whole of it. An alarm is what somebody has to look at now. */
  | { readonly kind: 'plan'; readonly plan: string; readonly text: string; readonly isAlarm?: boolean }
  | { readonly kind: 'contained'; readonly plan: string; readonly target: string; readonly until: string }

/** One entry of a case's history. Nothing is ever changed or taken out. */
export interface CaseEvent {
  /** Place in the whole store's history. */
  readonly seq: number
  readonly caseId: string
  /** ISO 8601: when it was written. */
  readonly at: string
  /** A person, or `sweepwatch`. */
  readonly author: string
  readonly reason: string
  readonly body: CaseEventBody
}

/** A decisive record, copied so that rotation does not take the proof away. At most 64 of 2 KiB a case. */
export interface CopiedRecord extends Evidence {
  /** The record's bytes: text where they are UTF-8, else base64. */
  readonly bytes: string
  readonly encoding: 'utf8' | 'base64'
  readonly sha256: string
}

/** What triage makes of a case at one time. */
export interface Triage {
  readonly answers: readonly Answer[]
  readonly signs: readonly Sign[]
  readonly patterns: readonly Pattern[]
  readonly related: readonly Related[]
  readonly touched: readonly TouchedHost[]
  readonly touchedOmitted: number
  readonly weaknesses: readonly RankedWeakness[]
  readonly techniques: readonly RelatedTechnique[]
  /** By source; of many sources the most active. */
  readonly dossiers: readonly Dossier[]
  readonly allowed: AllowMatch | null
  readonly decision: Decision
}

/** How long things took. Seconds; null where it did not come to that. */
export interface CaseTimes {
  /** First probe to detection. */
  readonly toDetect: number | null
  /** Opened to the first decision by a person, or closing. */
  readonly toDecide: number | null
  /** Opened to the first block that is proven (part 4). */
  readonly toContain: number | null
}

/** A case as it stands. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly status: CaseStatus
  readonly opened: string
  /** First and last activity, event time. */
  readonly first: string
  readonly last: string
  readonly severity: Severity
  readonly owner: string | null
  readonly escalatedTo: string | null
  readonly outcome: Outcome | null
  readonly mergedInto: string | null
  /** Most active first. */
  readonly sources: readonly string[]
  readonly scans: readonly CaseScan[]
  /** Scans whose whole record is no longer kept in the case. */
  readonly scansOmitted: number
  readonly probes: number
  readonly accomplices: readonly Accomplice[]
  /** Null until triage has run. */
  readonly triage: Triage | null
  readonly decision: Decision | null
  readonly copied: readonly CopiedRecord[]
  readonly times: CaseTimes
  readonly history: readonly CaseEvent[]
}
