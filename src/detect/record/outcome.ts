import { type AttemptJournal, State } from '../../track/journal.ts'

export type OutcomeName = 'established' | 'refused' | 'unanswered' | 'blocked' | 'unknown'

/** What became of contact `i`. @param silence whether no answer means anything in its direction */
export function outcomeOf(journal: AttemptJournal, i: number, silence: boolean): OutcomeName {
  if (journal.has(i, State.established)) return 'established'
  if (journal.has(i, State.refused)) return 'refused'
  if (journal.has(i, State.blocked)) return 'blocked'
  if (journal.has(i, State.unknownOutcome)) return 'unknown'
  return silence ? 'unanswered' : 'unknown'
}
