import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { Criticality, Weakness } from '../src/asset/asset.ts'
import { loadEpss } from '../src/asset/epss.ts'
import { openInventory } from '../src/asset/inventory.ts'
import { type Kev, type KevEntry, loadKev } from '../src/asset/kev.ts'
import { ScanReports } from '../src/asset/scan-reports.ts'
import { Weaknesses } from '../src/asset/weaknesses.ts'
import { Problem } from '../src/base/problem.ts'
import type { LearnedService } from '../src/case/case.ts'
import { EventBatch, Subject } from '../src/event/batch.ts'
import { Text } from '../src/event/texts.ts'
import { weaknessRanker } from '../src/triage/rank-weaknesses.ts'
import { allocatedBy } from './allocation.ts'
import { fixtures } from './decode-fixture.ts'
import { decodeAllInto } from './decode-into.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-weakness-'))
after(() => rmSync(folder, { recursive: true }))
const reference = join(import.meta.dirname, '..', '..', 'shared', 'data', 'real', 'g4_reference')
const absent = existsSync(reference) ? false : 'KEV catalogue and Nessus report: real data absent'

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Everything the scanner reports among the fixtures say. */
async function collected(): Promise<{ weaknesses: Weaknesses; inputs: readonly string[] }> {
  const weaknesses = new Weaknesses()
  const files = ['nessus/report.nessus', 'nmap-xml/scan.xml', 'openvas/report.xml', 'qualys-csv/report.csv']
  const inputs = files.map((name) => join(fixtures, name))
  for (const [sensor, path] of inputs.entries()) await decodeAllInto(path, sensor, (batch) => weaknesses.observe(batch))
  return { weaknesses, inputs: inputs.map((path) => path.split('/').at(-2) ?? '') }
}

test('T4 scanner reports become weaknesses, each once a host, port and id', async () => {
  const { weaknesses, inputs } = await collected()
  const all = weaknesses.all(inputs)
  assert.deepEqual(
    all.find(({ cves }) => cves.includes('CVE-2021-44228')),
    {
      address: '192.0.2.10',
      port: 443,
      protocol: 'tcp',
      id: '156032',
      name: 'Apache Log4Shell RCE & more',
      cves: ['CVE-2021-44228'],
      severity: 'critical',
      at: '2026-11-22T02:13:41.000000Z',
      source: 'nessus',
    },
  )
  // Of the host as a whole; information without severity and CVE is none.
  assert.equal(all.find(({ id }) => id === 'smb-vuln-ms17-010')?.port, 0)
  assert.ok(!all.some(({ id }) => id === '19506' || id === 'port' || id === 'scan'))
  const keys = all.map(({ address, port, protocol, id }) => `${address} ${protocol}/${port} ${id}`)
  assert.equal(new Set(keys).size, keys.length)
  const order = ['critical', 'high', 'medium', 'low', null]
  const ranks = all.map(({ severity }) => order.indexOf(severity))
  assert.deepEqual(
    ranks,
    [...ranks].sort((x, y) => x - y),
  )
})

/** A batch of one finding. */
function finding(host: number, id: string, severity: number, time = 1): EventBatch {
  const batch = new EventBatch(8)
  const i = batch.begin()
  const c = batch.column
  c.subject[i] = Subject.finding
  c.time[i] = time
  c.protocol[i] = 6
  c.dst2[i] = 0xffff
  c.dst3[i] = host
  c.dstPort[i] = 443
  c.severity[i] = severity
  batch.put(i, Text.signatureId, id)
  return batch
}

