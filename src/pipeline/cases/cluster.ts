import { shortDigest } from '../../base/digest.ts'
import type { Accomplice } from '../../case/case.ts'
import { CaseIndex, type IndexedCase, indexed } from '../../case/case-index.ts'
import { isCollecting } from '../../case/collecting.ts'
import { paceGroups } from '../../case/pace.ts'
import type { Return } from '../../case/watch-list.ts'
import type { DrawnScan, Scan } from '../../detect/finding.ts'

/** Scans that belong to one case, each with why. */
export interface Cluster {
  readonly id: string
  readonly scans: { readonly drawn: DrawnScan; readonly joined: string }[]
  readonly accomplices: Accomplice[]
  /** What brought a case back, in the order in which it came. */
  readonly returns: { readonly entry: number | null; readonly at: string; readonly because: string }[]
}

/** The id of a case that a scan opens: the same scan always opens the same case, so that reading an input twice doubles none. */
function caseIdOf(scan: Scan): string {
  return shortDigest(`case ${scan.id}`)
}

/**
 * Puts scans to the cases they belong to: that which has them, the open one of the same actor, one that is over and looked out for its
 * actor, that of scanners which keep pace with them; else a case of their own.
 *
 * @param scans in order of first sight, so that whoever was touched is known before it scans itself
 */
export function clusterScans(
  scans: readonly DrawnScan[],
  known: readonly IndexedCase[],
  caseOfScan: (scan: string) => string | undefined = () => undefined,
  returned: (scan: Scan) => Return | undefined = () => undefined,
): Cluster[] {
  const index = new CaseIndex()
  for (const entry of known) if (!isCollecting(entry.id)) index.add(entry)
  const paces = new Map(
    paceGroups(scans.map(({ scan }) => scan)).flatMap((group) => group.scans.map((scan) => [scan.id, group] as const)),
  )
  const clusters = new Map<string, Cluster>()
  for (const drawn of scans) {
    const { scan } = drawn
    const pace = paces.get(scan.id)
    const kept = index.withScan(scan.id) ?? caseOfScan(scan.id)
    const same = kept !== undefined && isCollecting(kept) ? undefined : kept
    const found = same === undefined ? index.find(scan) : { id: same, because: 'the same scan, which went on' }
    const back = found === undefined ? returned(scan) : undefined
    const id = found?.id ?? back?.caseId ?? paceCase(pace?.scans ?? [], index) ?? caseIdOf(scan)
    const joined =
      found?.because ?? back?.because ?? (pace && id !== caseIdOf(scan) ? pace.because : 'it opened the case')
    const cluster = clusters.get(id) ?? { id, scans: [], accomplices: [], returns: [] }
    cluster.scans.push({ drawn, joined })
    if (back) cluster.returns.push({ entry: back.entry, at: scan.first, because: back.because })
    clusters.set(id, cluster)
    index.add(indexed(id, [scan]))
  }
  return [...clusters.values()]
}

/** The case that another scan of a pace group is in already. */
function paceCase(scans: readonly Scan[], index: CaseIndex): string | undefined {
  for (const { id } of scans) {
    const known = index.withScan(id)
    if (known !== undefined) return known
  }
  return undefined
}
