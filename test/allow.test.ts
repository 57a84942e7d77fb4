import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { entryErrors, entryWarnings } from '../src/asset/allow-entry.ts'
import { openAllowlist } from '../src/asset/allowlist.ts'
import type { AllowEntry, AllowMatch, ScanExtent } from '../src/asset/asset.ts'
import { Problem } from '../src/base/problem.ts'
import { entry, extent, touch } from './allow-samples.ts'

const night = ['2026-11-22T02:10:00Z', '2026-11-22T02:20:00Z', '2026-11-22T02:30:00Z']
const scan = extent(night.map((iso) => touch(iso)))

async function matchOf(entries: readonly AllowEntry[], what: ScanExtent): Promise<AllowMatch> {
  const match = (await openAllowlist(entries)).match(what)
  assert.ok(match)
  return match
}

test('Q1 a scan that lies wholly inside an entry is in scope, and it is said how', async () => {
  const { inScope, because } = await matchOf(
    [
      entry({
        targets: ['192.0.2.0/24'],
        ports: ['80', '443'],
        methods: ['tcp-syn'],
        window: { start: '2026-11-01T03:00', zone: 'Europe/Berlin', minutes: 120, rule: 'FREQ=WEEKLY;BYDAY=SU' },
      }),
    ],
    scan,
  )
  assert.ok(inScope)
  assert.deepEqual(because, [
    'All 3 probes of 192.0.2.200 lie inside what weekly declares: 192.0.2.0/24; 80 and 443; tcp-syn.',
    'It ran in the window every week on Sunday at 3 AM for 2 h (Europe/Berlin), which was open Sun 2026-11-22 03:00 to 05:00.',
    'The entry holds until 2027-01-31 (CHG-1).',
  ])
})

test('Q1 a source that no entry names is matched by none', async () => {
  const list = await openAllowlist([entry(), entry({ id: 'other', sources: ['2001:db8::/32'] })])
  assert.equal(list.match(extent([touch(night[0]!, { source: '203.0.113.1' })])), undefined)
  assert.equal(list.match({ ...scan, sources: ['not an address'] }), undefined)
  assert.equal((await openAllowlist([])).match(scan), undefined)
})

for (const [what, changes, said] of [
  [
    'targets',
    { targets: ['198.51.100.0/24', '192.0.2.11'] },
    'All 3 probes went to 1 address outside the declared targets (198.51.100.0/24 and 192.0.2.11): 192.0.2.10.',
  ],
  ['ports', { ports: ['443', '8000-8100'] }, 'All 3 probes asked for 1 port: 80, not declared (443 and 8000-8100).'],
  ['the protocol of ports', { ports: ['udp/80'] }, 'All 3 probes asked for 1 port: 80, not declared (udp/80).'],
  ['methods', { methods: ['udp', 'icmp-echo'] }, 'It used tcp-syn; declared is udp and icmp-echo.'],
  [
    'hours',
    { window: { start: '2026-11-01T03:15', zone: 'Europe/Berlin', minutes: 10, rule: 'FREQ=WEEKLY;BYDAY=SU' } },
    '2 of 3 probes came between Sun 2026-11-22 03:10:00 and Sun 2026-11-22 03:30:00, outside the declared window, every week ' +
      'on Sunday at 3:15 AM for 10 min (Europe/Berlin), which was open Sun 2026-11-22 03:15 to 03:25.',
  ],
  [
    'hours of another day',
    { window: { start: '2026-11-23T02:00', zone: 'UTC', minutes: 60 } },
    'All 3 probes came between Sun 2026-11-22 02:10:00 and Sun 2026-11-22 02:30:00, outside the declared window, on 2026-11-23 ' +
      'at 02:00 for 1 h (UTC), which was not open then.',
  ],
  ['expiry', { expires: '2026-11-19' }, 'The entry had expired on 2026-11-19, 3 d 2 h before the scan began.'],
  [
    'expiry during it',
    { expires: '2026-11-22T02:20:00Z' },
    '2 of 3 probes came after the entry had expired on 2026-11-22T02:20:00Z.',
  ],
] as const) {
  test(`A1 a scan that leaves the declared ${what} is out of scope, with numbers`, async () => {
    const { inScope, because } = await matchOf([entry(changes as Partial<AllowEntry>)], scan)
    assert.equal(inScope, false)
    assert.deepEqual(because, [said])
  })
}

