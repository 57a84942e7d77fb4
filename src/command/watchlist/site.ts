import { Problem } from '../../base/problem.ts'
import { usualPeriods, type WatchPeriods } from '../../case/watch-list.ts'
import { loadConfig } from '../../config/load.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { Invocation } from '../command.ts'

/** What the actions of `watchlist` work with. */
export interface WatchSite {
  readonly invocation: Invocation
  readonly cases: CaseStore
  /** What stands behind the action. */
  readonly words: readonly string[]
}

/** How long is watched, as configured. */
export async function periodsOf(invocation: Invocation): Promise<WatchPeriods> {
  return (await loadConfig(invocation.text('config'))).config.watch ?? usualPeriods
}

export function limitOf(invocation: Invocation): number {
  const text = invocation.text('limit')
  if (text === undefined) return 100
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1_000_000) return limit
  throw new Problem('usage', `--limit ${text}: not a number of lines`, {
    hint: 'Give a whole number from 1 to 1000000.',
  })
}

/** The case of `--case`, its id where only the beginning was typed. @throws Problem `no-such-case`, `several-cases` */
export function caseIdOf({ invocation, cases }: WatchSite): { readonly caseId?: string } {
  const text = invocation.text('case')
  return text === undefined ? {} : { caseId: cases.find(text).id }
}
