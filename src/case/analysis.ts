import type { Found, Summary } from '../detect/finding.ts'
import type { Case } from './case.ts'

/** Everything one run of `analyze` found, in output order. */
export interface Analysis extends Found {
  /** Those to be looked at first in front. */
  readonly cases: readonly Case[]
  readonly summary: Summary
}
