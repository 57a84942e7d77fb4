import type { CaseEvent, DecisionKind } from './case.ts'

/** A case as the next shift needs it. */
export interface HandedCase {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly decision: DecisionKind | null
  readonly rule: string | null
  readonly severity: string
  readonly owner: string | null
  readonly last: string
  /** What was done to it in the shift, by people. */
  readonly done: readonly Pick<CaseEvent, 'at' | 'author' | 'reason' | 'body'>[]
}

/** What a shift hands to the next. */
export interface Handover {
  readonly since: string
  readonly until: string
  readonly opened: number
  readonly escalated: number
  readonly closed: Readonly<Record<string, number>>
  /** Everything open and above the background, what needs a person first; at most 100. */
  readonly open: readonly HandedCase[]
  readonly openOmitted: number
  /** Worked on or closed in the shift. */
  readonly worked: readonly HandedCase[]
  /** Lessons and changes of the cases that were closed. */
  readonly lessons: readonly { readonly case: string; readonly lesson: string; readonly change: string }[]
  /** Means in seconds over the cases that were opened or closed in the shift; null where there is none. */
  readonly meanToDetect: number | null
  readonly meanToDecide: number | null
  readonly meanToContain: number | null
  /** Terms of the score that stood behind false alarms, ever. */
  readonly falseAlarms: readonly { readonly term: string; readonly falseAlarms: number; readonly confirmed: number }[]
}
