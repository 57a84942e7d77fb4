/** Scans in name service logs: sweeps through reverse names, transfers, guessed hosts; and who must not be accused of any. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deserialize, serialize } from 'node:v8'
import { dnsRoles } from '../bench/simulate/dns-clients.ts'
import { logStyles, simulateDns } from '../bench/simulate/dns-trial.ts'
import { DnsDetector } from '../src/detect/dns/dns-detector.ts'
import { hostLabels } from '../src/detect/dns/host-labels.ts'
import { HostName } from '../src/detect/dns/host-name.ts'
import { Label, labelOf } from '../src/detect/dns/label.ts'
import { ReverseName } from '../src/detect/dns/reverse-name.ts'
import { EventBatch } from '../src/event/batch.ts'
import { addRow, type DnsRow, drawnIn, feed, inputs, ownNetworks, reverse, scansIn } from './dns-rows.ts'
import { checkTerms, replay } from './score-replay.ts'

const scanner = '198.51.100.9'
const own = ownNetworks('192.0.2.0/24', '2001:db8::/32')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const list = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Queries for names, a hundred a second. */
function asking(names: readonly string[], more: Partial<DnsRow> = {}): DnsRow[] {
  return names.map((query, n) => ({ at: n / 100, src: scanner, query, ...more }))
}

const hosts = (numbers: readonly number[], network = '192.0.2') => numbers.map((n) => reverse(`${network}.${n}`))
/** A query and its answer as records of their own. */
const apart = (rows: readonly DnsRow[]) =>
  rows.flatMap(({ rcode, ...row }) => [row, { ...row, at: row.at + 0.001, rcode: rcode ?? 'NXDOMAIN' }])

