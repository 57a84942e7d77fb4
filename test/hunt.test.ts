/** Each named hunt finds what it asks for and not what comes close: on the lab's break-in, and on small made histories. */
import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { prefixesOf } from '../src/archive/address-key.ts'
import type { Row } from '../src/archive/duckdb.ts'
import { bindParameters } from '../src/archive/hunt/bind.ts'
import { loadHunts } from '../src/archive/hunt/library.ts'
import { parseHunt } from '../src/archive/hunt/parse.ts'
import { type HuntOptions, runHunt } from '../src/archive/hunt/run.ts'
import { Problem } from '../src/base/problem.ts'
import { Kind, Outcome, Subject } from '../src/event/batch.ts'
import { Protocol } from '../src/event/protocol.ts'
import { Text } from '../src/event/texts.ts'
import {
  address,
  archiveFiles,
  batchOf,
  cell,
  day,
  labNetworks,
  type MadeRow,
  openWriter,
  temporaryArchive,
} from './archive-parts.ts'
import { root } from './decode-fixture.ts'

const hunts = loadHunts()
const own = prefixesOf(labNetworks)
const now = day + 2 * 86400e6
const dayMicros = 86400e6
const hour = 3600e6

async function hunted(
  directory: string,
  id: string,
  given: Record<string, string> = {},
  more: Partial<HuntOptions> = {},
): Promise<Row[]> {
  const hunt = hunts.find((each) => each.id === id)
  assert.ok(hunt, id)
  const { columns, rows } = await runHunt(directory, hunt, { own, now, given: new Map(Object.entries(given)), ...more })
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])))
}

async function archiveOf(rows: readonly MadeRow[]): Promise<string> {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(batchOf(rows.map((row, i) => ({ ...row, offset: i }))))
  await writer.close()
  return directory
}

const inside = address('192.0.2.20')
const other = address('192.0.2.21')
const outside = address('203.0.113.88')
const server = address('198.51.100.10')
/** Our host asks a server outside each day for so many days before the last. */
const habit = (days: number, row: MadeRow = {}): MadeRow[] =>
  Array.from({ length: days }, (_, i) => ({
    time: day - (i + 1) * dayMicros + hour,
    src: inside,
    dst: server,
    bytesOut: 50_000,
    bytesIn: 90_000,
    ...row,
  }))
const only = (row: Row | undefined, ...names: string[]) => Object.fromEntries(names.map((name) => [name, row?.[name]]))

const killchain = temporaryArchive()
before(() => archiveFiles(killchain, [join(root, '..', 'shared', 'data', 'lab', 'captures', 'killchain.pcap')]))

test('each hunt has a header, and a requirement that it serves', () => {
  assert.ok(hunts.length >= 15)
  for (const { id, title, question, requirement } of hunts) {
    assert.ok(existsSync(join(root, 'hunts', `${id}.sql`)))
    assert.match(question, /\?$/, id)
    assert.match(requirement, /^([LDQEATC]\d+)(, [LDQEATC]\d+)*$/, id)
    assert.ok(title.length < 70)
  }
})

test('a header that is not understood is an error that says where', () => {
  const header = '-- title: T\n-- question: Q?\n-- requirement: C2\n'
  assert.equal(parseHunt('x', `${header}SELECT 1;`).sql, 'SELECT 1')
  assert.throws(() => parseHunt('x', `${header}-- parm a text: b\nSELECT 1`), /"-- parm a text: b" is no part/)
  assert.throws(() => parseHunt('x', `${header}-- param a word: b\nSELECT 1`), /no type word/)
  assert.throws(() => parseHunt('x', `${header}-- window: a week\nSELECT 1`), /no days/)
  assert.throws(() => parseHunt('x', '-- title: T\nSELECT 1'), /no question/)
})

