import type { Change } from '../../respond.ts'
import { type FoundPiece, keyOf, type Piece } from '../piece.ts'
import { type Steps, stepsOf, wantedPieces } from '../wanted.ts'
import { type SetSpec, setName, specOf } from './set-spec.ts'

/** A change that needs no reading of elements: it holds only where those that it does not know are absent, and fails as a whole else. */
export interface QuickSteps extends Steps {
  readonly absent: readonly Piece[]
}

/**
 * nft 1.0 dumps whole sets even to get a single element (a second for 100,000), but not to add, create or delete one.
 * @param known elements that are ours, of the networks that the change names
 * @param sets that the table has
 * @returns undefined where something that is known stays as it is: whether it is still there only reading tells
 */
export function quickSteps(
  known: readonly FoundPiece[],
  sets: ReadonlyMap<string, SetSpec>,
  change: Change,
): QuickSteps | undefined {
  const wanted = wantedPieces(change)
  const steps = stepsOf(known, change)
  if (steps.put.length + steps.renew.length < wanted.put.size) return undefined
  const sure = new Set(known.map(keyOf))
  const absent = new Map<string, Piece>()
  const doubt = (piece: Piece) => {
    const key = keyOf(piece)
    if (!sure.has(key) && !wanted.stands.has(key) && sets.has(setName(specOf(piece)))) absent.set(key, piece)
  }
  for (const piece of wanted.take.values()) doubt(piece)
  for (const piece of wanted.put.values()) for (const other of otherRates(piece, sets)) doubt(other)
  return { ...steps, absent: [...absent.values()] }
}

/** A throttle as it may stand in the sets of other rates. */
function otherRates(piece: Piece, sets: ReadonlyMap<string, SetSpec>): readonly Piece[] {
  if (piece.rate === null) return []
  const own = setName(specOf(piece))
  return [...sets.values()].flatMap(({ rate }) => {
    const other = { ...piece, rate }
    return rate !== null && setName(specOf(other)) !== own ? [other] : []
  })
}
