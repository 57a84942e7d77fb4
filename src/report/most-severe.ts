import type { DrawnScan, Severity } from '../detect/finding.ts'

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, medium: 1, low: 0 }

/** At most `most` scans, the worst first; equal severity stays in the order of first sight. */
export function mostSevere(scans: readonly DrawnScan[], most: number): readonly DrawnScan[] {
  return [...scans].sort(({ scan: a }, { scan: b }) => rank[b.severity] - rank[a.severity]).slice(0, most)
}