test('parameters are checked by their type', () => {
  const parameter = (type: string, fallback?: string) => [{ name: 'p', type: type as 'text', fallback, about: '' }]
  const bound = (type: string, text: string) => bindParameters(parameter(type), new Map([['p', text]]))
  assert.deepEqual(bound('address', '192.0.2.1'), { p: '192.0.2.1', p_key: 3221225985n, p_is6: false })
  assert.deepEqual(bound('address', '2001:DB8:0::1'), { p: '2001:db8::1', p_key: 0x20010db800000000n, p_is6: true })
  assert.deepEqual(bound('addresses', '192.0.2.1, 192.0.2.2'), {
    p: ['192.0.2.1', '192.0.2.2'],
    p_keys: [3221225985n, 3221225986n],
  })
  assert.deepEqual(bound('network', '10.0.0.0/8'), { p_low: 167772160n, p_high: 184549375n })
  assert.deepEqual(bound('network', '2001:db8::/32'), { p_low: 0x20010db800000000n, p_high: 0x20010db8ffffffffn })
  assert.deepEqual(bound('number', '0.5'), { p: 0.5 })
  for (const [type, text] of [
    ['address', 'localhost'],
    ['addresses', ''],
    ['addresses', '192.0.2.1,x'],
    ['network', '10.0.0.0/99'],
    ['number', '1e9'],
  ] as const) {
    assert.throws(() => bound(type, text), Problem, `${type} ${text}`)
  }
  assert.throws(() => bindParameters(parameter('text'), new Map()), /missing/)
  assert.throws(() => bindParameters(parameter('text', 'x'), new Map([['q', '']])), /no parameter q/)
})

test('a hunt that asks what is ours says so where nobody told', async () => {
  await assert.rejects(
    hunted(killchain, 'admin-pairs', {}, { own: [] }),
    (error: Problem) => error.code === 'hunt-networks',
  )
})

test('C2 host-traffic: with whom the broken-into host spoke', async () => {
  const rows = await hunted(killchain, 'host-traffic', { host: '192.0.2.20' })
  assert.deepEqual(only(rows[0], 'peer', 'way', 'port', 'events', 'sent'), {
    peer: '203.0.113.88',
    way: 'to',
    port: 4444,
    events: 1,
    sent: 26_071_516,
  })
  assert.ok(
    rows.some(
      (row) =>
        cell(row, 'peer') === '203.0.113.88' &&
        cell(row, 'way') === 'from' &&
        cell(row, 'port') === 22 &&
        cell(row, 'events') === 61,
    ),
  )
})

test('between: each record that passed between two hosts, with its place', async () => {
  const rows = await hunted(killchain, 'between', { a: '203.0.113.88', b: '192.0.2.20' })
  assert.equal(rows.length, 64)
  assert.ok(
    rows.every(
      (row) =>
        [cell(row, 'src'), cell(row, 'dst')].sort().join() === '192.0.2.20,203.0.113.88' &&
        Number(cell(row, 'record_offset')) > 0,
    ),
  )
  assert.equal(rows.filter((row) => cell(row, 'dst_port') === 4444).length, 1)
})

test('touched-target: who asked for a host, and what it answered', async () => {
  const rows = await hunted(killchain, 'touched-target', { host: '192.0.2.20' })
  assert.deepEqual(
    rows.map((row) => only(row, 'src', 'ports', 'answered', 'failed')),
    [
      { src: '203.0.113.88', ports: 3, answered: 61, failed: 2 },
      { src: '100.64.0.2', ports: 1, answered: 2, failed: 0 },
    ],
  )
  const web = await hunted(killchain, 'touched-target', { host: '192.0.2.20', port: '22' })
  assert.equal(cell(web[0], 'contacts'), 61)
})

test('contacted-by: every host that the sources asked for', async () => {
  const rows = await hunted(killchain, 'contacted-by', { sources: '203.0.113.88,203.0.113.99' })
  const ours = rows.filter((row) => String(cell(row, 'host')).startsWith('192.0.2.'))
  assert.equal(new Set(ours.map((row) => cell(row, 'host'))).size, 256)
  const answered = rows.filter((row) => Number(cell(row, 'answered')) > 0)
  assert.ok(answered.length > 20 && answered.length < 60)
})

test('C2 the break-in shows in every hunt that looks for one', async () => {
  const scanners = await hunted(killchain, 'inside-scanners')
  assert.deepEqual(
    scanners.map((row) => only(row, 'host', 'targets', 'ports')),
    [{ host: '192.0.2.20', targets: 256, ports: 3 }],
  )
  const destinations = await hunted(killchain, 'new-destinations')
  assert.deepEqual(
    destinations.map((row) => only(row, 'host', 'destination', 'ports')),
    [{ host: '192.0.2.20', destination: '203.0.113.88', ports: [4444] }],
  )
  const volumes = await hunted(killchain, 'outbound-volume')
  assert.deepEqual(
    volumes.map((row) => only(row, 'host', 'largest_peer', 'usual')),
    [{ host: '192.0.2.20', largest_peer: '203.0.113.88', usual: null }],
  )
  const pairs = await hunted(killchain, 'admin-pairs')
  assert.ok(pairs.every((row) => cell(row, 'src') === '192.0.2.20'))
  assert.equal(pairs.filter((row) => Number(cell(row, 'answered')) > 0).length, 30)
})

