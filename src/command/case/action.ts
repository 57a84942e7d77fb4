import type { Case } from '../../case/case.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { Invocation } from '../command.ts'

/** What can be done with one case: `sweepwatch case ACTION ID …`. */
export interface CaseAction {
  readonly id: string
  /** What is typed behind the id. */
  readonly usage: string
  readonly about: string
  /**
   * @param rest what was typed behind the id
   * @returns the exit code
   */
  run(site: ActionSite): Promise<number>
}

export interface ActionSite {
  readonly invocation: Invocation
  readonly store: CaseStore
  readonly directory: string
  readonly one: Case
  readonly rest: readonly string[]
}