test('A1 a scan that leaves an entry in every way is told every way', async () => {
  const touches = [...Array(300).keys()].map((k) =>
    touch(`2026-11-22T05:${String(k % 60).padStart(2, '0')}:00Z`, {
      address: k < 200 ? `198.51.100.${k}` : `203.0.113.${k - 200}`,
      port: k % 2 === 0 ? 22 : 3389,
      source: k % 3 === 0 ? '192.0.2.200' : `203.0.113.${200 + (k % 3)}`,
    }),
  )
  const { because } = await matchOf(
    [
      entry({
        targets: ['192.0.2.0/24'],
        ports: ['tcp/443'],
        methods: ['udp'],
        window: { start: '2026-11-22T02:00', zone: 'UTC', minutes: 60, rule: 'FREQ=DAILY' },
        expires: '2026-11-01',
      }),
    ],
    extent(touches),
  )
  assert.deepEqual(because, [
    '2 of 3 sources are not declared: 203.0.113.201 and 203.0.113.202.',
    'All 300 probes went to 300 addresses outside the declared targets (192.0.2.0/24): 200 in 198.51.100.0/24 and 100 in 203.0.113.0/24.',
    'All 300 probes asked for 2 ports: 22, 3389, not declared (tcp/443).',
    'It used tcp-syn; declared is udp.',
    'All 300 probes came between Sun 2026-11-22 05:00:00 and Sun 2026-11-22 05:59:00, outside the declared window, every day ' +
      'at 2 AM for 1 h (UTC), which was not open then.',
    'The entry had expired on 2026-11-01, 21 d 5 h before the scan began.',
  ])
})

test('A1 without single probes, blocks, ports and times are judged as a whole', async () => {
  const whole = { ...scan, touches: [], blocks: ['192.0.2.0/25', '198.51.100.0/24'], ports: [80, 22] }
  const { because } = await matchOf(
    [
      entry({
        targets: ['192.0.2.0/24'],
        ports: ['80'],
        window: { start: '2026-11-22T02:15', zone: 'UTC', minutes: 600 },
      }),
    ],
    whole,
  )
  assert.deepEqual(because, [
    '198.51.100.0/24, which it scanned, does not lie in the declared targets (192.0.2.0/24).',
    'It asked for 1 port: 22, not declared (80).',
    'It ran from Sun 2026-11-22 02:10:00 to Sun 2026-11-22 02:30:00, not wholly in the declared window, on 2026-11-22 at 02:15 for 10 h ' +
      '(UTC), which was open Sun 2026-11-22 02:15 to 12:15.',
  ])
  const inside = { ...whole, blocks: ['192.0.2.0/25'], ports: [80] }
  assert.ok((await matchOf([entry({ targets: ['192.0.2.0/24'], ports: ['80'] })], inside)).inScope)
})

test('A1 pings are judged by their method, whatever ports are declared', async () => {
  const pings = extent([touch(night[0]!, { port: 8 }), touch(night[1]!)], {
    methods: ['icmp-echo', 'tcp-syn'],
    protocols: ['icmp', 'tcp'],
    ports: [80],
  })
  assert.ok((await matchOf([entry({ ports: ['80'] })], pings)).inScope)
  const { because } = await matchOf([entry({ ports: ['80'], methods: ['tcp-syn'] })], pings)
  assert.deepEqual(because, ['It used icmp-echo; declared is tcp-syn.'])
  // Port 0 of TCP is a port.
  assert.equal((await matchOf([entry({ ports: ['80'] })], extent([touch(night[0]!, { port: 0 })]))).inScope, false)
  // A scan of TCP and UDP that does not say which probe was which: the port has to be declared for both.
  const both = extent([touch(night[0]!)], { protocols: ['tcp', 'udp'] })
  assert.equal((await matchOf([entry({ ports: ['tcp/80'] })], both)).inScope, false)
  assert.ok((await matchOf([entry({ ports: ['tcp/80', 'udp/1-100'] })], both)).inScope)
})

test('A1 the entry that covers the scan is taken before those that do not, and the order of entries does not matter', async () => {
  const entries = [
    entry({ id: 'expired', expires: '2026-01-01' }),
    entry({ id: 'ports', ports: ['22'], methods: ['udp'] }),
    entry({ id: 'network', sources: ['192.0.2.0/24'], ports: ['80'] }),
  ]
  for (const order of [entries, [...entries].reverse()]) {
    assert.equal((await matchOf(order, scan)).entry.id, 'network')
    assert.equal(
      (
        await matchOf(
          order.filter(({ id }) => id !== 'network'),
          scan,
        )
      ).entry.id,
      'expired',
    )
  }
})

