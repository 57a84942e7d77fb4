/** The guard of containment: no plan, however it was made, brings a protected address into a rule. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatAddress } from '../src/base/address.ts'
import { formatPrefix, type Prefix, parsePrefix, truncate } from '../src/base/prefix.ts'
import { Guard, type Standing } from '../src/respond/guard/guard.ts'
import { boundedLimits, hardLimits, type Limits, usualLimits } from '../src/respond/guard/limits.ts'
import { Protected } from '../src/respond/guard/protected.ts'
import { canonicalNetwork } from '../src/respond/network.ts'
import type { Block } from '../src/respond/respond.ts'
import { seed } from './fuzz-seed.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const known: Standing = { spoofable: false, denyOnly: false, byPerson: false, since: '2026-11-28T12:00:00Z' }
const kept = new Protected([
  { network: '192.0.2.0/24', why: 'our own network' },
  { network: '2001:db8:2::/48', why: 'our own network' },
  { network: '198.51.100.7', why: 'the partner acme' },
])
const guard = new Guard(kept, usualLimits)

function block(given: Partial<Block> = {}): Block {
  return {
    id: '0123456789abcdef',
    plan: 'abcdef012345',
    network: '203.0.113.7/32',
    measure: 'block',
    rate: null,
    direction: 'in',
    ports: [],
    protocol: 'any',
    until: '2026-11-28T16:00:00Z',
    ...given,
  }
}

function refusals(given: Partial<Block>, standing: Partial<Standing> = {}, active = 0): string {
  return (guard.check(block(given), { ...known, ...standing }, active, now).refusals ?? []).join(' | ')
}

describe('the guard', () => {
  test('lets through a known scanner for a limited time', () => {
    assert.equal(refusals({}), '')
    assert.equal(refusals({ network: '203.0.113.0/24' }), '')
    assert.equal(refusals({ network: '2001:db8:1:2::/64' }), '')
  })

  for (const [network, why] of [
    ['192.0.2.9/32', /our own network/],
    ['192.0.2.0/25', /our own network/],
    ['198.51.100.7/32', /partner acme/],
    ['198.51.100.0/24', /partner acme/],
    ['2001:db8:2:9::/64', /our own network/],
    ['127.0.0.1/32', /loopback/],
    ['::1/128', /loopback/],
    ['10.1.2.3/32', /private/],
    ['100.64.1.1/32', /provider's NAT/],
    ['255.255.255.255/32', /broadcast/],
    ['224.0.0.0/24', /multicast/],
    ['fe80::1/128', /link-local/],
    ['fd00::1/128', /private/],
    ['ff02::/64', /multicast/],
    ['::c000:209/128', /our own network/],
    ['2001:db8:9::5efe:c000:209/128', /our own network/],
    ['2001:db8:9:0:200:5efe:c000:209/128', /our own network/],
    // IPv6 that only carries IPv4: 6to4, NAT64, Teredo (client inverted).
    ['2002:c000:209::/64', /our own network/],
    ['64:ff9b::c000:209/128', /our own network/],
    ['64:ff9b:1::c633:6407/128', /partner acme/],
    ['2001::3fff:fdf6/128', /our own network/],
    // What is wider than the place of the IPv4 address carries all of it.
    ['64:ff9b::/64', /all of IPv4/],
    ['64:ff9b:1:2::/64', /all of IPv4/],
    ['2001:0:cb00:7101::/64', /all of IPv4/],
  ] as const) {
    test(`keeps ${network} out, and says why`, () => assert.match(refusals({ network }), why))
  }

  for (const network of [
    '203.0.113.7',
    '203.0.113.7/24',
    '::ffff:203.0.113.7/128',
    '203.0.113.7/32; flush ruleset',
    '',
    '0.0.0.0/0',
    '::/0',
    '2001:DB8::/64',
  ]) {
    test(`takes no ${JSON.stringify(network)}`, () => assert.notEqual(refusals({ network }), ''))
  }

  test('never without an end, never over, never too long', () => {
    assert.match(refusals({ until: '' }), /no end/)
    assert.match(refusals({ until: 'never' }), /no end/)
    assert.match(refusals({ until: '2026-11-28T11:59:59Z' }), /ended/)
    assert.match(refusals({ until: '2026-12-06T12:00:01Z' }), /longer than 7 d/)
  })

  test('never a source that can be forged; one that may be only by a person, and shortly', () => {
    const soon = { until: '2026-11-28T13:00:00Z' }
    assert.match(refusals(soon, { spoofable: true, byPerson: true }), /can be forged/)
    assert.match(refusals(soon, { spoofable: null }), /only a person/)
    assert.match(refusals(soon, { denyOnly: true }), /denied requests/)
    assert.equal(refusals(soon, { spoofable: null, byPerson: true }), '')
    assert.match(refusals({}, { spoofable: null, byPerson: true }), /at most 1 h/)
    assert.match(refusals({}, { denyOnly: true, byPerson: true }), /at most 1 h/)
  })

  test('never wider than configured, never more than configured', () => {
    assert.match(refusals({ network: '203.0.112.0/23' }), /wider than \/24/)
    assert.match(refusals({ network: '2001:db8:4000::/36' }), /wider than \/48/)
    assert.match(refusals({}, {}, 1000), /1000 networks/)
  })

  test('never a throttle without a rate, nor ports without a protocol', () => {
    assert.match(refusals({ measure: 'throttle' }), /rate/)
    assert.match(refusals({ measure: 'throttle', rate: { perSecond: 0, burst: 1 } }), /rate/)
    assert.match(refusals({ ports: [0], protocol: 'tcp' }), /no ports/)
    assert.match(refusals({ ports: [22] }), /protocol/)
  })

  test('says everything that speaks against a block at once', () => {
    assert.equal(refusals({ network: '192.0.0.0/16', until: '' }, { spoofable: true }, 1000).split(' | ').length, 5)
  })

  test('no configuration loosens the hard limits', () => {
    const wild: Limits = {
      widest4: 0,
      widest6: 0,
      mostBlocks: 1e12,
      first: 1e12,
      factor: 1e9,
      longest: 1e12,
      unconfirmed: 1e12,
    }
    assert.deepEqual(boundedLimits(wild), hardLimits)
    const loose = new Guard(kept, wild)
    const year = block({ until: '2027-11-28T12:00:00Z' })
    assert.match((loose.check(year, known, 0, now).refusals ?? []).join(), /90 d/)
    assert.match(
      (loose.check(block({ network: '0.0.0.0/0' }), known, 0, now).refusals ?? []).join(),
      /our own network|this network/,
    )
    assert.match((loose.check(block({ network: '203.0.0.0/15' }), known, 0, now).refusals ?? []).join(), /wider than/)
  })

  test('a protection that cannot be read is no protection: it is refused', () => {
    assert.throws(() => new Protected([{ network: '192.0.2.0/33', why: '' }]), TypeError)
    assert.throws(() => new Protected([{ network: 'localhost', why: '' }]), TypeError)
  })
})

/** Addresses close to those that are protected, so that edges are met. */
const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0xffffffff, 0xc0000200, 0xc00002ff, 0x20010db8, 0xc6336407),
)
const v4 = fc
  .tuple(word, fc.integer({ min: 0, max: 32 }))
  .map(([address, bits]) => truncate([0, 0, 0xffff, address], 96 + bits))
