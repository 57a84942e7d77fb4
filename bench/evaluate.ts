/**
 * `npm run evaluate`: measures recall, false sources and probes to detection on the lab captures, on other people's data
 * and on made-up scans, judged as they happen with nothing known (causal, cold), from the whole input, and as they happen
 * after one ordinary day (causal, warm); and how often decisions are right beside how sure they are. Prints
 * docs/evaluation.md and writes it. Needs the data beside the repository.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type LabInput, labInputs, labNetworks } from '../test/lab-set.ts'
import {
  alsoScanning,
  externalSources,
  internetHost,
  realBenign,
  realCases,
  realFolder,
  scannersOf,
} from '../test/real-set.ts'
import { decisions } from './evaluate/decisions.ts'
import { madeUp } from './evaluate/made-up.ts'
import { quantile } from './evaluate/measure.ts'
import { Bench, modes } from './evaluate/modes.ts'
import { type Peers, readPeers } from './evaluate/peers.ts'
import { Result } from './evaluate/result.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const shared = join(root, '../shared/data/lab')
const day = join(shared, 'captures/benign_day_a_scaled.pcap.gz')

const out: string[] = []
const bench = await Bench.open(existsSync(day) ? day : undefined, labNetworks)
const available = modes.filter((mode) => bench.can(mode))

out.push(
  '# How well it finds scans',
  '',
  'Written by `npm run evaluate`. *Probes* are the distinct (address, port) targets tried when a scan was detected, as printed in',
  '`probesToDetect`. *Causal* judges each contact by what was known before it; *cold* knows nothing at the start, *warm* has seen one',
  'ordinary day of the same network (benign_day_a_scaled, set two days back; that capture itself is then the same day again);',
  '*whole input* is what `analyze` does with files. A source that is reported as undecided is not counted as named.',
  '',
)

await lab('packets', 'captures')
await lab('firewall log', 'firewall logs')
await others()
await perCapture()
out.push(...(await madeUp(available, bench, existsSync(day) ? day : undefined)), '', ...(await decisions()))
bench.close()
const text = `${out.join('\n').trimEnd()}\n`
writeFileSync(join(root, 'docs/evaluation.md'), text)
process.stdout.write(text)

function heading(title: string): void {
  out.push(`## ${title}`, '', '| mode | inputs | scans found | sources named | false sources | probes median | p95 |')
  out.push('|---|---|---|---|---|---|---|')
}

function row(mode: string, result: Result): void {
  const { inputs, found, scans, named, sources, probes, falseSources } = result
  const cells = [mode, inputs, `${found}/${scans}`, `${named}/${sources}`, falseSources.length]
  const when = probes.length === 0 ? ['–', '–'] : [quantile(probes, 0.5), quantile(probes, 0.95)]
  out.push(`| ${[...cells, ...when].join(' | ')} |`)
}

function falseOnes(results: readonly Result[]): void {
  const all = [...new Set(results.flatMap((result) => result.falseSources))]
  out.push('', all.length === 0 ? 'No false source in any mode.' : `False sources: ${all.join('; ')}.`, '')
}

async function lab(kind: LabInput['kind'], title: string): Promise<void> {
  heading(`Lab ${title}: real tools against a test network, and ordinary traffic`)
  const results: Result[] = []
  for (const mode of available) {
    const result = new Result()
    results.push(result)
    for (const input of labInputs.filter((one) => one.kind === kind)) {
      const analysis = await bench.run(mode, { paths: [input.path], net: labNetworks })
      result.add(input.name, analysis, input.truth.scanner_ips, input.truth.decoy_ips)
    }
    row(mode.name, result)
  }
  falseOnes(results)
}

/** Other people's networks: nothing was learned of them, so there is no warm run. */
async function others(): Promise<void> {
  if (realCases.length === 0) return
  heading("Other people's captures and logs")
  const results: Result[] = []
  for (const mode of available.filter(({ warm }) => !warm)) {
    const scans = new Result()
    const benign = new Result()
    const read = (file: string) => bench.run(mode, { paths: [join(realFolder, file)] })
    for (const one of realCases) {
      if (one.expect_alert === null || one.file.startsWith(internetHost)) continue
      const result = one.expect_alert ? scans : benign
      result.add(one.file, await read(one.file), one.expect_alert ? scannersOf(one) : [], alsoScanning[one.file])
    }
    for (const file of realBenign) benign.add(file, await read(file), [])
    row(`${mode.name}: scans`, scans)
    row(`${mode.name}: ordinary`, benign)
    const host = new Result()
    const wanted = [...externalSources()].filter(([, { ports }]) => ports >= 10).map(([source]) => source)
    const eight = [...externalSources()].filter(([, { ports }]) => ports >= 8).map(([source]) => source)
    host.add('Internet host', await read(`${internetHost}/conn_2024-04-19.log`), wanted, eight)
    row(`${mode.name}: a day of an Internet host, sources of 10 ports or more`, host)
    results.push(scans, benign, host)
  }
  falseOnes(results)
  out.push(
    'Scanners that the makers of a file did not list, and a count of its rows proves, count neither for nor against',
    '(test/real-set.ts).',
    '',
  )
}

async function perCapture(): Promise<void> {
  const peers = readPeers(join(shared, 'peers.md'))
  out.push('## Capture by capture, beside others', '')
  out.push(
    'Sources named and the probe of detection. Snort 3 `port_scan` at its low, medium and high sensitivity, on the same packets; psad 2.4 on',
    'the log of all new connections; CrowdSec 1.4 on a default-deny log.',
    '',
    `| capture | ${available.map(({ name }) => name).join(' | ')} | Snort | psad | CrowdSec |`,
    `|---|${'---|'.repeat(available.length + 3)}`,
  )
  for (const input of labInputs.filter((one) => one.kind === 'packets')) {
    const cells: string[] = []
    for (const mode of available) {
      const analysis = await bench.run(mode, { paths: [input.path], net: labNetworks })
      cells.push(new Result().add(input.name, analysis, input.truth.scanner_ips, input.truth.decoy_ips))
    }
    out.push(`| ${[input.name, ...cells, ...said(peers.get(input.name))].join(' | ')} |`)
  }
  out.push('')
}

function said(peer: Peers | undefined): string[] {
  return peer === undefined ? ['not run', 'not run', 'not run'] : [peer.snort, peer.psad, peer.crowdsec]
}