test('A1 whatever is added to a scan outside an entry, it never comes back into scope', async () => {
  const list = await openAllowlist([
    entry({
      sources: ['192.0.2.192/28'],
      targets: ['192.0.2.0/24'],
      ports: ['1-1024'],
      window: { start: '2026-11-01T02:00', zone: 'UTC', minutes: 60, rule: 'FREQ=WEEKLY;BYDAY=SU' },
    }),
  ])
  const probe = fc.record({
    at: fc.integer({ min: Date.parse('2026-11-22T01:58Z'), max: Date.parse('2026-11-22T03:02Z') }),
    address: fc.constantFrom('192.0.2.1', '192.0.2.255', '192.0.3.0'),
    port: fc.constantFrom(1, 80, 1024, 1025),
    source: fc.constantFrom('192.0.2.200', '192.0.2.207', '192.0.2.208'),
  })
  const isInside = ({ at, address, port, source }: { at: number; address: string; port: number; source: string }) =>
    at >= Date.parse('2026-11-22T02:00Z') &&
    at < Date.parse('2026-11-22T03:00Z') &&
    address !== '192.0.3.0' &&
    port !== 1025 &&
    source !== '192.0.2.208'
  fc.assert(
    fc.property(fc.array(probe, { minLength: 1, maxLength: 6 }), (touches) => {
      const match = list.match(extent(touches))
      const isNamed = touches.some(({ source }) => source !== '192.0.2.208')
      assert.equal(match?.inScope, isNamed ? touches.every(isInside) : undefined)
      assert.deepEqual(list.match(extent(touches)), match)
    }),
    { seed: 3, numRuns: 2000 },
  )
})

for (const [what, changes, said] of [
  ['without an owner', { owner: ' ' }, /owner is missing: who answers/],
  ['without a reason', { reason: '' }, /reason is missing/],
  ['without an expiry', { expires: '' }, /expires is missing: until when/],
  ['with an expiry that is no time', { expires: 'never' }, /"never" is no time/],
  ['without sources', { sources: [] }, /sources is empty/],
  ['with everybody as a source', { sources: ['0.0.0.0/0'] }, /too large to say who scans/],
  ['with a typo in a target', { targets: ['192.0.2.0/33'] }, /targets: "192.0.2.0\/33" is no network/],
  ['with a port range that runs backwards', { ports: ['90-80'] }, /"90-80" is no port/],
  ['with a method that is none', { methods: ['syn'] }, /"syn" is none of tcp-syn/],
  ['with a zone that is none', { window: { start: '2026-11-22T02:00', zone: 'Here', minutes: 5 } }, /no zone "Here"/],
  ['with a start that is none', { window: { start: '2026-02-30T02:00', zone: 'UTC', minutes: 5 } }, /no local time/],
  [
    'with a window without length',
    { window: { start: '2026-11-22T02:00', zone: 'UTC', minutes: 0 } },
    /minutes: write/,
  ],
] as const) {
  test(`A1 an entry ${what} is refused, and it is said why`, async () => {
    await assert.rejects(openAllowlist([entry(changes as Partial<AllowEntry>)]), (error) => {
      assert.ok(error instanceof Problem)
      assert.equal(error.code, 'allow')
      assert.match(error.message, said)
      return true
    })
  })
}

test('A1 everything that is wrong with an entry is said at once; two of one name are refused', async () => {
  const errors = await entryErrors(entry({ owner: '', reason: '', expires: '', sources: ['x'], ports: ['y'] }))
  assert.equal(errors.length, 5)
  await assert.rejects(openAllowlist([entry(), entry()]), /two allowlist entries are called weekly/)
})

test('A1 an entry that holds for more than a year, or not any more, is warned of', () => {
  const now = Date.parse('2026-11-22T00:00Z')
  assert.deepEqual(entryWarnings(entry(), now), [])
  assert.match(entryWarnings(entry({ expires: '2028-01-01' }), now)[0] ?? '', /more than a year/)
  assert.match(entryWarnings(entry({ expires: '2026-11-22' }), now)[0] ?? '', /expired on 2026-11-22/)
})
