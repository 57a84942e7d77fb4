import type { Scan } from '../../detect/finding.ts'

/** The scans of one case, taken apart. */
export interface Actors {
  /** In order of first sight. */
  readonly scans: readonly Scan[]
  /** Those that a host of ours made after it had answered. */
  readonly inside: readonly Scan[]
  readonly own: readonly Scan[]
  /** Without the hosts that `inside` is about. */
  readonly sources: readonly string[]
  /** Microseconds. */
  readonly first: number
  readonly last: number
}

/** Who did it, and which of our hosts went on after them. */
export function actorsOf(all: Iterable<Scan>): Actors {
  const scans = [...all].sort((x, y) => (x.first < y.first ? -1 : 1))
  const touched = new Set(
    scans.flatMap((scan) => (scan.direction === 'internal' ? [] : scan.open.map(({ address }) => address))),
  )
  const inside = scans.filter((scan) => isInside(scan) && scan.sources.some((source) => touched.has(source)))
  const isVictim = new Set(inside.flatMap(({ sources }) => sources))
  return {
    scans,
    inside,
    own: scans.filter((scan) => !inside.includes(scan)),
    sources: [...new Set(scans.flatMap((scan) => scan.sources))].filter((source) => !isVictim.has(source)),
    first: Math.min(...scans.map((scan) => Date.parse(scan.first))) * 1000,
    last: Math.max(...scans.map((scan) => Date.parse(scan.last))) * 1000,
  }
}

function isInside({ direction }: Scan): boolean {
  return direction === 'internal' || direction === 'outbound'
}
