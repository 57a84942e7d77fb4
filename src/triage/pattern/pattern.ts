import type { Pattern } from '../../case/case.ts'
import type { Judged } from '../facts.ts'

/** A pattern that correlates with malice, or explains what a scan is for (requirement A2). */
export interface KnownPattern {
  readonly id: string
  find(facts: Judged): Pattern | undefined
}
