import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Analysis } from '../src/case/analysis.ts'
import type { Scan, Shape } from '../src/detect/finding.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { accusedBy } from './lab-set.ts'
import {
  alsoScanning,
  externalSources,
  internetHost,
  type RealCase,
  realAbsent,
  realBenign,
  realCases,
  realFolder,
  scannersOf,
} from './real-set.ts'
import { checkTerms, replay } from './score-replay.ts'

const skip = realAbsent
const read = (file: string): Promise<Analysis> => analyze({ paths: [join(realFolder, file)] })

test("other people's captures and logs are at hand", { skip }, () => {
  assert.ok(realCases.length >= 18)
  assert.ok(realBenign.length >= 60)
})

for (const one of realCases) {
  if (one.file.startsWith(internetHost)) continue
  test(`${one.file}: ${one.kind}`, () => checkCase(one))
}

async function checkCase(one: RealCase): Promise<void> {
  const analysis = await read(one.file)
  assert.ok(analysis.summary.events > 0)
  if (one.expect_alert === null) return
  const accused = accusedBy(analysis)
  if (!one.expect_alert) return assert.deepEqual(accused, [])
  const scanners = scannersOf(one)
  assert.ok(scanners.length > 0)
  assert.deepEqual(
    scanners.filter((source) => !accused.includes(source)),
    [],
    'scanners missed',
  )
  for (const { scan } of analysis.scans) {
    checkShape(one, scan, scanners)
    replay(scan)
    checkTerms(scan)
  }
  const known = [...scanners, ...(alsoScanning[one.file] ?? [])]
  assert.deepEqual(
    accused.filter((source) => !known.includes(source)),
    [],
    'false sources',
  )
}

function checkShape(one: RealCase, scan: Scan, scanners: readonly string[]): void {
  if (!scan.sources.some((source) => scanners.includes(source))) return
  const shapes = (['vertical', 'horizontal'] as Shape[]).filter((shape) => one.kind.includes(shape))
  if (shapes.length === 1) assert.equal(scan.shape, shapes[0])
}

test('a verdict of more than 64 steps is replayed from its checkpoint', { skip }, async () => {
  const { scans } = await read('g2_scans/zyx_angryip_block_51hosts.pcap')
  assert.ok(scans[0]!.scan.evidence.omitted > 0)
  replay(scans[0]!.scan)
  checkTerms(scans[0]!.scan)
})

for (const file of realBenign) {
  test(`${file}: nobody is accused`, async () => {
    const analysis = await read(file)
    assert.ok(analysis.summary.events > 0)
    assert.deepEqual(accusedBy(analysis), [])
    assert.deepEqual(analysis.undecided, [])
    const backscatter = file.includes('backscatter')
    assert.equal(analysis.backscatter.length > 0, backscatter)
  })
}

test('a day of an Internet-facing host: every source of ten ports or more, and no one who tried fewer than eight', {
  skip,
}, async (t) => {
  const analysis = await read(`${internetHost}/conn_2024-04-19.log`)
  const sources = externalSources()
  const accused = new Set(accusedBy(analysis))
  const wanted = [...sources].filter(([, { ports }]) => ports >= 10).map(([source]) => source)
  assert.equal(wanted.length, 111)
  assert.deepEqual(
    wanted.filter((source) => !accused.has(source)),
    [],
    'missed',
  )
  const others = [...accused].filter((source) => !wanted.includes(source))
  t.diagnostic(`${others.length} sources of eight or nine ports are accused as well: ${others.join(' ')}`)
  assert.deepEqual(
    others.filter((source) => (sources.get(source)?.ports ?? 0) < 8),
    [],
    'false sources',
  )
})

test('log lines that show no TCP flags at all make no NULL scan', { skip }, async () => {
  const analysis = await read('g1_parsers/crowdsec_hub/iptables-scan-multi-port/iptables-scan-multi-port.log')
  const local = analysis.scans.find(({ scan }) => scan.sources.includes('127.0.0.2'))
  assert.ok(local)
  assert.ok(!local.scan.methods.includes('tcp-null'), local.scan.methods.join())
})

/** What each of psad's test logs holds, by its name and by counting: [file, source, shape, method, targets]. */
const psadScans = [
  ['fin_scan_1000_1150', '192.168.10.55', 'vertical', 'tcp-fin', 151],
  ['xmas_scan_1000_1150', '192.168.10.55', 'vertical', 'tcp-xmas', 151],
  ['udp_scan_1000_1150', '192.168.10.55', 'vertical', 'udp', 151],
  ['syn_scan_1000_1500', '192.168.10.55', 'vertical', 'tcp-syn', 501],
  ['syn_scan_1000_1500_localhost', '127.0.0.1', 'vertical', 'tcp-syn', 501],
  ['syn_sweep', '192.168.10.55', 'horizontal', 'tcp-syn', 11],
  ['ipv6_tcp_connect_nmap_default_scan', '2001:db8:0:f101::2', 'vertical', 'tcp-syn', 1000],
  ['topera_ipv6_syn_scan_no_ip_opts', '2012:1234:1234::1', 'vertical', 'tcp-syn', 1024],
] as const

for (const [file, source, shape, method, targets] of psadScans) {
  test(`psad's log ${file}: the scan is found and described`, { skip }, async () => {
    const analysis = await read(`g1_parsers/iptables_psad/${file}`)
    assert.deepEqual(
      analysis.scans.map(({ scan }) => [scan.sources, scan.shape, scan.methods, scan.probes]),
      [[[source], shape, [method], targets]],
    )
  })
}

for (const file of [
  'ipv4_valid_ping',
  'ipv4_igmp',
  'invalid_icmp_type_code',
  'fwknop_spa_pkt',
  'ipv6_ms_sql_server_sig_match',
]) {
  test(`psad's log ${file}: nobody is accused`, { skip }, async () => {
    const analysis = await read(`g1_parsers/iptables_psad/${file}`)
    assert.ok(analysis.summary.events > 0)
    assert.deepEqual(accusedBy(analysis), [])
  })
}
