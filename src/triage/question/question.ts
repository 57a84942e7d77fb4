import type { Answer, QuestionId } from '../../case/case.ts'
import type { Judged } from '../facts.ts'

/** A question of the runbook. It reads the facts and nothing else, so the same facts give the same answer. */
export interface Question {
  readonly id: QuestionId
  /** As the runbook asks it. */
  readonly text: string
  answer(facts: Judged): Said
}

export type Said = Omit<Answer, 'question' | 'text'>

/** An answer with what it lacks left empty. */
export function said(answer: Answer['answer'], confidence: number, rest: Partial<Said> = {}): Said {
  return { answer, confidence, because: [], evidence: [], looked: [], wouldTell: [], ...rest }
}
