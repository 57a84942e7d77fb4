import { Problem } from '../base/problem.ts'
import { nearest } from './nearest.ts'

/** What a command does at the word that was typed. @throws Problem `usage` that says what was probably meant */
export function chooseAction<Action>(
  command: string,
  word: string | undefined,
  actions: Readonly<Record<string, Action>>,
): Action {
  const known = Object.keys(actions)
  if (word !== undefined && Object.hasOwn(actions, word)) return actions[word] as Action
  const guess = nearest(word ?? '', known)
  const hint = `${guess === undefined ? '' : `Did you mean ${guess}? `}What can be done: ${known.join(', ')}.`
  throw new Problem('usage', `${command} ${word ?? ''}: no such action`, { hint })
}