test('T4 when there is no room the least severe give way, the oldest first, and are counted', () => {
  const weaknesses = new Weaknesses(4)
  const ids = () => weaknesses.all(['r']).map(({ id, severity }) => `${id} ${severity}`)
  for (const [host, severity] of [1, 1, 2, 4].entries()) weaknesses.observe(finding(host + 1, `w${host}`, severity))
  weaknesses.observe(finding(9, 'new', 3))
  assert.deepEqual(ids(), ['w3 critical', 'new high', 'w2 medium', 'w1 low'])
  weaknesses.observe(finding(10, 'low', 1))
  assert.deepEqual(ids(), ['w3 critical', 'new high', 'w2 medium', 'w1 low'])
  assert.equal(weaknesses.forgotten, 2)
  // The same again is no new one, and the severity reported last counts.
  weaknesses.observe(finding(4, 'w3', 3, 5e6))
  assert.equal(weaknesses.size, 4)
  assert.deepEqual(ids().slice(0, 2), ['new high', 'w3 high'])
})

test('T4 what was collected goes on after a restart', async () => {
  const { weaknesses, inputs } = await collected()
  const again = new Weaknesses()
  again.resume(structuredClone(weaknesses.snapshot()))
  assert.deepEqual(again.all(inputs), weaknesses.all(inputs))
})

test('T4 rows of other subjects are passed over without allocation', async () => {
  const batch = new EventBatch()
  while (batch.length < batch.capacity)
    batch.column.subject[batch.begin()] = batch.length % 2 === 0 ? Subject.contact : Subject.dns
  const weaknesses = new Weaknesses()
  const reports = new ScanReports()
  const run = (times: number) => {
    for (let k = 0; k < times; k++) {
      weaknesses.observe(batch)
      reports.observe(batch)
    }
  }
  run(2000)
  const allocated = await allocatedBy(/src\/(asset|event|base)\//, () => run(500))
  assert.ok(allocated / (500 * batch.capacity) < 0.01, `${allocated} bytes`)
})

test('T4 the real KEV catalogue is read', {
  skip: existsSync(reference) ? false : 'KEV catalogue: real data absent',
}, async () => {
  const kev = await loadKev(join(reference, 'kev', 'known_exploited_vulnerabilities.json'))
  assert.equal(kev.size, 1404)
  assert.equal(kev.malformed, 0)
  assert.match(kev.released, /^2025-08-25/)
  assert.deepEqual(kev.of('CVE-2021-44228'), {
    cve: 'CVE-2021-44228',
    name: 'Apache Log4j2 Remote Code Execution Vulnerability',
    added: '2021-12-10',
    ransomware: true,
  })
})

/** What a Nessus report says, read in another way: host, protocol, port and plug-in of what has a severity or a CVE. */
function weaknessesIn(report: string): Set<string> {
  const found = new Set<string>()
  for (const host of report.split('<ReportHost ').slice(1)) {
    const address = /<tag name="host-ip">([^<]+)</.exec(host)?.[1] ?? /^name="([^"]+)"/.exec(host)?.[1] ?? ''
    for (const item of host.split('<ReportItem ').slice(1)) {
      const of = (name: string) => new RegExp(`^[^>]* ?${name}="([^"]*)"`).exec(item)?.[1] ?? ''
      const [port, id] = [of('port'), of('pluginID')]
      const isOpenPort = id === '0' || of('pluginFamily') === 'Port scanners'
      const isWeak = Number(of('severity')) > 0 || item.includes('<cve>')
      if (isWeak && !isOpenPort) found.add(`${address} ${port === '0' ? '' : of('protocol')} ${port} ${id}`)
    }
  }
  return found
}

test('T4 a real Nessus report: every weakness of every host, against a second reading', { skip: absent }, async () => {
  const path = join(reference, 'scanner_reports', 'tenable', 'nessus_nessus_v_unknown.xml')
  const weaknesses = new Weaknesses()
  await decodeAllInto(path, 0, (batch) => weaknesses.observe(batch))
  const all = weaknesses.all([path])
  const read = new Set(all.map(({ address, protocol, port, id }) => `${address} ${protocol} ${port} ${id}`))
  assert.deepEqual([...read].sort(), [...weaknessesIn(readFileSync(path, 'utf8'))].sort())
  assert.ok(read.size >= 20, `${read.size}`)
})