test('C2 sweep: suspect, clean, and what cannot be known, with what was looked at', async () => {
  const rows = await hunted(killchain, 'sweep', { hosts: '192.0.2.20,192.0.2.21,192.0.2.200' })
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'state', 'begun_by_host')),
    [
      { host: '192.0.2.20', state: 'suspect', begun_by_host: cell(rows[0], 'begun_by_host') },
      { host: '192.0.2.200', state: 'cannot be known', begun_by_host: 0 },
      // It answered the scan, but no record shows what it does itself.
      { host: '192.0.2.21', state: 'cannot be known', begun_by_host: 0 },
    ],
  )
  assert.match(
    String(cell(rows[0], 'because')),
    /admin-pairs.*inside-scanners: 256 addresses.*new-destinations: 203\.0\.113\.88/,
  )
  assert.deepEqual(cell(rows[0], 'looked'), ['new-destinations', 'admin-pairs', 'inside-scanners', 'long-flows'])
  assert.deepEqual(cell(rows[1], 'looked'), [])
  assert.ok((cell(rows[1], 'would_tell') as string[]).some((text) => text.startsWith('traffic of the host itself')))
})

test('C2 sweep: clean is only a host whose own connections are on record', async () => {
  const directory = await archiveOf([
    { time: day + hour, src: outside, dst: inside },
    { time: day + hour, src: outside, dst: other },
    { time: day + 2 * hour, src: other, dst: server, bytesOut: 700 },
  ])
  const rows = await hunted(directory, 'sweep', { hosts: '192.0.2.20,192.0.2.21' })
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'state', 'begun_by_host')),
    [
      { host: '192.0.2.20', state: 'cannot be known', begun_by_host: 0 },
      { host: '192.0.2.21', state: 'clean', begun_by_host: 1 },
    ],
  )
})

test('new-destinations: what was reached before, or by nobody of ours, is not new', async () => {
  const directory = await archiveOf([
    ...habit(5),
    { time: day + hour, src: inside, dst: server },
    { time: day + hour, src: other, dst: server, bytesOut: 700 },
    { time: day + hour, src: inside, dst: outside, outcome: Outcome.unanswered },
    { time: day + hour, src: outside, dst: inside },
  ])
  const rows = await hunted(directory, 'new-destinations')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'destination', 'sent', 'others')),
    [{ host: '192.0.2.21', destination: '198.51.100.10', sent: 700, others: 1 }],
  )
  assert.deepEqual(await hunted(directory, 'new-destinations', { host: '192.0.2.20/32' }), [])
  assert.deepEqual(await hunted(directory, 'new-destinations', { bytes: '701' }), [])
})

test('outbound-volume: against the host’s own days, whichever side began', async () => {
  const directory = await archiveOf([
    ...habit(10),
    ...habit(10, { src: other, bytesOut: 9_000_000 }),
    { time: day + hour, src: other, dst: server, bytesOut: 9_500_000 },
    { time: day + hour, src: outside, dst: inside, dstPort: 22, bytesOut: 1000, bytesIn: 8_000_000 },
  ])
  const rows = await hunted(directory, 'outbound-volume')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'sent', 'usual', 'largest_day', 'days')),
    [{ host: '192.0.2.20', sent: 8_000_000, usual: 50_000, largest_day: 50_000, days: 10 }],
  )
})

test('admin-pairs: pairs known from before, and other ports, are no news', async () => {
  const pair = { src: inside, dst: other, dstPort: 22 }
  const directory = await archiveOf([
    { ...pair, time: day - 20 * dayMicros },
    { ...pair, time: day + hour },
    { ...pair, time: day + hour, dstPort: 443 },
    { ...pair, time: day + hour, dst: outside },
    { ...pair, time: day + hour, src: other, dst: inside, dstPort: 3389 },
  ])
  const rows = await hunted(directory, 'admin-pairs')
  assert.deepEqual(
    rows.map((row) => only(row, 'src', 'dst', 'port')),
    [{ src: '192.0.2.21', dst: '192.0.2.20', port: 3389 }],
  )
})