/** The same numbers in an order that is none. */
function shuffled<T>(items: readonly T[], seed = 7): T[] {
  let state = seed
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647
  const all = [...items]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

function read(text: string): string | undefined {
  const name = new ReverseName()
  const bytes = bytesOf(text)
  if (!name.read(bytes, 0, bytes.length)) return undefined
  const words = [name.w0, name.w1, name.w2, name.w3].map((word) => word.toString(16)).join(':')
  return `${name.isIpv4 ? 4 : 6}/${name.depth}${name.isWhole ? '' : '+'} ${words}`
}

test('reverse names are read in any case, to any depth, with or without the last dot', () => {
  assert.equal(read('10.2.0.192.in-addr.arpa'), '4/4 0:0:ffff:c000020a')
  assert.equal(read('10.2.0.192.IN-Addr.ARPA.'), '4/4 0:0:ffff:c000020a')
  assert.equal(read('2.0.192.in-addr.arpa'), '4/3+ 0:0:ffff:c00002')
  assert.equal(read('0.in-addr.arpa'), '4/1+ 0:0:ffff:0')
  assert.equal(read(reverse('2001:db8::1a')), '6/32 20010db8:0:0:1a'.replace('20010db8', '20010db8'))
  assert.equal(read('8.B.D.0.1.0.0.2.ip6.arpa'), '6/8+ 0:0:0:20010db8')
})

test('names that are no reverse names of an address or a branch are none', () => {
  const none = [
    ...[
      '',
      '.',
      'in-addr.arpa',
      '.in-addr.arpa',
      'xin-addr.arpa',
      '10.2.0.192',
      '10.2.0.192.in-addr',
      '10.2.0.192.arpa',
    ],
    ...['256.2.0.192.in-addr.arpa', '010.2.0.192.in-addr.arpa', '1.10.2.0.192.in-addr.arpa', '10..0.192.in-addr.arpa'],
    ...['.10.2.0.192.in-addr.arpa', '0/25.2.0.192.in-addr.arpa', 'b._dns-sd._udp.0.2.0.192.in-addr.arpa', 'ip6.arpa'],
    ...[
      '10.0-127.2.0.192.in-addr.arpa',
      'g.8.b.d.0.1.0.0.2.ip6.arpa',
      '10.b.d.0.1.0.0.2.ip6.arpa',
      `${'0.'.repeat(33)}ip6.arpa`,
    ],
    ...[
      '4.3.2.1.zen.example',
      '10.2.0.192.in-addr.arpa.example',
      '1.2.0.192.in-addr.arpa..',
      '-1.2.0.192.in-addr.arpa',
    ],
  ]
  for (const text of none) assert.equal(read(text), undefined, text)
})

test('host names are taken apart; what is no name is none', () => {
  const name = new HostName()
  const readName = (text: string) => name.read(bytesOf(text), 0, text.length)
  assert.ok(readName('WWW.Example.org.'))
  const { whole, label, zone, site } = name
  assert.ok(readName('www.example.ORG'))
  assert.deepEqual([name.whole, name.label, name.zone, name.site, name.labels], [whole, label, zone, site, 3])
  assert.ok(readName('a.www.example.org') && name.site === site && name.zone !== zone)
  assert.ok(readName('example.org') && name.site === site)
  for (const text of ['', '.', '..', 'a..b', '.a', `${'a'.repeat(256)}`, 'a.b..']) assert.ok(!readName(text), text)
  assert.ok(readName('example.co.uk') && name.isBelowRegistry(bytesOf('example.co.uk')))
  assert.ok(readName('www.example.org') && !name.isBelowRegistry(bytesOf('www.example.org')))
})

test('labels: common hosts and words are told from what programs make', () => {
  const kind = (text: string) => labelOf(bytesOf(text), 0, text.length)
  for (const text of ['www', 'MAIL', 'vpn', 'dev-api', 'intranet']) assert.equal(kind(text), Label.host, text)
  for (const text of ['printer', 'banana', 'web01', 'london']) assert.equal(kind(text), Label.word, text)
  for (const text of ['qxzvkjwpq', 'srv-7', 'b']) assert.equal(kind(text), Label.other, text)
  const program = ['_ldap', '10', '4', 'd41d8cd98f00b204e9800998ecf8427e', 'a b', '', 'r3---sn-4g5e6nsk7l', 'x\\041y']
  for (const text of program) assert.equal(kind(text), Label.none, text)
  assert.ok(hostLabels.length > 150 && new Set(hostLabels).size === hostLabels.length)
  // Probes of browsers: random letters.
  let state = 1
  const letter = () => String.fromCharCode(97 + Math.floor(((state = (state * 48271) % 2147483647) / 2147483647) * 26))
  const random = list(1000).filter(
    (n) =>
      kind(
        list(7 + (n % 9))
          .map(letter)
          .join(''),
      ) >= Label.word,
  )
  assert.ok(random.length < 30, `${random.length} of 1000 random labels look like words`)
})

const sweeps: readonly (readonly [string, DnsRow[]])[] = [
  ['upwards', asking(hosts(list(256)))],
  ['downwards', asking(hosts(list(256).reverse()))],
  ['all without a name', asking(hosts(list(256)), { rcode: 'NXDOMAIN' })],
  ['all with a name', asking(hosts(list(256)), { rcode: 'NOERROR' })],
  ['answers apart', apart(asking(hosts(list(256))))],
  ['every query twice', asking(hosts(list(256))).flatMap((row) => [row, row])],
  [
    'from the middle, beyond the /24',
    asking([...hosts(list(100).map((n) => n + 156)), ...hosts(list(256), '192.0.3')]),
  ],
  ['over IPv6', asking(list(256).map((n) => reverse(`2001:db8::${n.toString(16)}`)))],
  ['as ANY', asking(hosts(list(256)), { type: 'ANY' })],
  ['by the number of the type', asking(hosts(list(256)), { type: '12' })],
]
for (const [name, rows] of sweeps) {
  test(`a sweep is found at its fifth name: ${name}`, () => {
    const [scan, ...others] = scansIn(rows, own)
    assert.ok(scan)
    assert.deepEqual(others, [])
    assert.equal(scan.probesToDetect, 5)
    assert.deepEqual(scan.methods, ['dns-ptr'])
    assert.equal(scan.probes, name.includes('beyond') ? 356 : 256)
    assert.ok(scan.order.p < 1e-6)
    replay(scan)
    checkTerms(scan)
  })
}

test('four names say nothing yet, the fifth decides', () => {
  assert.deepEqual(scansIn(asking(hosts([0, 1, 2, 3]))), [])
  assert.equal(scansIn(asking(hosts([0, 1, 2, 3, 4]))).length, 1)
})

test('what a sweep of ours learned stands in the record, and each step points at its query', () => {
  const named = new Set([3, 25, 80])
  const rows = asking(hosts(list(256))).map((row, n) => ({
    ...row,
    rcode: named.has(n) ? 'NOERROR' : 'NXDOMAIN',
    ...(named.has(n) ? { answer: `host${n}.example.org` } : {}),
  }))
  const [scan] = scansIn(rows, own)
  assert.ok(scan)
  const { targets, outcomes } = scan
  assert.deepEqual(targets, { addresses: 256, blocks: ['192.0.2.0/24'], coverage: 1, ports: [53], protocols: ['udp'] })
  assert.deepEqual(outcomes, { established: 3, refused: 253, unanswered: 0, blocked: 0, unknown: 0 })
  assert.deepEqual(
    scan.names?.map(({ answer }) => answer),
    ['host3.example.org', 'host25.example.org', 'host80.example.org'],
  )
  assert.deepEqual(
    [scan.direction, scan.severity, scan.spoofable, scan.shape],
    ['inbound', 'medium', null, 'horizontal'],
  )
  assert.deepEqual([scan.background, scan.tool, scan.open], [null, null, []])
  assert.deepEqual(
    scan.evidence.steps.map(({ offset }) => offset),
    [100, 200, 300, 400],
  )
  assert.deepEqual(scan.sensors, [{ source: 'dns.log', events: 255 }])
  assert.match(
    scan.because[0]!,
    /^198\.51\.100\.9 probed 256 addresses in 192\.0\.2\.0\/24 for their names by dns-ptr\.$/,
  )
})

test('directions: by where the client and the addresses are', () => {
  const from = (src: string, network: string) => scansIn(asking(hosts(list(16), network), { src }), own)[0]?.direction
  assert.equal(from('192.0.2.7', '192.0.2'), 'internal')
  assert.equal(from('192.0.2.7', '203.0.113'), 'outbound')
  assert.equal(from(scanner, '203.0.113'), 'external')
  assert.equal(scansIn(asking(hosts(list(16), '10.0.0'), { src: '10.0.0.9' }))[0]?.direction, 'internal')
})

test('sweeps in other orders are found: constant steps, queries in flight that overtake each other, pauses', () => {
  const [strided] = scansIn(asking(hosts(list(32).map((n) => 8 * n))))
  assert.ok(strided && strided.probesToDetect <= 7 && strided.order.kind === 'strided')
  // As ten dig processes at a time were logged by BIND 9.18.
  const overtaking = [
    ...[0, 1, 2, 4, 5, 10, 3, 9, 6, 8, 7, 11, 13, 15, 17, 12, 16, 14, 18, 19, 20, 24, 21, 22, 23, 26, 25, 27, 29, 28],
    ...[30, 32, 33, 31, 34, 38, 36, 35, 37, 39, 40, 44, 41, 45, 43, 48, 50, 42, 46, 47, 49, 52, 51, 54, 55, 57, 56],
  ]
  assert.ok((scansIn(asking(hosts(overtaking)))[0]?.probesToDetect ?? 99) <= 24)
  const slow = asking(hosts(list(32))).map((row, n) => ({ ...row, at: n * 3600 }))
  assert.ok((scansIn(slow)[0]?.probesToDetect ?? 99) <= 8)
  const beside = asking(hosts(list(64))).flatMap((row, n) =>
    n % 4 === 3 ? [row, { ...row, query: reverse(`203.0.${n}.9`) }] : [row],
  )
  assert.ok((scansIn(beside)[0]?.probesToDetect ?? 99) <= 6, 'with other addresses in between')
})

test('a sweep in no order is found where half of its addresses were asked for and hosts stand out', () => {
  const numbers = shuffled(list(256))
  const rows = asking(hosts(numbers)).map((row, n) => ({
    ...row,
    rcode: numbers[n]! % 5 === 0 ? 'NOERROR' : 'NXDOMAIN',
  }))
  for (const each of [rows, apart(rows)]) {
    const [scan] = scansIn(each)
    assert.ok(scan && scan.probesToDetect > 128 && scan.probesToDetect < 200, `${scan?.probesToDetect}`)
    assert.equal(scan.order.kind, 'random')
    replay(scan)
    checkTerms(scan)
  }
})

test('the reverse tree is walked: branch after branch', () => {
  const branches = '0123456789abcdef'.split('')
  const level = (parent: string) => branches.map((nibble) => `${nibble}.${parent}`)
  const zone = '8.b.d.0.1.0.0.2.ip6.arpa'
  const [scan, ...others] = scansIn(asking([...level(zone), ...level(`0.${zone}`), ...level(`4.${zone}`)]), own)
  assert.ok(scan && scan.probesToDetect <= 8)
  assert.deepEqual(others, [])
  assert.deepEqual(scan.targets.blocks, ['2001:db8::/32', '2001:db8::/36', '2001:db8:4000::/36'])
  assert.equal(scan.direction, 'inbound')
  replay(scan)
  assert.equal(scansIn(asking(list(20).map((n) => `${n}.0.192.in-addr.arpa`)))[0]?.targets.blocks[0], '192.0.0.0/16')
})

for (const role of dnsRoles) {
  test(`ordinary clients are not accused: ${role.name}`, () => {
    for (const [n, style] of logStyles.entries()) {
      const { accused, because } = simulateDns(role, style, 12, 4711 + n)
      assert.equal(accused, 0, `${style}: ${because.join('\n')}`)
    }
  })
}

test('a mail server that asks for 10,000 names of random senders is silent', () => {
  let state = 99
  const next = () => (state = (state * 48271) % 2147483647) / 2147483647
  const names = list(10_000).map(() =>
    reverse([1 + next() * 220, ...list(3).map(() => next() * 256)].map(Math.floor).join('.')),
  )
  for (const rcode of ['NXDOMAIN', 'NOERROR', undefined])
    assert.deepEqual(scansIn(asking(names, rcode ? { rcode } : {})), [])
})

test('who asks for the same list again and again watches it: the whole input tells, a live sensor cannot', () => {
  const rounds = (count: number) =>
    list(count).flatMap((round) =>
      asking(hosts(list(200)), { rcode: 'NOERROR' }).map((row) => ({ ...row, at: row.at + 300 * round })),
    )
  assert.deepEqual(scansIn(rounds(6)), [])
  assert.equal(scansIn(rounds(2)).length, 1)
  const live = feed(new DnsDetector(), rounds(6)).findings({ own, inputs, causal: true })
  assert.equal(live.length, 1)
})

test('a client that asks all over has its neighbours counted less, and a sweep by it is found all the same', () => {
  const elsewhere = list(40).map((n) => reverse(`203.${(n * 37) % 200}.${n}.${(n * 91) % 250}`))
  const [scan] = scansIn(asking([...elsewhere, ...hosts(list(256))]))
  assert.ok(scan && scan.probesToDetect > 30 && scan.probesToDetect < 60, `${scan?.probesToDetect}`)
  replay(scan)
  checkTerms(scan)
})

test('mail servers ask for names over multicast too: such names are nobody’s scan', () => {
  assert.deepEqual(scansIn(asking(hosts(list(64)), { dstPort: 5353 })), [])
})

const transfer = (more: Partial<DnsRow>): DnsRow => ({
  at: 1,
  src: scanner,
  dst: '192.0.2.53',
  query: 'example.org',
  type: 'AXFR',
  protocol: 6,
  ...more,
})

test('transfers: refused from outside, one is enough', () => {
  for (const rows of [
    [transfer({ rcode: 'REFUSED' })],
    apart([transfer({ rcode: 'REFUSED' })]),
    [transfer({ rcode: 'NOTAUTH', type: 'IXFR' })],
  ]) {
    const [scan] = scansIn(rows, own)
    assert.ok(scan)
    assert.deepEqual(
      [scan.methods, scan.direction, scan.severity, scan.spoofable],
      [['dns-axfr'], 'inbound', 'medium', false],
    )
    assert.deepEqual([scan.zones, scan.probes, scan.outcomes.refused], [['example.org'], 1, 1])
    assert.deepEqual(scan.targets, {
      addresses: 1,
      blocks: ['192.0.2.53/32'],
      coverage: 1,
      ports: [53],
      protocols: ['tcp'],
    })
    replay(scan)
    checkTerms(scan)
  }
})

test('transfers: several zones or servers decide where one does not', () => {
  const inside = transfer({ src: '192.0.2.7', rcode: 'REFUSED' })
  assert.deepEqual(scansIn([inside], own), [])
  assert.deepEqual(scansIn([transfer({})], own), [], 'no answer told')
  assert.deepEqual(scansIn([inside, { ...inside, query: 'example.net' }], own)[0]?.severity, 'high')
  assert.equal(scansIn([inside, { ...inside, dst: '192.0.2.54' }], own)[0]?.targets.addresses, 2)
  assert.equal(scansIn([transfer({}), transfer({ query: 'example.net' })], own).length, 1)
  assert.equal(
    scansIn([transfer({ rcode: 'REFUSED' }), transfer({ query: 'a.example', rcode: 'REFUSED' })])[0]?.direction,
    'external',
  )
})

test('transfers: a zone given to a stranger is severe; to a secondary it is what it is for', () => {
  const soa = (at: number) => transfer({ at, type: 'SOA', rcode: 'NOERROR', protocol: 17 })
  const given = transfer({ at: 2, rcode: 'NOERROR' })
  for (const src of [scanner, '192.0.2.7']) {
    const [scan] = scansIn([{ ...given, src }], own)
    assert.equal(scan?.severity, 'high')
    assert.ok(scan?.because.some((sentence) => sentence.includes('given away')))
    replay(scan)
  }
  const secondary = list(20).flatMap((n) => [
    soa(3600 * n),
    transfer({ at: 3600 * n + 1, rcode: 'NOERROR', type: n % 5 === 0 ? 'AXFR' : 'IXFR' }),
  ])
  assert.deepEqual(scansIn(secondary, own), [])
  assert.deepEqual(scansIn([transfer({ type: 'IXFR', rcode: 'NOERROR' })], own), [], 'an increment')
})

test('transfers: a secondary that is refused again and again is one low finding at most', () => {
  const soa = transfer({ at: 0, type: 'SOA', rcode: 'NOERROR' })
  const tries = list(50).map((n) => transfer({ at: 60 * n, rcode: 'REFUSED' }))
  const scans = scansIn([soa, ...tries], own)
  assert.deepEqual(
    scans.map(({ severity }) => severity),
    ['low'],
  )
  assert.deepEqual(
    scansIn(tries, own).map(({ severity }) => severity),
    ['low'],
  )
  assert.deepEqual(
    scansIn(
      [soa, ...tries].map((row) => ({ ...row, src: '192.0.2.7' })),
      own,
    ),
    [],
  )
})

test('enumeration: guessed host names are found; faster where the log tells that they do not exist', () => {
  const names = shuffled(hostLabels).map((label) => `${label}.example.org`)
  const denied = scansIn(asking(names, { type: 'A', rcode: 'NXDOMAIN' }), own)
  const [scan] = denied
  assert.ok(scan && denied.length === 1)
  assert.deepEqual([scan.methods, scan.zones, scan.direction], [['dns-enumeration'], ['example.org'], 'inbound'])
  assert.ok(scan.probesToDetect <= 12, `${scan.probesToDetect}`)
  assert.ok(scan.probes >= hostLabels.length - 2)
  replay(scan)
  checkTerms(scan)
  const later = apart(asking(names, { type: 'A', rcode: 'NXDOMAIN' }))
  assert.ok((scansIn(later, own)[0]?.probesToDetect ?? 99) <= 24)
  const untold = scansIn(asking(names, { type: 'A' }), own)[0]?.probesToDetect ?? 999
  assert.ok(untold > 12 && untold < 80, `${untold}`)
  const some = names.map((query, n) => ({
    ...asking([query])[0]!,
    at: n / 50,
    type: 'A',
    rcode: n % 8 === 0 ? 'NOERROR' : 'NXDOMAIN',
  }))
  const [learned] = scansIn(some, own)
  assert.ok(learned?.names && learned.names.length > 5 && learned.names.length <= 20)
})

test('enumeration: given our zones, only names in them count', () => {
  const rows = asking(
    hostLabels.map((label) => `${label}.example.org`),
    { type: 'A', rcode: 'NXDOMAIN' },
  )
  assert.deepEqual(scansIn(rows, own, { zones: ['example.net'] }), [])
  assert.equal(scansIn(rows, own, { zones: ['Example.ORG.'] }).length, 1)
  const sub = asking(
    hostLabels.map((label) => `${label}.dev.example.org`),
    { type: 'A', rcode: 'NXDOMAIN' },
  )
  assert.equal(scansIn(sub, own, { zones: ['example.org'] }).length, 1)
  assert.deepEqual(scansIn(sub, own, { zones: ['ample.org'] }), [])
})

test('a client that forwards for others is said to', () => {
  const others = list(300)
    .map((n) => `www.site${n}.example`)
    .map((query, n) => ({ ...asking([`${query}${n}`])[0]!, type: 'A', rcode: 'NOERROR', at: n }))
  const sites = others.map((row, n) => ({ ...row, query: `www.site${n}.com` }))
  const [scan] = scansIn([...sites, ...asking(hosts(list(64))).map((row) => ({ ...row, at: row.at + 400 }))])
  assert.ok(scan?.because.some((sentence) => sentence.includes('resolver')))
})

test('hostile names: nothing throws, nothing is accused, and what is shown is printable', () => {
  const long = 'a'.repeat(4096)
  const names = [
    ...[
      long,
      `${'1.'.repeat(2000)}in-addr.arpa`,
      `${'.'.repeat(4000)}in-addr.arpa`,
      '\u0000\u0001.example.org',
      '\xc0\x0c\xc0\x0c',
    ],
    ...[
      '9'.repeat(400),
      `${'9'.repeat(300)}.in-addr.arpa`,
      'in-addr.arpa.in-addr.arpa',
      '.',
      '..',
      'é.example.org',
      '\\065.example.org',
    ],
    ...[
      `${'a.'.repeat(127)}example`,
      '%00%ff.example.org',
      'x'.repeat(255),
      `${'f.'.repeat(32)}ip6.arpa.`,
      '(3)www(7)example(3)com(0)',
    ],
  ]
  const types = ['A', 'PTR', 'AXFR', 'SOA', 'ANY', '\u0007', long, '65535', '-1']
  const rows = names.flatMap((query) =>
    types.map((type) => ({ at: 1, src: scanner, query, type, rcode: type === 'A' ? long : '99' })),
  )
  const scans = scansIn(rows, own)
  assert.ok(
    scans.every(({ methods }) => methods[0] === 'dns-axfr'),
    'transfers of odd zones are transfers',
  )
  const evil = '\u001b[2J\u202e.example.org'
  const [given] = scansIn([transfer({ query: evil, rcode: 'NOERROR' })], own)
  assert.ok(given && /^[\x20-\x7e]*$/.test(JSON.stringify([given.zones, given.because[0]])))
})

test('findings are the same when asked twice, and when the state was put aside in between', () => {
  const rows = [
    ...apart(asking(hosts(list(40)))),
    ...asking(
      hostLabels.map((label) => `${label}.example.org`),
      { type: 'A', rcode: 'NXDOMAIN', src: '203.0.113.5' },
    ),
    transfer({ rcode: 'REFUSED' }),
    ...asking(hosts(shuffled(list(120))), { src: '203.0.113.6' }),
  ].sort((x, y) => x.at - y.at)
  const context = { own, inputs }
  const whole = feed(new DnsDetector(), rows).findings(context)
  assert.equal(whole.length, 3)
  for (const cut of [1, 3, 9, 60, 150]) {
    const first = feed(new DnsDetector(), rows.slice(0, cut))
    first.findings(context)
    const second = new DnsDetector()
    feed(second, asking(hosts(list(30), '203.0.113')))
    second.resume(deserialize(serialize(first.snapshot())))
    assert.deepEqual(second.findings(context), first.findings(context))
    const rest = new EventBatch(1024)
    for (const [n, row] of rows.slice(cut).entries()) addRow(rest, row, cut + n)
    second.observe(rest)
    assert.deepEqual(second.findings(context), whole)
  }
})

/** A batch of the same rows for many clients. */
function flood(detector: DnsDetector, clients: number, names: readonly string[]): void {
  const batch = new EventBatch(4096)
  for (const name of names) addRow(batch, { at: 1, src: '10.0.0.1', query: name }, 0)
  const { src3, time } = batch.column
  for (let client = 0; client < clients; client++) {
    for (let i = 0; i < batch.length; i++) {
      src3[i] = 0x0b000000 + client
      time[i]! += 1
    }
    detector.observe(batch)
  }
}

test('a million clients take no more memory, and a sweep among them is found', { timeout: 60_000 }, () => {
  const detector = new DnsDetector()
  const rows = asking(hosts(list(64)))
  feed(detector, rows.slice(0, 3))
  flood(detector, 1000, hosts([7]))
  const before = process.memoryUsage()
  feed(detector, rows.slice(3, 4))
  flood(detector, 500_000, hosts([7]))
  flood(detector, 250_000, hosts([8, 9]))
  flood(detector, 250_000, ['www.example.org', 'mail.example.org'])
  feed(detector, rows.slice(4))
  const after = process.memoryUsage()
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
  assert.ok(grown < 48e6, `${grown} bytes`)
  const found = detector.findings({ own, inputs }).map(({ scan }) => scan.sources[0])
  assert.deepEqual(found, [scanner])
})

test('nothing is allocated per query', () => {
  const detector = new DnsDetector()
  const names = [...hosts([9, 200, 31, 4]), 'www.example.org', 'xkcdq.example.org', '4.3.2.1.zen.example']
  flood(detector, 20_000, names)
  const before = process.memoryUsage().heapUsed
  flood(detector, 20_000, names)
  // Addresses above 128.0.0.0 are larger numbers than V8 keeps outside the heap: a few bytes, soon gone.
  const perQuery = (process.memoryUsage().heapUsed - before) / (20_000 * names.length)
  assert.ok(perQuery < 16, `${perQuery} bytes a query`)
})

test('pictures have the addresses in order of time', () => {
  const [drawn] = drawnIn(asking(hosts(list(256))), own)
  assert.equal(drawn?.touches.length, 256)
  assert.equal(drawn.touchesOmitted, 0)
  assert.deepEqual(
    drawn.touches.slice(0, 3).map(({ address }) => address),
    ['192.0.2.0', '192.0.2.1', '192.0.2.2'],
  )
})
