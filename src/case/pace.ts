import { count, several } from '../base/quantity.ts'
import type { Scan } from '../detect/finding.ts'
import { networkOf } from './fingerprint.ts'

/** Sources that work through one list at one pace, and how unlikely that is by accident. */
export interface PaceGroup {
  readonly scans: readonly Scan[]
  readonly because: string
}

const fewestMembers = 4
const fewestProbes = 16
/** Slow: at least so long. Milliseconds. */
const shortest = 6 * 3600e3
const alike = 1.12
const sameSpan = 0.9
/** Scans of one kind that are compared with each other. */
const mostScans = 512
const significant = 1e-3

/**
 * Slow scanners whose quotas agree. Sources that have nothing to do with each other scatter at least as counts do (Poisson:
 * variance = mean); those that were given equal shares of a list do not. For each window of nearly equal counts the index of
 * dispersion D = sum (x - m)^2 / m is far below its n - 1 degrees of freedom; the chance of that is at most (d e^(1-d))^((n-1)/2)
 * with d = D / (n - 1) (Chernoff's bound of the chi-square's lower tail), times the number of windows that were looked at.
 * Members hardly ever ask for the same port: the list was divided.
 */
export function paceGroups(scans: readonly Scan[]): PaceGroup[] {
  const groups: PaceGroup[] = []
  for (const alikeScans of Map.groupBy(scans.filter(isSlow), keyOf).values()) {
    const sorted = [...alikeScans].sort((x, y) => x.probes - y.probes)
    const taken = new Set<Scan>()
    for (let found = strongest(sorted, taken); found !== undefined; found = strongest(sorted, taken)) {
      for (const scan of found.scans) taken.add(scan)
      groups.push(found)
    }
  }
  return groups
}

function isSlow(scan: Scan): boolean {
  return scan.direction === 'inbound' && !scan.distributed && scan.probes >= fewestProbes && spanOf(scan) >= shortest
}

/** What may be one job: the same targets, by the same method. */
function keyOf({ targets, methods, shape }: Scan): string {
  return `${targets.blocks.join(' ')} ${[...methods].sort().join('+')} ${shape}`
}

function strongest(sorted: readonly Scan[], taken: ReadonlySet<Scan>): PaceGroup | undefined {
  const free = sorted.filter((scan) => !taken.has(scan)).slice(0, mostScans)
  const windows = free.length ** 2
  let best: PaceGroup | undefined
  let least = significant
  for (let from = 0; from < free.length; from++) {
    const first = free[from] as Scan
    const window: Scan[] = []
    for (const scan of free.slice(from)) {
      if (scan.probes > alike * first.probes) break
      if (!overlaps(first, scan)) continue
      window.push(scan)
      if (window.length < fewestMembers || !isScattered(window)) continue
      const p = windows * chanceOf(window.map(({ probes }) => probes))
      if (p >= least || !isDivided(window)) continue
      least = p
      best = { scans: [...window], because: reasonOf(window, p) }
    }
  }
  return best
}

/** One network is joined without this. */
function isScattered(scans: readonly Scan[]): boolean {
  return new Set(scans.flatMap(({ sources }) => sources.map(networkOf))).size >= 2
}

function reasonOf(scans: readonly Scan[], p: number): string {
  const quotas = `${count((scans[0] as Scan).probes)} to ${count((scans.at(-1) as Scan).probes)} probes each`
  return `${several(scans.length, 'source')} worked side by side at one pace (${quotas}, hardly a port twice): the chance that they are strangers is under ${p.toExponential(0)}`
}

function chanceOf(counts: readonly number[]): number {
  const mean = counts.reduce((sum, x) => sum + x, 0) / counts.length
  const d = Math.max(1e-3, counts.reduce((sum, x) => sum + (x - mean) ** 2, 0) / mean / (counts.length - 1))
  return d >= 1 ? 1 : (d * Math.exp(1 - d)) ** ((counts.length - 1) / 2)
}

/** At most a tenth of the ports are asked for by two of them. */
function isDivided(scans: readonly Scan[]): boolean {
  const ports = scans.flatMap(({ targets }) => targets.ports)
  return new Set(ports).size >= 0.9 * ports.length
}

function overlaps(a: Scan, b: Scan): boolean {
  const from = Math.max(Date.parse(a.first), Date.parse(b.first))
  const to = Math.min(Date.parse(a.last), Date.parse(b.last))
  return to - from >= sameSpan * Math.max(spanOf(a), spanOf(b))
}

function spanOf({ first, last }: Scan): number {
  return Date.parse(last) - Date.parse(first)
}