test('login-after-failures: on the sshd log, and only within the time', async () => {
  const directory = temporaryArchive()
  const login = { subject: Subject.auth, kind: Kind.log, src: outside, dst: inside, dstPort: 22 }
  const { writer } = await openWriter(directory)
  const failures = Array.from({ length: 6 }, (_, i) => ({
    ...login,
    time: day + i * 1e6,
    outcome: Outcome.refused,
    texts: [[Text.user, 'root']] as const,
  }))
  writer.observe(
    batchOf([
      ...failures,
      { ...login, time: day + 10e6, texts: [[Text.user, 'admin']] },
      { ...login, time: day + 10e6, src: server, texts: [[Text.user, 'admin']] },
    ]),
  )
  await writer.close()
  const rows = await hunted(directory, 'login-after-failures')
  assert.deepEqual(
    rows.map((row) => only(row, 'src', 'machine', 'account', 'failures')),
    [{ src: '203.0.113.88', machine: '192.0.2.20', account: 'admin', failures: 6 }],
  )
  assert.deepEqual(await hunted(directory, 'login-after-failures', { failures: '7' }), [])
  const log = temporaryArchive()
  const lines = [1, 2, 3].map(
    (n) => `Nov 22 02:13:4${n} bastion sshd[220${n}]: Failed password for root from 203.0.113.70 port 4011${n} ssh2`,
  )
  lines.push('Nov 22 02:14:00 bastion sshd[2209]: Accepted password for root from 203.0.113.70 port 40119 ssh2', '')
  writeFileSync(`${log}.log`, lines.join('\n'))
  await archiveFiles(log, [`${log}.log`])
  const [found] = await hunted(log, 'login-after-failures', { failures: '3' })
  assert.deepEqual(only(found, 'src', 'machine', 'account', 'failures'), {
    src: '203.0.113.70',
    machine: 'bastion',
    account: 'root',
    failures: 3,
  })
})

test('exploit-alerts: of our hosts, as severe as asked', async () => {
  const alert = { subject: Subject.alert, kind: Kind.log, src: outside, dst: inside, dstPort: 80 }
  const directory = await archiveOf([
    { ...alert, time: day, severity: 3, texts: [[Text.signature, 'Path traversal']] },
    { ...alert, time: day + 1e6, severity: 3, src: server, texts: [[Text.signature, 'Path traversal']] },
    { ...alert, time: day, severity: 1, texts: [[Text.signature, 'Scan']] },
    { ...alert, time: day, severity: 4, dst: server, texts: [[Text.signature, 'Not ours']] },
  ])
  const rows = await hunted(directory, 'exploit-alerts')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'role', 'severity', 'signature', 'alerts', 'peers')),
    [{ host: '192.0.2.20', role: 'target', severity: 3, signature: 'Path traversal', alerts: 2, peers: 2 }],
  )
})

test('inside-scanners: a host that always asks many is no news, nor one that is answered', async () => {
  const sweep = (src: typeof inside, time: number, outcome: number): MadeRow[] =>
    Array.from({ length: 40 }, (_, i) => ({
      time: time + i * 1e6,
      src,
      dst: address(`10.20.0.${i + 1}`),
      dstPort: 445,
      outcome,
    }))
  const directory = await archiveOf([
    ...sweep(other, day - 3 * dayMicros, Outcome.refused),
    ...sweep(other, day + hour, Outcome.refused),
    ...sweep(address('192.0.2.30'), day + hour, Outcome.established),
    ...sweep(inside, day + hour, Outcome.unanswered),
  ])
  const rows = await hunted(directory, 'inside-scanners')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'targets', 'failed')),
    [{ host: '192.0.2.20', targets: 40, failed: 40 }],
  )
})

test('long-flows: a little each hour to one place, more out than in', async () => {
  const steady = (src: typeof inside, row: MadeRow = {}): MadeRow[] =>
    Array.from({ length: 12 }, (_, i) => ({
      time: day + i * hour,
      src,
      dst: outside,
      bytesOut: 200_000,
      bytesIn: 1000,
      ...row,
    }))
  const directory = await archiveOf([
    ...steady(inside),
    ...steady(other, { bytesIn: 900_000 }),
    ...steady(address('192.0.2.30')).slice(0, 5),
  ])
  const rows = await hunted(directory, 'long-flows')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'hours', 'sent', 'steadiness')),
    [{ host: '192.0.2.20', hours: 12, sent: 2_400_000, steadiness: 1 }],
  )
})

