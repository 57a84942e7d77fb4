import { listed, several } from '../../base/quantity.ts'
import type { Activity } from '../../case/activity/activity.ts'
import type { Accomplice } from '../../case/case.ts'
import type { Undecided } from '../../detect/finding.ts'
import type { Cluster } from './cluster.ts'

/** A second pass follows a first within this time (Spoki: hours; exploitation campaigns: days). Milliseconds. */
const longest = 72 * 3600e3
const fewestTargets = 3
const mostTargets = 4096

/**
 * Sources that looked at live services only, just those that a scan had found shortly before: its targets were handed over.
 * Outcomes alone leave such a source undecided.
 */
export function findAccomplices(
  clusters: readonly Cluster[],
  undecided: readonly Undecided[],
  activity: Activity,
): void {
  const finders = new Map<string, { cluster: Cluster; first: number }>()
  for (const cluster of clusters) {
    for (const { drawn } of cluster.scans) {
      const first = Date.parse(drawn.scan.first)
      for (const { address, port } of drawn.scan.open) finders.set(`${address} ${port}`, { cluster, first })
    }
  }
  for (const { source, first, last } of undecided) {
    const targets = new Set<string>()
    for (const { dst, port } of activity.contacts(source, 'src', ({ dst }) => activity.isOwn(dst))) {
      if (targets.size < mostTargets) targets.add(`${dst} ${port}`)
    }
    const found = commonFinder(targets, finders, Date.parse(first))
    if (found === undefined || found.scans.some(({ drawn }) => drawn.scan.sources.includes(source))) continue
    found.accomplices.push(accomplice(source, [...targets], first, last))
  }
}

function commonFinder(
  targets: ReadonlySet<string>,
  finders: ReadonlyMap<string, { cluster: Cluster; first: number }>,
  at: number,
): Cluster | undefined {
  if (targets.size < fewestTargets) return undefined
  let common: Cluster | undefined
  for (const target of targets) {
    const finder = finders.get(target)
    if (finder === undefined || at < finder.first || at > finder.first + longest) return undefined
    if (common !== undefined && common !== finder.cluster) return undefined
    common = finder.cluster
  }
  return common
}

function accomplice(source: string, targets: readonly string[], first: string, last: string): Accomplice {
  const because =
    `it visited ${several(targets.length, 'service')} of ours and no other, all of which this scan had found before ` +
    `(${listed(targets.map((target) => target.replace(' ', ':')))}): the targets were handed over`
  return { source, because, first, last }
}
