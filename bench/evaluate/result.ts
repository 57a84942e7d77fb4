import type { Analysis } from '../../src/case/analysis.ts'

/** What a set of inputs came to under one mode. */
export class Result {
  inputs = 0
  scans = 0
  found = 0
  sources = 0
  named = 0
  readonly probes: number[] = []
  readonly falseSources: string[] = []

  /**
   * @param scanners who scans in it; empty for ordinary traffic
   * @param others who may be accused besides: decoys, and scanners the truth does not count
   * @returns how it went, in a word
   */
  add(name: string, analysis: Analysis, scanners: readonly string[], others: readonly string[] = []): string {
    this.inputs++
    const accused = new Set(analysis.scans.flatMap(({ scan }) => [...scan.sources, ...scan.decoys]))
    for (const source of accused)
      if (!scanners.includes(source) && !others.includes(source)) this.falseSources.push(`${source} (${name})`)
    const mine = analysis.scans.filter(({ scan }) =>
      [...scan.sources, ...scan.decoys].some((source) => scanners.includes(source)),
    )
    this.probes.push(...mine.map(({ scan }) => scan.probesToDetect))
    if (scanners.length === 0) return accused.size === 0 ? 'silent' : `${accused.size} false`
    const named = scanners.filter((source) => accused.has(source)).length
    this.scans++
    this.sources += scanners.length
    this.named += named
    if (named > 0) this.found++
    const [first] = mine
    return first === undefined ? 'no' : `${named}/${scanners.length}, probe ${first.scan.probesToDetect}`
  }
}
