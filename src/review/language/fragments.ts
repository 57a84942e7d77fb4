import { fourSpace, sixSpace } from '../address-span.ts'
import { anything, both, everyPort, everyType, type Match } from '../match.ts'
import { type Branch, shortened } from '../ruleset.ts'
import { type Spans, without } from '../spans.ts'

/** Alternatives of which one must hold may multiply with each condition: beyond so many a rule is not understood. */
const mostAlternatives = 8192

/** A part of a rule: it holds where one of its alternatives does. A text says what was not understood. */
export type Condition = readonly Match[] | string

/**
 * Adds a condition to alternatives. What was not understood is kept in each of them, so that none of them is ever sure.
 */
export function withCondition(alternatives: readonly Match[], condition: Condition): readonly Match[] {
  if (typeof condition === 'string')
    return alternatives.map((match) => ({ ...match, unknown: [...match.unknown, condition] }))
  if (alternatives.length * condition.length > mostAlternatives)
    return withCondition(alternatives, 'too many alternatives')
  return alternatives.flatMap((match) => condition.flatMap((more) => both(match, more) ?? []))
}

/** What of a rule was not understood: in its conditions, and what it does. */
export function notUnderstoodIn(branches: readonly Branch[]): readonly string[] {
  const parts = branches.flatMap(({ match, action }) => [
    ...match.unknown,
    ...(action.kind === 'unknown' ? [action.text] : []),
  ])
  return [...new Set(parts)].map(shortened)
}

export const four: Match = { ...anything, sources: fourSpace, targets: fourSpace }
export const six: Match = { ...anything, sources: sixSpace, targets: sixSpace }

export function addresses(
  which: 'sources' | 'targets',
  spans: Spans<bigint>,
  isNegated: boolean,
  space: Spans<bigint>,
): Match {
  return { ...anything, [which]: isNegated ? without(space, spans) : spans }
}

export function ports(which: 'sourcePorts' | 'targetPorts', spans: Spans<number>, isNegated = false): Match {
  return { ...anything, [which]: isNegated ? without(everyPort, spans) : spans }
}

export function protocols(numbers: readonly number[]): Match {
  return { ...anything, protocols: numbers.toSorted((a, b) => a - b).map((number) => [number, number]) }
}

export function icmpType(spans: Spans<number>, isNegated = false): Match {
  return { ...anything, icmpTypes: isNegated ? without(everyType, spans) : spans }
}