const v6 = fc
  .tuple(
    fc.constantFrom(0x20010db8, 0x20010db9, 0x20020000, 0x64ff9b, 0xfe800000, 0),
    word,
    word,
    word,
    fc.integer({ min: 0, max: 128 }),
  )
  .map(([a, b, c, d, bits]) => truncate([a, b, c, d], bits))
const anyNetwork = fc.oneof(v4, v6)

/** First and last address as numbers of 128 bits: an oracle that knows nothing of prefixes. */
function span({ address, bits }: Prefix): readonly [bigint, bigint] {
  const first = address.reduce((sum, part) => (sum << 32n) | BigInt(part), 0n)
  return [first, first + (1n << BigInt(128 - bits)) - 1n]
}

test('no generated block that passes has an address in common with what is protected', () => {
  fc.assert(
    fc.property(fc.array(anyNetwork, { minLength: 1, maxLength: 8 }), anyNetwork, (secured, wanted) => {
      const networks = secured.map(formatPrefix).flatMap((text) => canonicalNetwork(text) ?? [])
      const network = canonicalNetwork(formatPrefix(wanted))
      if (network === undefined) return
      const each = new Guard(new Protected(networks.map((text) => ({ network: text, why: 'secured' }))), {
        ...usualLimits,
        widest4: 16,
        widest6: 32,
      })
      const passes = each.networkRefusals(network).length === 0
      const [first, last] = span(parsePrefix(network) as Prefix)
      const touched = networks.some((text) => {
        const [from, to] = span(parsePrefix(text) as Prefix)
        return first <= to && from <= last
      })
      if (touched) assert.ok(!passes, `${network} touches one of ${networks.join(', ')}`)
    }),
    { numRuns: 20_000, seed },
  )
})

test('an address that passes is what it was: canonical text and parsed number agree', () => {
  fc.assert(
    fc.property(anyNetwork, (prefix) => {
      const text = canonicalNetwork(formatPrefix(prefix))
      if (text === undefined) return
      assert.equal(canonicalNetwork(text), text)
      assert.doesNotMatch(text, /[^0-9a-f.:/]/)
      const [host] = text.split('/') as [string]
      assert.equal(formatAddress(...(parsePrefix(host) as Prefix).address), host)
    }),
    { numRuns: 5000, seed },
  )
})