test('L5 dns-sweeps: address after address, a zone transfer, names that are not', async () => {
  const query = (src: typeof inside, name: string, type: string, rcode = 'NOERROR'): MadeRow => ({
    time: day,
    subject: Subject.dns,
    kind: Kind.log,
    src,
    protocol: Protocol.udp,
    texts: [
      [Text.query, name],
      [Text.queryType, type],
      [Text.rcode, rcode],
    ],
  })
  const directory = await archiveOf([
    ...Array.from({ length: 30 }, (_, i) => query(outside, `${i}.2.0.192.in-addr.arpa`, 'PTR')),
    query(server, 'example.net', 'AXFR'),
    ...Array.from({ length: 30 }, () => query(inside, 'www.example.net', 'A')),
    ...Array.from({ length: 25 }, (_, i) => query(other, `host${i}.example.net`, 'A', 'NXDOMAIN')),
  ])
  const rows = await hunted(directory, 'dns-sweeps')
  assert.deepEqual(
    rows.map((row) => only(row, 'src', 'zone_transfers', 'addresses_asked', 'names_that_are_not')),
    [
      { src: '198.51.100.10', zone_transfers: 1, addresses_asked: 0, names_that_are_not: 0 },
      { src: '203.0.113.88', zone_transfers: 0, addresses_asked: 30, names_that_are_not: 0 },
      { src: '192.0.2.21', zone_transfers: 0, addresses_asked: 0, names_that_are_not: 25 },
    ],
  )
})

test('new-services: what answers outside for the first time', async () => {
  const served = { src: outside, dst: inside, dstPort: 443 }
  const directory = await archiveOf([
    { ...served, time: day - 5 * dayMicros },
    { ...served, time: day + hour },
    { ...served, time: day + hour, dstPort: 8443 },
    { ...served, time: day + hour, dstPort: 23, outcome: Outcome.refused },
    { ...served, time: day + hour, src: other, dstPort: 3306 },
  ])
  const rows = await hunted(directory, 'new-services')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'port', 'sources')),
    [{ host: '192.0.2.20', port: 8443, sources: 1 }],
  )
})

test('silent-hosts: those that spoke on several days and no more', async () => {
  const directory = await archiveOf([
    ...habit(6),
    ...habit(6, { src: other }),
    ...habit(2, { src: address('192.0.2.30') }),
    { time: day + hour, src: other, dst: server },
  ])
  const rows = await hunted(directory, 'silent-hosts')
  assert.deepEqual(
    rows.map((row) => only(row, 'host', 'days')),
    [{ host: '192.0.2.20', days: 6 }],
  )
})

test('a clock that is years ahead does not move what the last day is', async () => {
  const directory = await archiveOf([
    ...habit(6),
    { time: day + hour, src: other, dst: outside },
    { time: Date.UTC(2031, 0, 1) * 1000, src: other, dst: server },
  ])
  const rows = await hunted(directory, 'new-destinations')
  assert.deepEqual(
    rows.map((row) => cell(row, 'destination')),
    ['203.0.113.88'],
  )
})

test('a window that is given is the one that is looked at', async () => {
  const directory = await archiveOf([...habit(6), { time: day + hour, src: inside, dst: outside }])
  const at = (from: number) => hunted(directory, 'host-traffic', { host: '192.0.2.20' }, { from, to: from + dayMicros })
  assert.equal((await at(day)).length, 1)
  assert.equal(cell((await at(day - 2 * dayMicros))[0], 'peer'), '198.51.100.10')
  assert.equal((await at(day + 5 * dayMicros)).length, 0)
})

test('an archive without events answers every hunt with nothing', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  await writer.close()
  const given: Record<string, Record<string, string>> = {
    'host-traffic': { host: '192.0.2.1' },
    between: { a: '192.0.2.1', b: '192.0.2.2' },
    'touched-target': { host: '192.0.2.1' },
    'contacted-by': { sources: '192.0.2.1' },
    sweep: { hosts: '192.0.2.1' },
  }
  for (const { id } of hunts) {
    const rows = await hunted(directory, id, given[id])
    if (id === 'sweep') assert.equal(cell(rows[0], 'state'), 'cannot be known')
    else assert.deepEqual(rows, [], id)
  }
})
