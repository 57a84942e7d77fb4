import { networkOf } from '../../case/fingerprint.ts'
import type { Scan } from '../../detect/finding.ts'
import type { Population } from '../../triage/facts.ts'

/** What else counts as the same day. Milliseconds. */
const near = 86400e3

/**
 * What unrelated networks did to the same targets about the same time: one figure a network, so that nobody outweighs the rest
 * with many sources.
 */
export function populationAround(scans: readonly Scan[], all: readonly Scan[]): Population {
  const blocks = new Set(scans.flatMap(({ targets }) => targets.blocks))
  const own = new Set(scans.flatMap(({ sources }) => sources.map(networkOf)))
  const from = Math.min(...scans.map(({ first }) => Date.parse(first))) - near
  const to = Math.max(...scans.map(({ last }) => Date.parse(last))) + near
  const networks = new Map<string, { probes: number; rate: number }>()
  for (const scan of all) {
    if (scan.direction !== 'inbound' || Date.parse(scan.last) < from || Date.parse(scan.first) > to) continue
    const network = networkOf(scan.sources[0] ?? '')
    if (own.has(network) || !scan.targets.blocks.some((block) => blocks.has(block))) continue
    const hours = Math.max(1 / 60, (Date.parse(scan.last) - Date.parse(scan.first)) / 3600e3)
    const known = networks.get(network)
    networks.set(network, {
      probes: Math.max(known?.probes ?? 0, scan.probes),
      rate: Math.max(known?.rate ?? 0, scan.probes / hours),
    })
  }
  const [median, deviation] = robust([...networks.values()].map(({ probes }) => Math.log(probes)))
  const [rateMedian, rateDeviation] = robust([...networks.values()].map(({ rate }) => Math.log(rate)))
  return { networks: networks.size, median, deviation, rateMedian, rateDeviation }
}

/** Median and 1.4826 times the median absolute deviation, which is the standard deviation of a normal distribution. */
function robust(values: readonly number[]): readonly [median: number, deviation: number] {
  const middle = medianOf(values)
  return [middle, 1.4826 * medianOf(values.map((value) => Math.abs(value - middle)))]
}

function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((x, y) => x - y)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
}
