import { networkOf } from '../../case/fingerprint.ts'
import type { Scan } from '../../detect/finding.ts'
import type { Population } from '../../triage/facts.ts'

/** What else counts as the same day. Milliseconds. */
const day = 86400e3
/** With more networks than this, whether a case's own are among them makes no difference to medians. */
const many = 64

interface Done {
  readonly probes: number
  /** Probes an hour. */
  readonly rate: number
}

type ByNetwork = ReadonlyMap<string, Done>

/**
 * What unrelated networks did to the same targets about the same time: one figure a network, so that nobody outweighs the rest
 * with many sources. Figures of a block and a day are made once, however many scans ask for them.
 */
export class Populations {
  readonly #inbound: ReadonlyMap<string, readonly Scan[]>
  readonly #made = new Map<string, { readonly networks: ByNetwork; readonly whole: Population }>()

  constructor(scans: readonly Scan[]) {
    const byBlock = new Map<string, Scan[]>()
    for (const scan of scans) {
      if (scan.direction !== 'inbound') continue
      for (const block of scan.targets.blocks) {
        const known = byBlock.get(block)
        if (known) known.push(scan)
        else byBlock.set(block, [scan])
      }
    }
    this.#inbound = byBlock
  }

  /** The population around the scans of one case, without their own networks. */
  around(scans: readonly Scan[]): Population {
    const [first] = scans
    if (first === undefined) return populationOf(new Map())
    const blocks = [...new Set(scans.flatMap(({ targets }) => targets.blocks))].sort()
    const from = Math.min(...scans.map((scan) => Date.parse(scan.first)))
    const to = Math.max(...scans.map(({ last }) => Date.parse(last)))
    const { networks, whole } = this.#of(blocks, Math.floor(from / day), Math.floor(to / day))
    const own = new Set(scans.flatMap(({ sources }) => sources.map(networkOf)))
    const present = [...own].filter((network) => networks.has(network)).length
    if (present === 0) return whole
    if (networks.size > many) return { ...whole, networks: networks.size - present }
    return populationOf(new Map([...networks].filter(([network]) => !own.has(network))))
  }

  #of(blocks: readonly string[], firstDay: number, lastDay: number): { networks: ByNetwork; whole: Population } {
    const key = `${blocks.join(' ')} ${firstDay} ${lastDay}`
    const known = this.#made.get(key)
    if (known) return known
    const networks = new Map<string, Done>()
    for (const block of blocks) {
      for (const scan of this.#inbound.get(block) ?? []) {
        if (Date.parse(scan.last) < (firstDay - 1) * day || Date.parse(scan.first) >= (lastDay + 2) * day) continue
        const network = networkOf(scan.sources[0] ?? '')
        const hours = Math.max(1 / 60, (Date.parse(scan.last) - Date.parse(scan.first)) / 3600e3)
        const before = networks.get(network)
        networks.set(network, {
          probes: Math.max(before?.probes ?? 0, scan.probes),
          rate: Math.max(before?.rate ?? 0, scan.probes / hours),
        })
      }
    }
    const made = { networks, whole: populationOf(networks) }
    this.#made.set(key, made)
    return made
  }
}

function populationOf(networks: ByNetwork): Population {
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
