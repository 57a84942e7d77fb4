/** Who an address belongs to: special-purpose registries, names that lead back, databases, words. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatAddress, parseAddress } from '../src/base/address.ts'
import { maskWord, parsePrefix } from '../src/base/prefix.ts'
import { Problem } from '../src/base/problem.ts'
import { kindByName } from '../src/intel/identity/network-words.ts'
import { researchOrganisation } from '../src/intel/identity/research-names.ts'
import { ReverseNames } from '../src/intel/identity/reverse-names.ts'
import { scopeOf, specialBlocks } from '../src/intel/identity/special-purpose.ts'
import type { AddressScope } from '../src/intel/intel.ts'
import { actorNamed, knownActor } from '../src/intel/known-actors.ts'
import { openIntelligence } from '../src/intel/open.ts'
import { withDns, type Zone } from './intel-dns-server.ts'
import { intelSettings } from './intel-samples.ts'

const shared = join(import.meta.dirname, '../../shared')
const reference = join(shared, 'data/real/g4_reference')
const start = Date.parse('2026-11-22T00:00:00Z')
const scope = (text: string): AddressScope => scopeOf(parseAddress(text)!).scope

test('Q2 the scope of addresses by the special-purpose registries', () => {
  const wanted: Readonly<Record<AddressScope, readonly string[]>> = {
    public: [
      ...[
        '1.1.1.1',
        '8.8.8.8',
        '9.255.255.255',
        '11.0.0.0',
        '100.63.255.255',
        '100.128.0.0',
        '126.255.255.255',
        '128.0.0.0',
      ],
      ...[
        '172.15.255.255',
        '172.32.0.0',
        '192.0.1.0',
        '192.0.3.0',
        '192.0.0.9',
        '198.17.255.255',
        '198.20.0.0',
        '223.255.255.255',
      ],
      ...['2000::1', '2001:200::1', '2001:4860:4860::8888', '2a00::1', '3ffe::1', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'],
      ...['2001:4:112::1', '2002:c000:204::1', '2620:4f:8000::1', '2001:20::1'],
    ],
    private: [
      '10.0.0.0',
      '10.255.255.255',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.255.255',
      'fc00::1',
      'fdff::1',
      '64:ff9b:1::1',
    ],
    shared: ['100.64.0.0', '100.127.255.255'],
    loopback: ['127.0.0.1', '127.255.255.255', '::1'],
    'link-local': ['169.254.0.0', '169.254.255.255', 'fe80::1', 'febf::1'],
    multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ffff::1'],
    documentation: ['192.0.2.1', '198.51.100.255', '203.0.113.0', '2001:db8::1', '3fff:0fff::1'],
    benchmarking: ['198.18.0.0', '198.19.255.255', '2001:2::1'],
    reserved: [
      ...['0.0.0.0', '0.255.255.255', '192.0.0.0', '192.0.0.11', '192.88.99.1', '240.0.0.0', '255.255.255.255', '::'],
      ...['::2', '100::1', '100:0:0:1::1', '2001:5::1', '4000::1', '5f00::1', '8000::1', 'f000::1', '2001:10::1'],
    ],
  }
  for (const [expected, addresses] of Object.entries(wanted)) {
    for (const text of addresses) assert.equal(scope(text), expected, text)
  }
})

test('every special-purpose block is read, tells its document, and holds from its first address to its last', () => {
  for (const { network, scope: told, rfc, name } of specialBlocks) {
    const { address, bits } = parsePrefix(network)!
    const last = address.map((word, k) => (word | ~maskWord(bits - 32 * k)) >>> 0) as unknown as typeof address
    assert.match(rfc, /^RFC \d{3,4}$/)
    assert.ok(name.length > 0)
    // At the ends of the whole of IPv6 stand longer blocks.
    if (bits < 4 || network === '240.0.0.0/4' || network === '192.0.0.0/24') continue
    for (const end of [address, last]) {
      const inside = specialBlocks.filter((other) => other.network !== network && scopeOf(end).block === other)
      if (inside.length === 0) assert.equal(scopeOf(end).scope, told, `${formatAddress(...end)} of ${network}`)
    }
  }
})

test('Q2 the blocks that others list as special are special here', {
  skip: !existsSync(reference) && '../shared is not there',
}, () => {
  const lines = readFileSync(join(reference, 'special_ranges/zmap_blocklist.conf'), 'utf8').split('\n')
  const networks = lines.map((line) => line.split('#')[0]!.trim()).filter((network) => network !== '')
  assert.ok(networks.length >= 16)
  for (const network of networks) assert.notEqual(scope(network.split('/')[0]!), 'public', network)
})

test('Q2 names of research scanners, and names that only look so', () => {
  assert.equal(researchOrganisation('census3.shodan.io'), 'Shodan')
  assert.equal(researchOrganisation('scan-18e.SHADOWSERVER.org.'), 'Shadowserver Foundation')
  assert.equal(researchOrganisation('scanner3.labs.rapid7.com'), 'Rapid7')
  assert.equal(researchOrganisation('a.b.internet-measurement.com'), 'Driftnet')
  assert.equal(researchOrganisation('researchscan541.eecs.umich.edu'), 'University of Michigan')
  assert.equal(researchOrganisation('pinger-w1.ant.isi.edu'), 'ANT Lab, University of Southern California')
  for (const name of [
    ...[
      'evilshodan.io',
      'shodan.io.example.org',
      'www.umich.edu',
      'umich.edu',
      'rapid7.com',
      'io',
      '',
      'x'.repeat(300),
    ],
    ...['researchscan.example.org', 'notrwth-aachen.de', 'vpn.rwth-aachen.de'],
  ]) {
    assert.equal(researchOrganisation(name), null, name.slice(0, 40))
  }
})

test('Q2 kinds of networks by the names of their organisations', () => {
  assert.equal(kindByName('CLOUDFLARENET'), 'cdn')
  assert.equal(kindByName('Amazon.com, Inc.'), 'cloud')
  assert.equal(kindByName('DIGITALOCEAN-ASN'), 'hosting')
  assert.equal(kindByName('Example Dedicated Servers Ltd'), 'hosting')
  assert.equal(kindByName('Deutsche Telekom AG'), 'isp')
  assert.equal(kindByName('Telstra Pty Ltd'), 'isp')
  assert.equal(kindByName('University of Somewhere'), null)
})

test('E2 known actors by name, alias and ATT&CK id', () => {
  const teamTnt = { id: 'G0139', name: 'TeamTNT' }
  const emberBear = { id: 'G1003', name: 'Ember Bear' }
  for (const word of ['TeamTNT', 'team tnt', 'TEAM-TNT', 'G0139', 'g0139']) assert.deepEqual(knownActor(word), teamTnt)
  for (const word of ['Ember Bear', 'UNC2589', 'Cadet Blizzard', 'dev-0586', 'UAC-0056', 'G1003']) {
    assert.deepEqual(knownActor(word), emberBear, word)
  }
  assert.deepEqual(knownActor('elf.mirai'), { id: null, name: 'Mirai' })
  for (const word of ['', 'Team', 'Bear', 'G013', 'unknown', null, undefined]) assert.equal(knownActor(word), null)
  assert.deepEqual(actorNamed('Ember Bear - G1003'), emberBear)
  assert.deepEqual(actorNamed('Foo', ['UNC2589']), emberBear)
  assert.deepEqual(actorNamed('Foo Group', [], 'G7777'), { id: 'G7777', name: 'Foo Group' })
  assert.deepEqual(actorNamed('Foo Group', [], 'not an id'), { id: null, name: 'Foo Group' })
})

const runbook = join(shared, 'runbook')
test('E2 the actors of the runbook are known under its ids', {
  skip: !existsSync(runbook) && '../shared is not there',
}, () => {
  const text = ['001_c0df3ea0d421a910.txt', '002_5cdad8681b1dafd1.txt'].map((file) =>
    readFileSync(join(runbook, file), 'utf8'),
  )
  const ids = new Set(text.join('\n').match(/\bG\d{4}\b/g))
  assert.deepEqual([...ids].map((id) => knownActor(id)?.id).sort(), ['G0139', 'G1003'])
})

/** Names of public addresses, as their owners might write them. */
const zone: Zone = {
  'PTR 34.205.240.66.in-addr.arpa': ['census6.shodan.io'],
  'A census6.shodan.io': ['66.240.205.34'],
  'PTR 35.205.240.66.in-addr.arpa': ['census7.shodan.io'],
  'A census7.shodan.io': ['198.51.100.1'],
  'PTR 36.205.240.66.in-addr.arpa': ['census8.shodan.io', 'host.example.org'],
  'A host.example.org': ['66.240.205.36'],
  'PTR 8.8.8.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.8.4.0.6.8.4.1.0.0.2.ip6.arpa': ['scan.shadowserver.org'],
  'AAAA scan.shadowserver.org': ['2001:4860:4860::8888'],
  'PTR 37.205.240.66.in-addr.arpa': ['bad name\u001b[31m.example.org'],
}