test('T4 damaged entries of the KEV catalogue are counted; what is none is refused', async () => {
  const entries = [
    { cveID: 'CVE-2021-44228', dateAdded: '2021-12-10', knownRansomwareCampaignUse: 'Unknown' },
    { cveID: 'CVE-2021', dateAdded: '2021-12-10' },
    { cveID: 'CVE-2021-1', dateAdded: 1 },
    null,
    'x',
  ]
  const kev = await loadKev(file('kev.json', JSON.stringify({ vulnerabilities: entries })))
  assert.equal(kev.size, 1)
  assert.equal(kev.malformed, 4)
  assert.equal(kev.of('CVE-2021-44228')?.ransomware, false)
  for (const text of ['[]', '{}', 'null', '{"vulnerabilities": {}}', '']) {
    await assert.rejects(loadKev(file('none.json', text)), (error) => error instanceof Problem && error.code === 'kev')
  }
  await assert.rejects(loadKev(join(folder, 'missing')), Problem)
})

const scores =
  '#model_version:v2025.03.14,score_date:2025-08-26T12:55:00Z\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\nCVE-2014-3566,0.9,0.9\n'

test('T4 EPSS scores are read, compressed or not; damaged lines are counted', async () => {
  for (const path of [
    file('epss.csv', scores),
    file('epss.csv.gz', gzipSync(scores)),
    file('crlf.csv', scores.replaceAll('\n', '\r\n')),
  ]) {
    const epss = await loadEpss(path)
    assert.deepEqual([epss.size, epss.malformed, epss.date], [2, 0, '2025-08-26'])
    assert.equal(epss.of('CVE-2021-44228'), 0.94358)
    assert.equal(epss.of('CVE-1999-0001'), undefined)
    assert.equal(epss.of('no id'), undefined)
  }
  const epss = await loadEpss(
    file('bad.csv', `${scores}CVE-1,0.5,1\nCVE-2020-1234,1.5,1\nCVE-2020-1234,-1,1\ngarbage\n`),
  )
  assert.deepEqual([epss.size, epss.malformed], [2, 4])
  for (const content of ['', 'cve,epss\n', Buffer.from([0x1f, 0x8b, 0, 0])]) {
    await assert.rejects(
      loadEpss(file('none.csv', content)),
      (error) => error instanceof Problem && error.code === 'epss',
    )
  }
})

const kevOf = (...entries: readonly KevEntry[]): Kev => ({
  of: (cve) => entries.find((entry) => entry.cve === cve),
  size: entries.length,
  malformed: 0,
  released: '',
})
const service = (port: number, address = '192.0.2.10'): LearnedService => ({
  address,
  port,
  protocol: 'tcp',
  banner: null,
})

test('T4 what answered is ranked with reasons: exploited first, then likely, then severe', async () => {
  const { weaknesses, inputs } = await collected()
  const { inventory } = await openInventory({
    files: [join(import.meta.dirname, '..', 'fixtures', 'asset', 'hosts.csv')],
  })
  const kev = kevOf({ cve: 'CVE-2004-2761', name: 'x', added: '2024-01-02', ransomware: true })
  const rank = weaknessRanker(weaknesses.all(inputs), {
    kev,
    epss: await loadEpss(file('epss2.csv', scores)),
    inventory,
  })
  const list = rank([service(443), service(8443)], true)
  const top = list.slice(0, 2)
  assert.deepEqual(
    top.map(({ weakness, exploited, epss, because }) => ({ id: weakness.id, exploited, epss, because })),
    [
      {
        id: '35291',
        exploited: true,
        epss: null,
        because: [
          'tcp/443 of 192.0.2.10 (www.example.org) answered this scan, which came from outside.',
          'CVE-2004-2761 is exploited: CISA lists it since 2024-01-02, used in ransomware campaigns.',
          'The report calls it high.',
          'The inventory rates the host as high.',
        ],
      },
      {
        id: '156032',
        exploited: false,
        epss: 0.94358,
        because: [
          'tcp/443 of 192.0.2.10 (www.example.org) answered this scan, which came from outside.',
          'EPSS gives it a chance of 94% to be attacked within 30 days (as of 2025-08-26).',
          'The report calls it critical.',
          'The inventory rates the host as high.',
        ],
      },
    ],
  )
  // Ports that did not answer, and other hosts, are not in it; the host as a whole is.
  assert.ok(list.every(({ weakness }) => weakness.address === '192.0.2.10' && [0, 443, 8443].includes(weakness.port)))
  assert.ok(list.some(({ weakness }) => weakness.id === '10114'))
  assert.deepEqual(rank([]), [])
  assert.deepEqual(
    rank([{ ...service(443), protocol: 'udp' }]).filter(({ weakness }) => weakness.port > 0),
    [],
  )
})

