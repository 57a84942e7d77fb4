import { Problem } from '../base/problem.ts'
import { nearest } from './nearest.ts'

/** The output that `--as` names. @throws Problem `usage` that says what was probably meant */
export function chooseFormat<Output extends { readonly id: string }>(
  wanted: string | undefined,
  outputs: readonly Output[],
): Output {
  const chosen = outputs.find(({ id }) => id === wanted)
  if (chosen !== undefined) return chosen
  const ids = outputs.map(({ id }) => id)
  const guess = wanted === undefined ? undefined : nearest(wanted, ids)
  const hint = `${guess === undefined ? '' : `Did you mean ${guess}? `}--as is one of ${ids.join(', ')}.`
  throw new Problem('usage', wanted === undefined ? 'in which format?' : `--as ${wanted}: no such format`, { hint })
}
