import type { Scan } from '../detect/finding.ts'

/** A field of a scan that two runs tell differently, as texts. */
export interface Difference {
  readonly field: string
  readonly before: string
  readonly after: string
}

/** What became of one scan under another configuration. */
export interface Compared {
  readonly type: 'difference'
  readonly change: 'appeared' | 'vanished' | 'changed'
  /** As it is now, or was where it vanished. */
  readonly scan: Scan
  readonly differences: readonly Difference[]
}

/** What a person decides by. */
const compared = {
  severity: (scan) => scan.severity,
  direction: (scan) => scan.direction,
  shape: (scan) => scan.shape,
  sources: ({ sources }) => sources.join(', '),
  blocks: ({ targets }) => targets.blocks.join(', '),
  ports: ({ targets }) => targets.ports.join(', '),
  probes: ({ probes }) => String(probes),
  detected: ({ detected }) => detected,
  outcomes: ({ outcomes }) => JSON.stringify(outcomes),
  background: ({ background }) => String(background),
  confidence: ({ confidence }) => String(confidence),
  score: ({ score }) => String(score.total),
} as const satisfies Record<string, (scan: Scan) => string>

/** How the scans of two runs over the same input differ, in order of first sight. A scan is the same by its id, else by its source and time. */
export function compareScans(before: readonly Scan[], after: readonly Scan[]): Compared[] {
  const left = new Set(before)
  const result: Compared[] = []
  for (const scan of after) {
    const old = find(left, scan)
    if (!old) {
      result.push({ type: 'difference', change: 'appeared', scan, differences: [] })
      continue
    }
    left.delete(old)
    const differences = differencesOf(old, scan)
    if (differences.length > 0) result.push({ type: 'difference', change: 'changed', scan, differences })
  }
  for (const scan of left) result.push({ type: 'difference', change: 'vanished', scan, differences: [] })
  return result.sort((a, b) => (a.scan.first < b.scan.first ? -1 : a.scan.first > b.scan.first ? 1 : 0))
}

function find(scans: ReadonlySet<Scan>, wanted: Scan): Scan | undefined {
  const all = [...scans]
  return (
    all.find(({ id }) => id === wanted.id) ??
    all.find(
      (scan) =>
        scan.sources.some((source) => wanted.sources.includes(source)) &&
        scan.first <= wanted.last &&
        scan.last >= wanted.first,
    )
  )
}

function differencesOf(before: Scan, after: Scan): Difference[] {
  return Object.entries(compared).flatMap(([field, read]) => {
    const [old, now] = [read(before), read(after)]
    return old === now ? [] : [{ field, before: old, after: now }]
  })
}