const levels: readonly (Criticality | null)[] = [null, 'low', 'medium', 'high', 'critical']
const someWeakness = fc.record({
  address: fc.constant('192.0.2.10'),
  port: fc.constantFrom(0, 443),
  protocol: fc.constant('tcp'),
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  name: fc.constant('n'),
  cves: fc.uniqueArray(fc.constantFrom('CVE-2020-0001', 'CVE-2020-0002', 'CVE-2020-0003'), { maxLength: 3 }),
  severity: fc.constantFrom(...levels),
  at: fc.constant(null),
  source: fc.constant('r'),
})
const someScores = fc.dictionary(
  fc.constantFrom('CVE-2020-0001', 'CVE-2020-0002'),
  fc.float({ min: 0, max: 1, noNaN: true }),
)
const epssOf = (known: Readonly<Record<string, number>>) => ({
  of: (cve: string) => known[cve],
  size: 1,
  malformed: 0,
  date: '',
})

test('T4 nothing that is known more lowers a weakness: KEV, ransomware, EPSS, severity, the world', () => {
  const rankOf = (weakness: Weakness, kev: Kev, known: Readonly<Record<string, number>>, exposed: boolean) =>
    weaknessRanker([weakness], { kev, epss: epssOf(known) })([service(443)], exposed)[0]?.rank ?? Number.NaN
  fc.assert(
    fc.property(someWeakness, someScores, fc.boolean(), fc.constantFrom(1, 2, 3), (weakness, known, exposed, which) => {
      const cve = `CVE-2020-000${which}`
      const [none, quiet, loud] = [false, true].flatMap((ransomware) => [
        ...(ransomware ? [] : [kevOf()]),
        kevOf({ cve, name: '', added: '2024-01-01', ransomware }),
      ]) as [Kev, Kev, Kev]
      const before = rankOf(weakness, none, known, exposed)
      assert.ok(rankOf(weakness, quiet, known, exposed) >= before)
      assert.ok(rankOf(weakness, loud, known, exposed) >= rankOf(weakness, quiet, known, exposed))
      assert.ok(rankOf(weakness, none, { ...known, [cve]: 1 }, exposed) >= before)
      assert.ok(rankOf(weakness, none, known, true) >= before)
      const higher = levels[Math.min(levels.indexOf(weakness.severity) + 1, 4)] ?? null
      assert.ok(rankOf({ ...weakness, severity: higher }, none, known, exposed) >= before)
      assert.ok(before >= 0 && before <= 100)
    }),
    { seed: 5, numRuns: 1000 },
  )
})

test('T4 the order of reports does not matter, and what is exploited stands before all that is not', () => {
  const kev = kevOf({ cve: 'CVE-2020-0001', name: '', added: '2024-01-01', ransomware: false })
  fc.assert(
    fc.property(
      fc.uniqueArray(someWeakness, { selector: ({ id, port }) => `${id} ${port}` }),
      someScores,
      (list, known) => {
        const ranked = (given: readonly Weakness[]) =>
          weaknessRanker(given, { kev, epss: epssOf(known) })([service(443)], true)
        assert.deepEqual(ranked([...list].reverse()), ranked(list))
        const exploited = ranked(list).map((each) => each.exploited)
        assert.deepEqual(
          exploited,
          [...exploited].sort((x, y) => Number(y) - Number(x)),
        )
      },
    ),
    { seed: 6, numRuns: 500 },
  )
})
