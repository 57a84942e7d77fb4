/** Plans: which networks, how, for how long; who approves, and what no policy may. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaseEventBody } from '../src/case/case.ts'
import type { Scan } from '../src/detect/finding.ts'
import type { Dossier, Identity } from '../src/intel/intel.ts'
import { Guard } from '../src/respond/guard/guard.ts'
import { usualLimits } from '../src/respond/guard/limits.ts'
import { Protected } from '../src/respond/guard/protected.ts'
import type { PlanState } from '../src/respond/ledger/fold.ts'
import { prefixOf } from '../src/respond/network.ts'
import { approvedBlocks } from '../src/respond/plan/blocks.ts'
import { approved, proposed, reapplied, rejected, revoked, type Word } from '../src/respond/plan/decide.ts'
import type { BlastRadius, Plan } from '../src/respond/plan/plan.ts'
import { type PolicyRule, policyFor } from '../src/respond/plan/policy.ts'
import { draftPlans } from '../src/respond/plan/propose.ts'
import { hasForgedSource } from '../src/store/forged-sources.ts'
import { ann, ben, caseWith, drafts, emptyLedger, guardWith, source } from './contain-case.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const networks = (plans: readonly Plan[]) => plans.flatMap((plan) => plan.networks.map(({ network }) => network))

function dossier(address: string, given: Partial<Identity>): Dossier {
  const unknown = { scope: 'public', asn: null, organisation: null, country: null, kind: null, research: null } as const
  return { identity: { address, ...unknown, reverseName: null, because: [], ...given }, hits: [], looked: [] }
}

describe('what a plan contains', () => {
  test('an IPv4 source by its address, as a block of four hours', () => {
    const [plan, ...more] = drafts(caseWith())
    assert.equal(more.length, 0)
    assert.deepEqual([plan?.measure, plan?.limit, plan?.direction, plan?.ports], ['block', 4 * 3600, 'in', []])
    assert.deepEqual(networks([plan as Plan]), [`${source}/32`])
    assert.match(plan?.id ?? '', /^[0-9a-f]{12}$/)
  })

  test('an IPv6 source by its /64, through which it can turn; where neighbours share that, by its address', () => {
    const six = '2001:db8:9:9::5'
    const scan = { sources: [six] }
    assert.deepEqual(networks(drafts(caseWith({ scans: [scan] }))), ['2001:db8:9:9::/64'])
    const hosted = [dossier(six, { kind: 'hosting' })]
    assert.deepEqual(networks(drafts(caseWith({ scans: [scan], dossiers: hosted }))), [`${six}/128`])
    const both = { sources: [six, '2001:db8:9:9::6'] }
    assert.deepEqual(networks(drafts(caseWith({ scans: [both], dossiers: hosted }))), ['2001:db8:9:9::/64'])
  })

  test('where its /64 holds what is protected, by its address after all', () => {
    const limits = { ...usualLimits }
    const guard = new Guard(new Protected([{ network: '2001:db8:9:9::1', why: 'a gateway' }]), limits)
    const cases = caseWith({ scans: [{ sources: ['2001:db8:9:9::5'] }] })
    assert.deepEqual(networks(drafts(cases, {}, 0, guard)), ['2001:db8:9:9::5/128'])
    const gateway = caseWith({ scans: [{ sources: ['2001:db8:9:9::1'] }] })
    assert.match(drafts(gateway, {}, 0, guard)[0]?.refused[0]?.refusals.join() ?? '', /a gateway/)
  })

  test('a sender that turned through a /48, by that', () => {
    const turned = { sources: ['2001:db8:9:1::5', '2001:db8:9:2::6'], prefix: '2001:db8:9::/48' }
    assert.deepEqual(networks(drafts(caseWith({ scans: [turned] }))), ['2001:db8:9::/48'])
  })

  test('an address that others share is slowed, not kept out, and it is said whose it is', () => {
    const cases = caseWith({
      scans: [{ sources: [source, '203.0.113.71'] }],
      dossiers: [dossier(source, { kind: 'vpn' }), dossier('203.0.113.71', { kind: 'isp' })],
    })
    const plans = drafts(cases)
    assert.deepEqual(plans.map(({ measure, rate }) => [measure, rate]).sort(), [
      ['block', null],
      ['throttle', { perSecond: 10, burst: 20 }],
    ])
    const slowed = plans.find(({ measure }) => measure === 'throttle')
    assert.match(slowed?.networks[0]?.shared.join() ?? '', /VPN/)
  })

  for (const [name, isShared] of [
    ['cgnat-17.example.net', true],
    ['mobile-3.example.net', true],
    ['host7.nat.example.net', true],
    ['natalie.example.net', false],
    ['mail.example.net', false],
  ] as const) {
    test(`a source called ${name} is ${isShared ? '' : 'not '}taken for one that many share`, () => {
      const reverseName = { name, confirmed: true }
      const [plan] = drafts(caseWith({ dossiers: [dossier(source, { reverseName })] }))
      assert.equal(plan?.measure, isShared ? 'throttle' : 'block')
    })
  }

  test('both ways where a system of ours opened connections to it', () => {
    const cases = caseWith()
    const sign = { kind: 'first-destination', host: '192.0.2.20', peer: source, port: 4444 }
    const taken = { ...cases, triage: { ...cases.triage, signs: [sign] } } as unknown as typeof cases
    assert.equal(drafts(taken)[0]?.direction, 'both')
    const other = {
      ...cases,
      triage: { ...cases.triage, signs: [{ ...sign, peer: '198.51.100.1' }] },
    } as unknown as typeof cases
    assert.equal(drafts(other)[0]?.direction, 'in')
  })

  test('longer each time, up to the longest', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 50].map((earlier) => (drafts(caseWith(), {}, earlier)[0] as Plan).limit / 3600),
      [4, 16, 64, 168, 168],
    )
  })

  test('no system of ours that scans, no decoy; nothing protected, and it says why', () => {
    const internal = { sources: ['192.0.2.9'], direction: 'internal' } as Partial<Scan>
    assert.deepEqual(drafts(caseWith({ scans: [internal] })), [])
    const [plan] = drafts(caseWith({ scans: [{ sources: ['192.0.2.9'] }] }))
    assert.deepEqual([plan?.networks, plan?.refused[0]?.network], [[], '192.0.2.9/32'])
    assert.match(plan?.refused[0]?.refusals.join() ?? '', /our own network/)
  })

  test('no source that can be forged; of a scan by many what was shown of each', () => {
    const [plan] = drafts(caseWith({ scans: [{ spoofable: true }] }))
    assert.match(plan?.refused[0]?.refusals.join() ?? '', /can be forged/)
    const member = (name: string, spoofable: boolean | null) => ({ source: name, probes: 9, because: '', spoofable })
    const many = {
      distributed: true,
      sources: ['203.0.113.1', '203.0.113.2', '203.0.113.3'],
      members: [member('203.0.113.1', false), member('203.0.113.2', true), member('203.0.113.3', null)],
    }
    const [shared] = drafts(caseWith({ scans: [many] }))
    assert.deepEqual(
      shared?.networks.map(({ network, spoofable }) => [network, spoofable]),
      [
        ['203.0.113.1/32', false],
        ['203.0.113.3/32', null],
      ],
    )
    const old = caseWith({ scans: [{ ...many, members: undefined } as unknown as Partial<Scan>] })
    assert.deepEqual(
      drafts(old)[0]?.networks.map(({ spoofable }) => spoofable),
      [null, null, null],
    )
  })

  test('a network that a person names is not better known than the sources in it', () => {
    const forged = caseWith({ scans: [{ spoofable: true }] })
    const [plan] = drafts(forged, { networks: ['203.0.113.0/24'] })
    assert.match(plan?.refused[0]?.refusals.join() ?? '', /can be forged/)
    const [wide] = drafts(caseWith(), { networks: ['203.0.113.0/24'] })
    assert.deepEqual([wide?.networks[0]?.spoofable, wide?.networks[0]?.sources], [null, [source]])
  })

  test('a source that another case knows to be one that can be forged is not contained by naming it here', () => {
    const { cases, ledger } = emptyLedger()
    const entry = (body: CaseEventBody) => ({
      at: '2026-11-28T12:00:00Z',
      author: 'sweepwatch',
      reason: 'a test',
      body,
    })
    const forged = caseWith({ scans: [{ sources: ['203.0.113.66'], spoofable: true }] })
    cases.append('b', [
      entry({ kind: 'opened', title: 'another', key: 'k' }),
      ...forged.scans.map(({ scan }) => entry({ kind: 'scan', scan, joined: 'a test' })),
    ])
    for (const network of ['203.0.113.66/32', '203.0.113.64/30', '203.0.113.0/24'])
      assert.equal(hasForgedSource(ledger.database, prefixOf(network)), true, network)
    assert.equal(hasForgedSource(ledger.database, prefixOf('203.0.113.70/32')), false)
    const isForged = (network: string) => hasForgedSource(ledger.database, prefixOf(network))
    const around = { guard: guardWith(), earlier: () => 0, isForged, isCovered: () => false, now }
    const wanted = { rate: { perSecond: 1, burst: 1 }, ports: [], protocol: 'any', targets: ['edge'] } as const
    const [plan] = draftPlans(caseWith(), { ...wanted, networks: ['203.0.113.66/32'] }, around)
    assert.match(plan?.refused[0]?.refusals.join() ?? '', /can be forged/)
    // A handshake that any case saw shows that it is real.
    cases.append(
      'c',
      caseWith({ scans: [{ sources: ['203.0.113.66'] }] }).scans.map(({ scan }) =>
        entry({ kind: 'scan', scan: { ...scan, id: 'other' }, joined: 'a test' }),
      ),
    )
    assert.equal(hasForgedSource(ledger.database, prefixOf('203.0.113.66/32')), false)
  })

  test('nothing but denied requests is said to be so', () => {
    const outcomes = { established: 0, refused: 0, unanswered: 0, blocked: 50, unknown: 0 }
    const [plan] = drafts(caseWith({ scans: [{ outcomes, spoofable: null }] }))
    assert.equal(plan?.networks[0]?.denyOnly, true)
  })
})

describe('approving', () => {
  const word = (given: Partial<Word> = {}): Word => ({ author: ann, reason: 'INC-1', now, policy: null, ...given })

  function state(plan = drafts(caseWith())[0] as Plan) {
    const { ledger, cases } = emptyLedger()
    ledger.append([proposed(plan, word())])
    const step = (make: (state: PlanState) => ReturnType<typeof approved>) => ledger.change(plan.id, make)
    return { ledger, cases, step, plan }
  }

  test('by one person begins the time; a second approval, rejection or approval of nothing is refused', () => {
    const { step } = state()
    const after = step((s) => approved(s, word(), { needed: 1, guard: guardWith(), active: 0 }))
    assert.deepEqual([after.status, after.until], ['approved', '2026-11-28T16:00:00Z'])
    assert.throws(
      () => step((s) => approved(s, word({ author: ben }), { needed: 1, guard: guardWith(), active: 0 })),
      /is approved/,
    )
    assert.throws(() => step((s) => rejected(s, word())), /nothing to reject/)
    assert.throws(() => step((s) => reapplied(s, word())), /nothing of plan/)
    assert.equal(step((s) => revoked(s, word())).status, 'revoked')
    assert.throws(() => step((s) => revoked(s, word())), /nothing to revoke/)
  })

  test('by two people: neither by one twice, nor by one under two names', () => {
    const { step } = state()
    const rules = { needed: 2, guard: guardWith(), active: 0 }
    const half = step((s) => approved(s, word(), rules))
    assert.deepEqual([half.status, half.until, half.approvals.length], ['proposed', null, 1])
    assert.throws(() => step((s) => approved(s, word(), rules)), { code: 'same-approver' })
    assert.throws(() => step((s) => approved(s, word({ author: { name: 'zoe', login: 'ann' } }), rules)), {
      code: 'same-approver',
    })
    const whole = step((s) => approved(s, word({ author: ben, now: now + 60_000 }), rules))
    assert.deepEqual([whole.status, whole.until], ['approved', '2026-11-28T16:01:00Z'])
  })

  test('asks the guard anew: what was allowlisted meanwhile is not blocked', () => {
    const { step } = state()
    const guard = guardWith({ widest4: 32, mostBlocks: 1 })
    assert.throws(() => step((s) => approved(s, word(), { needed: 1, guard, active: 1 })), /lets nothing of plan/)
  })

  test('sources that may be forged get an hour, the others their time', () => {
    const cases = caseWith({ scans: [{}, { sources: ['203.0.113.9'], spoofable: null }] })
    const { step } = state(drafts(cases)[0])
    const after = step((s) => approved(s, word(), { needed: 1, guard: guardWith(), active: 0 }))
    assert.deepEqual(
      approvedBlocks(after, usualLimits).map(({ block }) => [block.network, block.until]),
      [
        [`${source}/32`, '2026-11-28T16:00:00Z'],
        ['203.0.113.9/32', '2026-11-28T13:00:00Z'],
      ],
    )
  })
})

describe('a policy', () => {
  const rule: PolicyRule = {
    name: 'scanners',
    decisions: ['E1', 'E3'],
    confidence: 0.5,
    measures: ['block', 'throttle'],
    most: 4,
    longest: 4 * 3600,
    withoutHistory: false,
  }
  const radius = (connections: number): BlastRadius => ({
    from: '2026-10-29T00:00:00Z',
    to: '2026-11-28T00:00:00Z',
    connections,
    others: 1,
    ours: 1,
    services: [],
    caveats: [],
  })
  const cases = caseWith()
  const plan: Plan = { ...(drafts(cases)[0] as Plan), blastRadius: radius(0) }
  const because = (given: Partial<Plan>, rules = [rule]) => {
    const said = policyFor(rules, { ...plan, ...given }, cases)
    return 'rule' in said ? 'approved' : said.because.join(' | ')
  }
  const network = plan.networks[0] as Plan['networks'][0]

  test('approves what it names, and nothing by default', () => {
    assert.equal(cases.decision?.rule, 'E1')
    assert.equal(because({}), 'approved')
    assert.match(because({}, []), /no rule approves/)
  })

  test('keeps to its decisions, confidence, measures, size, time and history', () => {
    assert.match(because({}, [{ ...rule, decisions: ['E4'] }]), /it is for E4/)
    assert.match(because({}, [{ ...rule, confidence: 1 }]), /confidence/)
    assert.match(because({}, [{ ...rule, measures: ['throttle'] }]), /does not block/)
    assert.match(because({ networks: Array(5).fill(network) }), /5 networks/)
    assert.match(because({ limit: 4 * 3600 + 1 }), /longer than 4 h/)
    assert.match(because({ blastRadius: null }), /no archive/)
    assert.equal(because({ blastRadius: null }, [{ ...rule, withoutHistory: true }]), 'approved')
  })

  test('never approves more than one sender, a doubtful one, a shared one, nor what would cut somebody off', () => {
    const any = [{ ...rule, most: 1000, withoutHistory: true }]
    for (const wide of ['203.0.0.0/16', '203.0.113.0/24', '203.0.113.6/31', '2001:db8:9::/48']) {
      for (const measure of ['block', 'throttle'] as const)
        assert.match(because({ measure, networks: [{ ...network, network: wide }] }, any), /more than one sender/)
    }
    assert.match(because({ networks: [{ ...network, spoofable: null }] }, any), /may be forged/)
    assert.match(because({ networks: [{ ...network, denyOnly: true }] }, any), /may be forged/)
    assert.match(because({ networks: [{ ...network, shared: ['a CDN'] }] }, any), /a CDN/)
    assert.match(because({ blastRadius: radius(1) }, any), /would have cut 1/)
    assert.match(because({ networks: [] }, any), /nothing is left/)
  })
})
