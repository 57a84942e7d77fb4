import type { Answer } from '../../case/case.ts'
import type { Judged } from '../facts.ts'
import aftermath from './aftermath.ts'
import aimed from './aimed.ts'
import expected from './expected.ts'
import maliciousHistory from './malicious-history.ts'
import type { Question } from './question.ts'
import seenBefore from './seen-before.ts'
import who from './who.ts'

/** The runbook's questions in its order, then whether the scan was aimed at us. */
export const questions: readonly Question[] = [expected, who, maliciousHistory, aftermath, seenBefore, aimed]

export function answersTo(facts: Judged): Answer[] {
  return questions.map(({ id, text, answer }) => ({ question: id, text, ...answer(facts) }))
}
