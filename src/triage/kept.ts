import type { Related, Sign } from '../case/case.ts'

/** Signs and lines of other logs that one case keeps. */
const mostSigns = 256
const mostRelated = 256

/**
 * What followed a scan stays known when later logs do not show it any more: the logs of today must not take back the proof of
 * yesterday. Of one sign at one time the newer word holds.
 */
export function keptSigns(now: readonly Sign[], earlier: readonly Sign[]): Sign[] {
  const seen = Map.groupBy(now, keyOf)
  const gone = earlier.filter((old) => !(seen.get(keyOf(old)) ?? []).some((sign) => overlaps(sign, old)))
  if (gone.length === 0) return [...now]
  const surest = [...now, ...gone].sort((x, y) => y.confidence - x.confidence).slice(0, mostSigns)
  return surest.sort((x, y) => (x.first < y.first ? -1 : x.first > y.first ? 1 : 0))
}

/** The word that there was of a sign, where it is none that is new. */
export function earlierOf(sign: Sign, earlier: readonly Sign[]): Sign | undefined {
  return earlier.find((old) => keyOf(old) === keyOf(sign) && overlaps(sign, old))
}

/** Oldest first. */
export function keptRelated(now: readonly Related[], earlier: readonly Related[]): Related[] {
  const keyOf = ({ evidence, at }: Related) => `${evidence.source} ${evidence.offset} ${at}`
  const seen = new Set(now.map(keyOf))
  const gone = earlier.filter((old) => !seen.has(keyOf(old)))
  if (gone.length === 0) return [...now]
  return [...now, ...gone].sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0)).slice(0, mostRelated)
}

function keyOf({ kind, host, peer, port }: Sign): string {
  return `${kind} ${host} ${peer} ${port}`
}

function overlaps(x: Sign, y: Sign): boolean {
  return x.first <= y.last && y.first <= x.last
}
