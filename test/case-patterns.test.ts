/** A2: which known pattern a case matches, and which it does not; and which scans join one case. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Sign } from '../src/case/case.ts'
import { CaseIndex, indexed } from '../src/case/case-index.ts'
import { paceGroups } from '../src/case/pace.ts'
import type { Scan } from '../src/detect/finding.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { clusterScans } from '../src/pipeline/cases/cluster.ts'
import type { Judged } from '../src/triage/facts.ts'
import { campaignOf } from '../src/triage/pattern/campaigns.ts'
import { patternsOf } from '../src/triage/pattern/registry.ts'

const root = join(import.meta.dirname, '..')
const found = await analyze({ paths: [join(root, 'fixtures/demo/masscan-sweep.pcap')], net: ['192.0.2.0/24'] })
const base = found.scans[0]?.scan as Scan

const scanOf = (changes: Partial<Scan>): Scan => ({ ...base, tool: null, open: [], ...changes })
const sign = (kind: Sign['kind'], host = '192.0.2.20'): Sign => ({
  ...{ kind, host, peer: base.sources[0] ?? null, port: 22, first: base.first, last: base.last, count: 20 },
  ...{ bytesOut: 0, bytesIn: 0, confidence: 0.9, text: kind, evidence: [] },
})
const idsOf = (facts: Partial<Judged>) =>
  patternsOf({
    scans: [scanOf({})],
    inside: [],
    sources: base.sources,
    accomplices: [],
    signs: [],
    ...facts,
  } as unknown as Judged).map(({ id }) => id)

describe('patterns', () => {
  test('the tool, with what it is usually for', () => {
    const tool = { name: 'masscan', because: 'its IP ID' }
    assert.ok(idsOf({ scans: [scanOf({ tool })] }).includes('tool-masscan'))
    assert.ok(!idsOf({}).some((id) => id.startsWith('tool-')))
  })

  test('two phases: a second visit to what answered, by the same source or another', () => {
    const open = [{ address: '192.0.2.20', port: 22, protocol: 'tcp' }]
    const accomplice = { source: '198.51.100.9', because: 'handed over', first: base.first, last: base.last }
    assert.ok(idsOf({ accomplices: [accomplice] }).includes('two-phase'))
    assert.ok(idsOf({ scans: [scanOf({ open })], signs: [sign('session')] }).includes('two-phase'))
    assert.ok(!idsOf({ scans: [scanOf({ open })] }).includes('two-phase'))
    assert.ok(!idsOf({ signs: [sign('outbound-volume')] }).includes('two-phase'))
  })

  test('a list of live targets; a sweep of the block is none', () => {
    const outcomes = { established: 5, refused: 1, unanswered: 0, blocked: 0, unknown: 0 }
    const targets = { ...base.targets, addresses: 6, coverage: 0.02 }
    assert.ok(idsOf({ scans: [scanOf({ targets, outcomes, probes: 6 })] }).includes('hit-list'))
    const silent = { ...outcomes, established: 1, unanswered: 4 }
    assert.ok(!idsOf({ scans: [scanOf({ targets, outcomes: silent, probes: 6 })] }).includes('hit-list'))
    assert.ok(!idsOf({}).includes('hit-list'))
  })

  test('guessing on one system, spraying over several', () => {
    assert.ok(idsOf({ signs: [sign('guessing')] }).includes('password-guessing'))
    assert.ok(idsOf({ signs: [sign('guessing'), sign('guessing', '192.0.2.21')] }).includes('credential-spraying'))
    assert.ok(!idsOf({ signs: [sign('session')] }).some((id) => id.includes('guess') || id.includes('spray')))
  })

  test('banners read, and work divided', () => {
    assert.ok(idsOf({ scans: [scanOf({ methods: ['banner'] })] }).includes('banner-grab'))
    assert.ok(idsOf({ scans: [scanOf({ distributed: true })] }).includes('divided'))
    const two = [scanOf({}), scanOf({ id: 'b', sources: ['203.0.113.71'] })]
    assert.ok(!idsOf({ scans: two }).includes('divided'), 'two sources are a pair, no division')
  })
})

describe('port sets', () => {
  const named = (...ports: number[]) => campaignOf(ports)?.id

  test('what they look for', () => {
    assert.equal(named(2375, 2376, 10_250), 'teamtnt-docker')
    assert.equal(named(23, 2323), 'mirai-telnet')
    assert.equal(named(445), 'smb')
    assert.equal(named(3389), 'rdp')
    assert.equal(named(22), 'ssh')
    assert.equal(named(3306, 5432, 6379, 27_017), 'databases')
    assert.equal(named(102, 502), 'industrial')
    assert.equal(named(80, 443, 8080), 'web')
  })

  test('mixtures and single common ports name nothing', () => {
    assert.equal(named(22, 80, 3389, 8080, 5900, 21), undefined)
    assert.equal(named(80), undefined)
    assert.equal(named(23), undefined)
    assert.equal(named(2375), undefined)
    assert.equal(named(...Array.from({ length: 1000 }, (_, n) => n + 1)), undefined)
  })
})

const hour = 3600e3
const start = Date.parse('2026-11-22T00:00:00Z')
const times = (from: number, to: number) => ({
  first: new Date(start + from).toISOString(),
  last: new Date(start + to).toISOString(),
  detected: new Date(start + from).toISOString(),
})

describe('pace', () => {
  /** Slow scanners of one host with ports of their own. */
  const slow = (counts: readonly number[], net = (n: number) => `198.51.${n}.7`) =>
    counts.map((probes, n) =>
      scanOf({
        id: `s${n}`,
        shape: 'vertical',
        direction: 'inbound',
        sources: [net(n)],
        probes,
        targets: { ...base.targets, ports: Array.from({ length: probes }, (_, k) => 1000 * (n + 1) + k) },
        ...times(60e3 * n, 23 * hour + 60e3 * n),
      }),
    )

  test('equal quotas, side by side, hardly a port twice: one job', () => {
    const groups = paceGroups(slow([39, 40, 40, 39, 40, 40, 39, 40, 40]))
    assert.equal(groups.length, 1)
    assert.equal(groups[0]?.scans.length, 9)
    assert.match(groups[0]?.because ?? '', /9 sources worked side by side at one pace/)
  })

  test('counts that scatter as those of strangers do are none', () => {
    assert.deepEqual(paceGroups(slow([31, 44, 36, 52, 40, 29, 47, 38, 60])), [])
    assert.deepEqual(paceGroups(slow([39, 40, 40])), [], 'three may agree by accident')
  })

  test('the same ports are no divided list; one network is joined otherwise', () => {
    const same = slow([40, 40, 40, 40, 40, 40, 40, 40]).map((scan) => ({
      ...scan,
      targets: { ...scan.targets, ports: Array.from({ length: 40 }, (_, k) => k + 1) },
    }))
    assert.deepEqual(paceGroups(same), [])
    assert.deepEqual(paceGroups(slow([40, 40, 40, 40, 40, 40, 40, 40], (n) => `198.51.100.${n}`)), [])
  })
})

