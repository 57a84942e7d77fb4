import { Problem } from '../../base/problem.ts'
import type { Case, LearnedService } from '../../case/case.ts'
import { scannerSources } from '../../review/scanner-sources.ts'
import type { CaseStore } from '../../store/case-store.ts'
import type { Invocation } from '../command.ts'
import { keptState, withCases } from '../state-directory.ts'

/** What the cases tell of scanners. */
export interface CaseKnowledge {
  /** Undefined where no state was given. */
  readonly sources: readonly string[] | undefined
  /** Of the case that was asked about. */
  readonly asked: readonly string[] | undefined
  readonly learned: readonly LearnedService[]
}

/** Cases whose answers are looked through for banners. */
const mostCases = 500

/** @throws Problem `usage` for --case without a state, and as `withCases` and `find` do */
export async function casesOf(invocation: Invocation): Promise<CaseKnowledge> {
  const id = invocation.text('case')
  if ((await keptState(invocation)) === undefined) {
    if (id !== undefined) throw new Problem('usage', '--case needs the cases: give --state DIR')
    return { sources: undefined, asked: undefined, learned: [] }
  }
  return withCases(invocation, (store) => {
    const one = id === undefined ? undefined : store.find(id)
    const asked = one && [...one.sources, ...one.accomplices.map(({ source }) => source)]
    return {
      sources: [...new Set([...scannerSources(store.database), ...(asked ?? [])])],
      asked,
      learned: one ? learnedOf(one) : learnedOfAll(store),
    }
  })
}

function learnedOfAll(store: CaseStore): readonly LearnedService[] {
  const rows = store
    .list({ limit: mostCases })
    .filter(({ outcome }) => outcome !== 'expected' && outcome !== 'false-alarm')
  return rows.flatMap(({ id }) => learnedOf(store.find(id)))
}

/** What the scans of a case were answered; where a banner was told, with it. */
function learnedOf({ scans, triage }: Case): readonly LearnedService[] {
  const open = scans.flatMap(({ scan }) => scan.open.map((service) => ({ ...service, banner: null })))
  return [...open, ...(triage?.touched.flatMap(({ answered }) => answered) ?? [])]
}
