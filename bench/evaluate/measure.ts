import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Analysis } from '../../src/case/analysis.ts'
import type { AnalyzeOptions } from '../../src/pipeline/analyze.ts'
import type { Scenario } from './scenarios.ts'
import { siteNetworks } from './site.ts'

/** What became of one made-up scan. */
export interface Measured {
  readonly analysis: Analysis
  readonly scans: number
  /** Share of the scanners that a scan names (or whose prefix it names). */
  readonly named: number
  /** Probes sent until the detection; undefined: not found. */
  readonly probes: number | undefined
  /** Accused who are no scanners. */
  readonly falseSources: readonly string[]
}

/** Writes a scenario to a capture and has it analysed as any other. */
export async function measure(
  scenario: Scenario,
  run: (options: AnalyzeOptions) => Promise<Analysis>,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-made-up-'))
  try {
    const path = join(folder, 'scan.pcap')
    scenario.capture.write(path)
    return judge(scenario, await run({ paths: [path], net: siteNetworks }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function judge(scenario: Scenario, analysis: Analysis): Measured {
  const truth = new Set(scenario.scanners)
  const accused = analysis.scans.flatMap(({ scan }) => [...scan.sources, ...scan.decoys])
  const mine = analysis.scans.filter(({ scan }) => scan.sources.some((source) => truth.has(source)))
  const detected = mine.map(({ scan }) => Date.parse(scan.detected) * 1000).sort((x, y) => x - y)[0]
  const found = new Set(accused)
  return {
    analysis,
    scans: mine.length,
    named: scenario.scanners.filter((source) => found.has(source)).length / scenario.scanners.length,
    probes: detected === undefined ? undefined : scenario.probes.filter((at) => at <= detected + 1000).length,
    falseSources: accused.filter((source) => !truth.has(source)),
  }
}

/** The value that `share` of the sorted values do not exceed; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((x, y) => x - y)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