describe('joining', () => {
  const first = scanOf({
    id: 'first',
    direction: 'inbound',
    sources: ['203.0.113.70'],
    open: [{ address: '192.0.2.20', port: 22, protocol: 'tcp' }],
    ...times(0, hour),
  })
  const joined = (changes: Partial<Scan>) => {
    const index = new CaseIndex()
    index.add(indexed('case', [first]))
    return index.find(
      scanOf({
        id: 'next',
        direction: 'inbound',
        sources: ['198.51.100.1'],
        shape: 'vertical',
        ...times(2 * hour, 3 * hour),
        ...changes,
      }),
    )?.because
  }

  test('by source, by touched host, by network with the same fingerprint, by the same list', () => {
    assert.match(joined({ sources: ['203.0.113.70'] }) ?? '', /the same source/)
    assert.match(joined({ sources: ['192.0.2.20'], direction: 'internal' }) ?? '', /had answered/)
    assert.match(joined({ sources: ['203.0.113.99'], shape: first.shape }) ?? '', /the same network/)
    const ports = Array.from({ length: 9 }, (_, n) => n + 1)
    const index = new CaseIndex()
    index.add(indexed('case', [scanOf({ ...first, targets: { ...first.targets, ports } })]))
    assert.match(
      index.find(
        scanOf({ id: 'x', sources: ['198.51.100.1'], targets: { ...first.targets, ports }, ...times(hour, hour) }),
      )?.because ?? '',
      /same list of 9 ports/,
    )
  })

  test('not: a stranger, the network with another fingerprint, the same source a year later, a host that never answered', () => {
    assert.equal(joined({}), undefined)
    assert.equal(joined({ sources: ['203.0.113.99'] }), undefined)
    assert.equal(joined({ sources: ['203.0.113.70'], ...times(365 * 24 * hour, 366 * 24 * hour) }), undefined)
    assert.equal(joined({ sources: ['192.0.2.77'], direction: 'internal' }), undefined)
  })

  test('one scan is in one case, whatever the order in which cases are known', () => {
    const drawn = [
      first,
      scanOf({ id: 'second', sources: ['203.0.113.70'], direction: 'inbound', ...times(hour, 2 * hour) }),
    ].map((scan) => ({ scan, touches: [], touchesOmitted: 0 }))
    const clusters = clusterScans(drawn, [])
    assert.equal(clusters.length, 1)
    assert.deepEqual(
      clusters[0]?.scans.map(({ joined }) => joined),
      ['it opened the case', 'the same source, 203.0.113.70'],
    )
  })
})
