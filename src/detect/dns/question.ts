import { ascii, readUint } from '../../base/ascii.ts'
import { type EventBatch, Outcome } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'
import { Answer } from './targets.ts'

/** Types of questions that matter here. */
export const Question = { other: 0, ptr: 1, soa: 2, axfr: 3, ixfr: 4 } as const

const types = [
  [ascii('ptr'), Question.ptr],
  [ascii('any'), Question.ptr],
  [ascii('axfr'), Question.axfr],
  [ascii('ixfr'), Question.ixfr],
  [ascii('soa'), Question.soa],
] as const
const answers = [
  [ascii('noerror'), Answer.named],
  [ascii('nxdomain'), Answer.none],
  [ascii('refused'), Answer.refused],
  [ascii('notauth'), Answer.refused],
] as const
/** The same by number (IANA). */
const numberedTypes: Readonly<Record<number, number>> = {
  6: Question.soa,
  12: Question.ptr,
  251: Question.ixfr,
  252: Question.axfr,
  255: Question.ptr,
}
const numberedAnswers = [Answer.named, Answer.failed, Answer.failed, Answer.none, Answer.failed, Answer.refused]
const notAuth = 9

/**
 * What row `i` asked for, by its type as name or number. ANY counts as PTR: of a reverse name it asks for the same.
 *
 * hot: no allocation per query.
 */
export function questionOf(batch: EventBatch, i: number): number {
  if (!batch.findText(i, Text.queryType)) return Question.ptr
  const { span, from, to } = batch.texts
  for (let k = 0; k < types.length; k++) {
    const [word, question] = types[k]!
    if (isWord(span, from, to, word)) return question
  }
  const number = readUint(span, from, to)
  return number < 0 ? Question.other : (numberedTypes[number] ?? Question.other)
}

/** What became of it, as far as the row tells. */
export function answerOf(batch: EventBatch, i: number): number {
  if (!batch.findText(i, Text.rcode))
    return batch.column.outcome[i] === Outcome.refused ? Answer.refused : Answer.unknown
  const { span, from, to } = batch.texts
  for (let k = 0; k < answers.length; k++) {
    const [word, answer] = answers[k]!
    if (isWord(span, from, to, word)) return answer
  }
  const number = readUint(span, from, to)
  return number === notAuth ? Answer.refused : number < 0 ? Answer.failed : (numberedAnswers[number] ?? Answer.failed)
}

/** Whether the bytes are the word, which is given in lower case. */
function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[from + i]!
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== word[i]) return false
  }
  return true
}