async function askName(text: string, at: string, now = start) {
  return new ReverseNames(at, () => now, 200).of(parseAddress(text)!)
}

test('Q2 a reverse name counts only where it leads back to the address', async () => {
  await withDns(zone, async ({ at }) => {
    assert.deepEqual(await askName('66.240.205.34', at), {
      name: 'census6.shodan.io',
      confirmed: true,
      said: 'census6.shodan.io, confirmed',
    })
    assert.deepEqual(await askName('66.240.205.35', at), {
      name: 'census7.shodan.io',
      confirmed: false,
      said: 'census7.shodan.io, which does not lead back to the address',
    })
    assert.equal((await askName('66.240.205.36', at)).name, 'host.example.org')
    assert.equal((await askName('2001:4860:4860::8888', at)).confirmed, true)
    assert.deepEqual(await askName('66.240.205.99', at), { name: null, confirmed: false, said: 'no name' })
    assert.equal((await askName('66.240.205.37', at)).name, null)
  })
})

test('Q2 a resolver that is silent or broken is told in words, in bounded time', async () => {
  const said = (mode: 'silent' | 'broken') =>
    withDns({}, async ({ at }) => (await askName('66.240.205.34', at)).said, mode)
  assert.equal(await said('silent'), 'no answer (ETIMEOUT)')
  assert.equal(await said('broken'), 'no answer (ESERVFAIL)')
  const gone = await withDns({}, async ({ at }) => at)
  assert.match((await askName('66.240.205.34', gone)).said, /^no answer \(E/)
  assert.throws(
    () => new ReverseNames('dns.example.org', () => start),
    (error) => error instanceof Problem && error.code === 'intel',
  )
})

test('names are kept for an hour, and asked for at a bounded pace', async () => {
  await withDns(zone, async ({ at, asked }) => {
    let now = start
    const names = new ReverseNames(at, () => now, 200)
    const address = parseAddress('66.240.205.34')!
    await Promise.all([names.of(address), names.of(address)])
    assert.equal(asked.length, 2)
    now += 3_599_000
    await names.of(address)
    assert.equal(asked.length, 2)
    now += 2000
    await names.of(address)
    assert.equal(asked.length, 4)
    const many = Array.from({ length: 300 }, (_, k) => names.of(parseAddress(`9.9.${k >> 8}.${k & 255}`)!))
    const refused = (await Promise.all(many)).filter(({ said }) => said === 'not asked: too many questions at once')
    assert.ok(refused.length >= 90 && refused.length <= 110, String(refused.length))
  })
})

test('Q2 identity by a confirmed name: research, and only near the time that is asked about', async () => {
  await withDns(zone, async ({ at, asked }) => {
    const settings = intelSettings({ reverseDns: at })
    const open = (own: string[] = [], now = start) => openIntelligence({ settings, own, now: () => now })
    const { identity, looked } = await (await open()).about('66.240.205.34', start)
    assert.equal(identity.research, 'Shodan')
    assert.equal(identity.kind, 'research')
    assert.deepEqual(identity.reverseName, { name: 'census6.shodan.io', confirmed: true })
    assert.deepEqual(identity.because, [
      'Its reverse name is census6.shodan.io, which leads back to it.',
      'Shodan scans from hosts of that name.',
    ])
    assert.deepEqual(looked, ['reverse name at 2026-11-22: census6.shodan.io, confirmed'])

    const forged = (await (await open()).about('66.240.205.35', start)).identity
    assert.deepEqual([forged.research, forged.kind, forged.reverseName?.confirmed], [null, null, false])

    const longAgo = (await (await open()).about('66.240.205.34', Date.parse('1990-01-01'))).identity
    assert.equal(longAgo.research, null)

    const before = asked.length
    for (const [address, own] of [
      ['10.1.2.3', []],
      ['203.0.113.7', []],
      ['66.240.205.34', ['66.240.205.0/24']],
    ] as const) {
      const dossier = await (await open([...own])).about(address, start)
      assert.equal(dossier.identity.reverseName, null)
      assert.deepEqual(dossier.looked, ['reverse name: not asked, only public addresses of others are'])
    }
    assert.equal(asked.length, before, 'nobody was asked about private, special or own addresses')
  })
})

test('what is no address is told as such, whatever it is', async () => {
  const intelligence = await openIntelligence({ settings: intelSettings({}) })
  for (const text of ['', 'x', '1.2.3', '\u001b[2J', '9'.repeat(10_000)]) {
    const { identity, hits } = await intelligence.about(text, start)
    assert.match(identity.because[0]!, /is no IP address/)
    assert.ok(identity.address.length <= 100)
    assert.deepEqual(hits, [])
  }
})

const mmdb = (name: string) => join(reference, 'mmdb', `${name}.mmdb`)
test('Q2 kinds of networks from databases', { skip: !existsSync(reference) && '../shared is not there' }, async () => {
  const names = [
    'GeoLite2-ASN-Test',
    'GeoIP2-Connection-Type-Test',
    'GeoIP-Anonymous-Plus-Test',
    'GeoLite2-Country-Test',
  ]
  const settings = intelSettings({ databases: names.map(mmdb) })
  const intelligence = await openIntelligence({ settings, now: () => start })
  const kind = async (address: string) => (await intelligence.about(address, start)).identity.kind
  const anonymous = JSON.parse(
    readFileSync(join(reference, 'mmdb/GeoIP-Anonymous-Plus-Test.source.json'), 'utf8'),
  ) as Record<string, Record<string, unknown>>[]
  let checked = 0
  for (const [network, record] of anonymous.flatMap((each) => Object.entries(each))) {
    const told = (key: string) => record[key] === true
    const hides = ['is_anonymous_vpn', 'is_public_proxy', 'is_residential_proxy'].some(told)
    const expected = told('is_tor_exit_node') ? 'tor' : hides ? 'vpn' : told('is_hosting_provider') ? 'hosting' : null
    if (expected === null) continue
    assert.equal(await kind(network.split('/')[0]!), expected, network)
    checked++
  }
  assert.ok(checked > 5)
  assert.equal(await kind('2.125.160.216'), 'isp')
  const { identity, looked } = await intelligence.about('1.128.0.1', start)
  assert.deepEqual([identity.asn, identity.organisation, identity.kind], [1221, 'Telstra Pty Ltd', 'isp'])
  assert.ok(identity.because.includes('AS1221 (Telstra Pty Ltd) by GeoLite2-ASN of 2026-02-04.'))
  assert.ok(looked.includes('GeoLite2-ASN of 2026-02-04'))
})
