import type { Prefix } from '../../base/prefix.ts'
import { everyAddress, fourSpace, networksOf, sixSpace } from '../address-span.ts'
import { familyOf, type Match } from '../match.ts'
import { covers, type Spans } from '../spans.ts'

/** More lines in place of one rule help nobody. */
const mostLines = 32

/** A match of one source and one target network; undefined stands for all of the family. */
export interface Single {
  readonly match: Match
  readonly source: Prefix | undefined
  readonly target: Prefix | undefined
}

/** For languages in which a rule has one source and one target: the rules that together say what the match says. */
export function singles(match: Match, family: 4 | 6): readonly Single[] | undefined {
  const space = family === 4 ? fourSpace : sixSpace
  if (familyOf(match) !== family && !covers(match.sources, everyAddress)) return undefined
  const sides = [match.sources, match.targets].map((spans) => sideOf(spans, space)) as [Side, Side]
  if (sides[0].length * sides[1].length > mostLines) return undefined
  return sides[0].flatMap((source) => sides[1].map((target) => ({ match, source, target })))
}

type Side = readonly (Prefix | undefined)[]

function sideOf(spans: Spans<bigint>, space: Spans<bigint>): Side {
  return covers(spans, space) ? [undefined] : networksOf(spans)
}
