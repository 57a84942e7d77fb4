import { parseAddress } from '../base/address.ts'
import { contains, parsePrefix } from '../base/prefix.ts'
import { count, listed, several, span } from '../base/quantity.ts'
import { isoTime } from '../base/time.ts'
import type { ScanExtent } from './asset.ts'
import type { ScanReport, ScanReports } from './scan-reports.ts'

/** Reports tell the start of a host's scan, and their clocks are others. Milliseconds. */
const slack = 15 * 60e3
const mostSentences = 8

interface Support {
  readonly report: ScanReport
  /** Targets of the scan that the report says were scanned at that time. */
  readonly targets: number
  /** Microseconds. */
  readonly first: number
  readonly last: number
}

/**
 * What vulnerability scanners reported of the same time and targets (requirement Q1), as sentences, those with most targets first.
 * A report that names another scanner is none of this scan.
 *
 * @param inputs names of the inputs, by sensor number
 */
export function supportingReports(
  reports: ScanReports,
  inputs: readonly string[],
  extent: ScanExtent,
): readonly string[] {
  const touched = new Set(extent.touches.map(({ address }) => address))
  return reports.reports
    .flatMap((report) => supportOf(report, extent, touched) ?? [])
    .sort((x, y) => y.targets - x.targets || x.report.sensor - y.report.sensor)
    .slice(0, mostSentences)
    .map((support) => sentence(support, inputs, extent, touched.size))
}

function supportOf(report: ScanReport, extent: ScanExtent, touched: ReadonlySet<string>): Support | undefined {
  const isOurs = report.scanners.size === 0 || extent.sources.some((source) => report.scanners.has(source))
  if (!isOurs) return undefined
  const blocks = extent.blocks.flatMap((block) => parsePrefix(block) ?? [])
  const isTarget = (address: string) => {
    if (touched.size > 0) return touched.has(address)
    const words = parseAddress(address)
    return words !== undefined && blocks.some((block) => contains(block, ...words))
  }
  const [from, to] = [(extent.first - slack) * 1000, (extent.last + slack) * 1000]
  const visits = [...report.targets].filter(
    ([address, { first, last }]) => first <= to && last >= from && isTarget(address),
  )
  if (visits.length === 0) return undefined
  return {
    report,
    targets: visits.length,
    first: visits.reduce((least, [, { first }]) => Math.min(least, first), Number.POSITIVE_INFINITY),
    last: visits.reduce((most, [, { last }]) => Math.max(most, last), 0),
  }
}

function sentence(
  { report, targets, first, last }: Support,
  inputs: readonly string[],
  { sources }: ScanExtent,
  touched: number,
): string {
  const { sensor, tools, scanners, asked } = report
  const named = tools.size > 0 ? ` (${listed([...tools], 2)})` : ''
  const which = touched > 0 ? `${count(targets)} of its ${several(touched, 'target')}` : several(targets, 'target')
  const known = sources.filter((source) => scanners.has(source))
  const who =
    known.length === 0
      ? 'it does not tell who scanned'
      : `it names ${listed(known)}, a source of this scan, as the scanner`
  const ports = asked.size > 0 ? `; it asked for ${listed([...asked], 2)}` : ''
  const time = span(isoTime(first), isoTime(last))
  return `${inputs[sensor] ?? 'A report'}${named} reports a scan of ${which}, ${time}; ${who}${ports}.`
}
