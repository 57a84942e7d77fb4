import { type Measured, measure, quantile } from './measure.ts'
import type { Bench, Mode } from './modes.ts'
import { oneProbeEach, rotatingPrefix, type Scenario, type Setting, sweep, twice } from './scenarios.ts'

const minute = 60e6
const hour = 3600e6

interface Trial {
  readonly name: string
  readonly seeds: number
  /** Mixed into the ordinary day where that is at hand. */
  readonly inDay?: boolean
  readonly make: (setting: Setting) => Scenario
}

const trials: readonly Trial[] = [
  {
    name: 'random order, a /24 a quarter full, one port, one probe a second',
    seeds: 60,
    make: (s) => sweep(s, { interval: 1e6, probes: 64 }),
  },
  {
    name: 'the same amid an ordinary day',
    seeds: 15,
    inDay: true,
    make: (s) => sweep(s, { interval: 1e6, probes: 64 }),
  },
  {
    name: 'the same on port 443, which sixteen hosts serve',
    seeds: 40,
    make: (s) => sweep(s, { interval: 1e6, probes: 64, port: 443 }),
  },
  { name: 'one probe each 300 s (nmap -T0)', seeds: 20, make: (s) => sweep(s, { interval: 5 * minute, probes: 200 }) },
  { name: 'one probe each 6 h for 30 days', seeds: 20, make: (s) => sweep(s, { interval: 6 * hour, probes: 120 }) },
  {
    name: '4 good contacts before each probe',
    seeds: 30,
    make: (s) => sweep(s, { interval: minute, probes: 60, goodEach: 4 }),
  },
  {
    name: '9 good contacts before each probe',
    seeds: 30,
    make: (s) => sweep(s, { interval: minute, probes: 60, goodEach: 9 }),
  },
  {
    name: '19 good contacts before each probe',
    seeds: 30,
    make: (s) => sweep(s, { interval: minute, probes: 60, goodEach: 19 }),
  },
  {
    name: 'after 1000 good contacts',
    seeds: 30,
    make: (s) => sweep(s, { interval: 1e6, probes: 64, goodBefore: 1000 }),
  },
  ...[64, 96, 128, 192, 254].map((sources) => ({
    name: `${sources} sources, one probe each, in a /24`,
    seeds: 10,
    make: (s: Setting) => oneProbeEach(s, sources),
  })),
  { name: 'IPv6, another source of one /64 for each probe', seeds: 20, make: (s) => rotatingPrefix(s, 60) },
  { name: 'the same scan again after an hour', seeds: 10, make: (s) => twice(s, 'same targets') },
  { name: 'another scan by the same source after an hour', seeds: 10, make: (s) => twice(s, 'other targets') },
]

/** Lines of the table of made-up scans. */
export async function madeUp(modes: readonly Mode[], bench: Bench, day: string | undefined): Promise<string[]> {
  const lines = [
    '## Made-up scans',
    '',
    'Scans that tools seldom make, written as packets by rule and read as any capture: a network of 64 live hosts in a /24 with ordinary',
    'clients, ordinary SYNs (no fingerprint), random order. Probes are counted as sent. The warm runs know a day of another network with the',
    'same addresses, which errs against them.',
    '',
    '| scan | mode | found | records each | sources named | probes median | p95 | false sources |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const trial of trials) {
    if (trial.inDay && day === undefined) continue
    for (const mode of modes) {
      if (mode.warm && !trial.inDay) continue
      lines.push(await tried(trial, mode, bench, day))
    }
  }
  return lines
}

async function tried(trial: Trial, mode: Mode, bench: Bench, day: string | undefined): Promise<string> {
  const all: Measured[] = []
  for (let seed = 1; seed <= trial.seeds; seed++) {
    // The ordinary day is 22 November 2026; its afternoon is busy.
    const start = Date.UTC(2026, 10, 22, 12) * 1000
    const before = trial.inDay && day !== undefined && !mode.warm ? [day] : []
    all.push(
      await measure(trial.make({ seed, start }), (options) =>
        bench.run(mode, { ...options, paths: [...before, ...options.paths] }),
      ),
    )
  }
  const found = all.filter(({ probes }) => probes !== undefined)
  const probes = found.map((one) => one.probes as number)
  const mean = (values: readonly number[]) => (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2)
  const cells = [
    trial.name,
    mode.name,
    `${found.length}/${all.length}`,
    mean(all.map(({ scans }) => scans)),
    mean(all.map(({ named }) => named)),
    found.length > 0 ? quantile(probes, 0.5) : '–',
    found.length > 0 ? quantile(probes, 0.95) : '–',
    all.reduce((sum, { falseSources }) => sum + falseSources.length, 0),
  ]
  return `| ${cells.join(' | ')} |`
}
