/** Q1, A1: authorised scans of the lab captures are closed inside their scope, and raised outside it, saying how. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openAllowlist } from '../src/asset/allowlist.ts'
import type { AllowEntry } from '../src/asset/asset.ts'
import { proposeEntry } from '../src/asset/propose.ts'
import type { Analysis } from '../src/case/analysis.ts'
import type { Case } from '../src/case/case.ts'
import type { Scan } from '../src/detect/finding.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { labInputs, labNetworks } from './lab-set.ts'

const names = [
  'nmap_syn_horiz_3ports',
  'nmap_syn_vertical',
  'masscan_24_p80_r1000',
  'zmap_20_p80',
  'nmap_udp_5ports',
  'nmap_sV_banner',
  'ipv6_nmap_syn',
  'hping3_icmp_sweep',
  'distributed20_masscan_20',
]
const wanted = labInputs.filter(({ name, kind }) => names.includes(name) && kind === 'packets')

async function judged(path: string, entries: readonly AllowEntry[]): Promise<Analysis> {
  return analyze({ paths: [path], net: labNetworks, context: { allowlist: await openAllowlist(entries) } })
}

const answerOf = (one: Case | undefined) => one?.triage?.answers.find(({ question }) => question === 'Q1')

for (const { name, path } of wanted) {
  describe(name, () => {
    let scans: readonly Scan[]
    let entries: readonly AllowEntry[]

    before(async () => {
      const analysis = await analyze({ paths: [path], net: labNetworks })
      scans = analysis.scans.map(({ scan }) => scan)
      entries = scans.map((scan) =>
        proposeEntry(scan, { owner: 'vulnerability management', reason: 'weekly scan', ticket: 'CHG-1' }),
      )
    })

    test('declared, it is recorded and closed', async () => {
      const { cases, scans: told } = await judged(path, entries)
      assert.ok(cases.length > 0)
      for (const one of cases) {
        assert.deepEqual([one.decision?.decision, one.decision?.rule], ['close', 'authorised'])
        assert.equal(answerOf(one)?.answer, 'yes')
      }
      assert.ok(told.every(({ scan }) => scan.authorised?.inScope === true))
    })

    const changes: readonly [string, (entry: AllowEntry) => AllowEntry, RegExp][] = [
      ['other targets', (entry) => ({ ...entry, targets: ['192.168.77.0/24'] }), /targets?|address/],
      ['an hour later', (entry) => ({ ...entry, window: shifted(entry) }), /window|hour|outside|before|after/],
      ['expired', (entry) => ({ ...entry, expires: '2026-11-01' }), /expired/],
      ['other methods', (entry) => ({ ...entry, methods: ['arp'] }), /declared is arp/],
    ]
    for (const [what, change, how] of changes) {
      test(`${what}: it is raised, and says how it left its scope`, async () => {
        const { cases } = await judged(path, entries.map(change))
        assert.ok(cases.length > 0)
        for (const one of cases) {
          assert.deepEqual([one.decision?.decision, one.decision?.rule], ['escalate', 'out-of-scope'])
          assert.equal(answerOf(one)?.answer, 'no')
          assert.match(answerOf(one)?.because.join(' ') ?? '', how)
        }
      })
    }

    test('an entry for somebody else says nothing', async () => {
      const { cases } = await judged(path, [{ ...(entries[0] as AllowEntry), sources: ['198.18.200.200'] }])
      assert.ok(cases.every(({ decision }) => decision?.rule !== 'authorised' && decision?.rule !== 'out-of-scope'))
    })
  })
}

/** The same window, a day and an hour from when it should be. */
function shifted({ window }: AllowEntry): NonNullable<AllowEntry['window']> {
  assert.ok(window)
  const start = new Date(Date.parse(`${window.start}:00Z`) + 25 * 3600e3).toISOString().slice(0, 16)
  const { rule: _, ...once } = window
  return { ...once, start }
}

test('the lab captures are at hand', () => assert.ok(wanted.length >= 3))

const killchain = labInputs.find(({ name, kind }) => name === 'killchain' && kind === 'packets')

test('E4 before Q1: what follows an authorised scan is not authorised', {
  skip: killchain === undefined && 'killchain.pcap',
}, async () => {
  const path = killchain?.path ?? ''
  const { scans } = await analyze({ paths: [path], net: labNetworks })
  const first = scans[0]?.scan as Scan
  const { cases } = await judged(path, [proposeEntry(first, { owner: 'a tester', reason: 'penetration test' })])
  assert.equal(cases[0]?.triage?.allowed?.inScope, true)
  assert.equal(cases[0]?.decision?.rule, 'E4')
})
