/**
 * Cases under load: a day of scans by sources that have nothing to do with each other, and a case that holds a million probes.
 *
 *   node bench/cases.ts [SCANS]     (default: 100000)
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { elapsed } from '../src/base/clock.ts'
import type { DrawnScan, Scan } from '../src/detect/finding.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { CaseMaker } from '../src/pipeline/cases/case-maker.ts'
import { storedBook } from '../src/pipeline/cases/stored-book.ts'
import { Intake } from '../src/pipeline/intake.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { Random } from './random.ts'

const wanted = Number(process.argv[2] ?? 100_000)
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-cases-'))
const generator = new Random(20261122)
const draw = () => generator.word() / 2 ** 32

const { scans } = await analyze({ paths: [join(root, 'fixtures/demo/masscan-sweep.pcap')], net: ['192.0.2.0/24'] })
const template = scans[0]?.scan as Scan

/** A scan of the Internet's noise: some ports, some probes, any time of the day, a network of its own; one in 50 stands out. */
function scanOf(n: number): DrawnScan {
  const source = `${11 + (n % 190)}.${(n >> 8) & 255}.${(n * 7) & 255}.${1 + (n % 250)}`
  const ports = Array.from({ length: 1 + Math.floor(30 * draw()) }, () => 1 + Math.floor(65_000 * draw()))
  const loud = n % 50 === 0
  const first = Date.parse('2026-11-22T00:00:00Z') + Math.floor(80_000e3 * draw())
  const scan: Scan = {
    ...template,
    id: `scan${n}`,
    sources: [source],
    targets: { ...template.targets, ports },
    probes: (loud ? 40 : 1) * (8 + Math.floor(20 * draw())),
    first: new Date(first).toISOString(),
    last: new Date(first + 3600e3).toISOString(),
    detected: new Date(first + 60e3).toISOString(),
    open: [],
    outcomes: { ...template.outcomes, established: 0 },
    order: { kind: 'unknown', p: 1 },
    tool: null,
    background: null,
    score: { ...template.score },
  }
  return { scan, touches: [], touchesOmitted: 0 }
}

try {
  const store = CaseStore.open(folder)
  const maker = new CaseMaker(storedBook(store))
  const intake = new Intake({ rules: new Dictionary(), inputs: [] })
  const findings = {
    ...intake.finish(),
    scans: Array.from({ length: wanted }, (_, n) => scanOf(n)),
  }
  const began = elapsed()
  await maker.take(findings, '2026-11-23T00:00:00Z', Date.parse('2026-11-23T00:00:00Z') * 1000)
  const seconds = (elapsed() - began) / 1000
  const above = store.count({ aboveBackground: true })
  console.log(
    `${wanted} scans of one day: ${store.count()} cases, ${above} above the background, in ${seconds.toFixed(1)} s`,
  )

  const list = elapsed()
  store.list({ limit: 1000 })
  console.log(`list of 1,000 cases: ${(elapsed() - list).toFixed(0)} ms`)
  const [noise] = store.list({ decision: 'close', limit: 1 })
  if (noise) console.log(`case of ${noise.scans} scans opens in ${opens(store, noise.id)} ms`)

  const big: Scan = {
    ...template,
    probes: 1_000_000,
    open: Array.from({ length: 4096 }, (_, n) => ({
      address: `192.0.${n >> 8}.${n & 255}`,
      port: 80,
      protocol: 'tcp',
    })),
  }
  const entry = { at: '2026-11-23T00:00:00Z', author: 'sweepwatch', reason: 'load' }
  store.append('million', [
    { ...entry, body: { kind: 'opened', title: 'a million probes', key: big.id } },
    ...Array.from({ length: 200 }, (_, n) => ({
      ...entry,
      body: { kind: 'scan' as const, scan: { ...big, probes: 5000 * (n + 1) }, joined: 'grown' },
    })),
  ])
  console.log(
    `case of ${store.find('million').probes} probes, 4,096 services that answered, told 200 times: opens in ${opens(store, 'million')} ms`,
  )
  store.close()
} finally {
  rmSync(folder, { recursive: true })
}

/** The median of nine. */
function opens(store: CaseStore, id: string): number {
  const times = Array.from({ length: 9 }, () => {
    const began = elapsed()
    store.find(id)
    return elapsed() - began
  })
  return Math.round(times.sort((x, y) => x - y)[4] as number)
}
