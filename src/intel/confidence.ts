import type { IntelMeaning } from './intel.ts'

const day = 86_400_000

/**
 * Days in which confidence halves. What an address does ends at about the same rate every day, whatever its past: a machine is
 * cleaned, a lease ends, an instance is given to somebody else. What lasts as long as allocations do halves more slowly: those who
 * scan for research publish their networks, and keep them for years.
 */
const halfLives: Readonly<Record<IntelMeaning, number>> = {
  malicious: 30,
  scanner: 30,
  tor: 14,
  vpn: 90,
  research: 1825,
  hosting: 365,
  cloud: 365,
  cdn: 365,
  resolver: 365,
  benign: 365,
}

export function halfLifeOf(means: IntelMeaning, configured: Readonly<Partial<Record<IntelMeaning, number>>>): number {
  return configured[means] ?? halfLives[means]
}

/**
 * Days between what a list says and the time that is asked about: none where that lies within first and last. It counts both
 * ways, for a list of later years tells as little of then as an old one tells of now.
 * @param first in milliseconds, 0 where not told @param last likewise
 * @returns null where neither is told
 */
export function ageDays(first: number, last: number, at: number): number | null {
  const [from, to] = [first || last, Math.max(last, first)]
  if (to === 0) return null
  const distance = at < from ? from - at : at > to ? at - to : 0
  return Math.round((distance / day) * 10) / 10
}

/** The law: confidence · 2^(−age / half-life), to three digits. What tells no time keeps its confidence. */
export function confidenceAt(confidence: number, age: number | null, halfLife: number): number {
  return Math.round(1000 * confidence * 2 ** (-(age ?? 0) / halfLife)) / 1000
}
