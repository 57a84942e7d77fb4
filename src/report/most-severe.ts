import type { DrawnScan, Severity } from '../detect/finding.ts'

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, medium: 1, low: 0 }

/** The `most` scans that matter most (severity, then final score), still in the order of first sight. */
export function mostSevere(scans: readonly DrawnScan[], most: number): readonly DrawnScan[] {
  if (scans.length <= most) return scans
  const sorted = [...scans].sort(
    ({ scan: a }, { scan: b }) => rank[b.severity] - rank[a.severity] || b.score.final - a.score.final,
  )
  const chosen = new Set(sorted.slice(0, most))
  return scans.filter((scan) => chosen.has(scan))
}
