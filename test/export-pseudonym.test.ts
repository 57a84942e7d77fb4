import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { cases, escalated, own } from '../fixtures/case/sample.ts'
import { type Address, formatAddress, ipv4, parseAddress } from '../src/base/address.ts'
import { parsePrefix } from '../src/base/prefix.ts'
import { replaceAddresses } from '../src/report/case/address-text.ts'
import { isWithin } from '../src/report/case/ours.ts'
import { addressPseudonyms } from '../src/report/case/pseudonym/addresses.ts'
import { pseudonymised } from '../src/report/case/pseudonym.ts'
import { caseExports } from '../src/report/case/registry.ts'
import { mapStrings } from '../src/report/case/strings.ts'
import { hostileCase } from './case-arbitrary.ts'
import { type Json, options, rendered, renderedJson } from './export-options.ts'

const key = Buffer.from('sixteen bytes and more')
const networks = own.map((text) => parsePrefix(text)!)
const isOurs = isWithin(networks)

/** Addresses of ours in a text, in every way in which text may write them. */
function ourAddresses(text: string): string[] {
  const found: string[] = []
  replaceAddresses(text, ({ address }) => {
    if (isOurs(address)) found.push(formatAddress(...address))
    return undefined
  })
  // A second look that shares nothing with the first: dotted and as the canonical texts of IPv6.
  for (const match of text.matchAll(/(?<![\d.])(?:192\.0\.2|198\.18\.(?:\d|1[0-5]))\.\d{1,3}(?![\d.]*\d)/g))
    found.push(match[0])
  for (const match of text.matchAll(/2001:db8:1:[0-9a-f:]*/g)) found.push(match[0])
  return found
}

/** What an output says, with its base64 undone. */
function said(text: string): string {
  return `${text}\n${[...text.matchAll(/"content_b64":\s*"([^"]+)"/g)].map((match) => Buffer.from(match[1] as string, 'base64').toString()).join('\n')}`
}

test('no address of ours is left in any output of a pseudonymised case', () => {
  for (const theCase of cases) {
    const made = pseudonymised(theCase, own, key)
    for (const { id } of caseExports) {
      const text = rendered(id, made.theCase, { own: made.own, internal: true })
      assert.deepEqual(ourAddresses(said(text)), [], `${id} of ${theCase.id}`)
      assert.doesNotMatch(text, /www\.example\.org|vpn\.example\.org|2001:db8:ff::66/, `${id} of ${theCase.id}`)
    }
  }
  // The test can fail: before, they are there.
  assert.ok(ourAddresses(said(rendered('html', escalated))).length > 10)
  assert.match(rendered('html', escalated), /vpn\.example\.org/)
})

test('no address of ours is left whatever the case holds', () => {
  fc.assert(
    fc.property(hostileCase, (theCase) => {
      const made = pseudonymised(theCase, own, key)
      for (const id of ['json', 'ticket', 'abuse', 'cacao']) {
        assert.deepEqual(ourAddresses(said(rendered(id, made.theCase, { own: made.own, internal: true }))), [], id)
      }
    }),
    { numRuns: 60 },
  )
})

test('the same address has the same pseudonym in every case and field; another key gives another', () => {
  const made = pseudonymised(escalated, own, key).theCase
  const [host] = made.triage!.touched
  const [sign] = made.triage!.signs
  assert.equal(sign!.host, host!.address)
  assert.match(host!.address, /^2[45]\d\.\d+\.\d+\.\d+$/)
  assert.ok(made.triage!.answers[3]!.because[0]!.startsWith(`${host!.address} sent 48 MB to 203.0.113.70`))
  assert.equal(made.triage!.touched[0]!.asset!.network, host!.address)
  const inOther = pseudonymised({ ...cases[2]!, title: 'about 192.0.2.12' }, own, key).theCase
  assert.equal(inOther.title, `about ${host!.address}`)
  assert.notEqual(
    pseudonymised(escalated, own, Buffer.from('another key of bytes')).theCase.triage!.touched[0]!.address,
    host!.address,
  )
  assert.deepEqual(pseudonymised(escalated, own, key), pseudonymised(structuredClone(escalated), own, key))
  // Strangers keep their addresses.
  assert.deepEqual(made.sources, escalated.sources)
})

/** Bits that two addresses share from the left. */
function shared(a: Address, b: Address): number {
  for (let bit = 0; bit < 128; bit++) {
    const word = bit >>> 5
    if ((((a[word as 0] ^ b[word as 0]) >>> (31 - (bit & 31))) & 1) === 1) return bit
  }
  return 128
}

test('prefixes are preserved: what two of our addresses share they share afterwards, and no two become one', () => {
  const ten = [parsePrefix('10.0.0.0/8')!, parsePrefix('2001:db8::/32')!]
  const pseudonym = addressPseudonyms(ten, key)
  const of = (address: Address): Address => {
    const made = pseudonym({ address, bits: 128 })
    assert.ok(typeof made === 'object')
    return made.address
  }
  const low = fc.integer({ min: 0, max: 0xffffff })
  fc.assert(
    fc.property(low, low, (a, b) => {
      const [x, y] = [ipv4(0x0a000000 + a), ipv4(0x0a000000 + b)]
      assert.equal(shared(of(x), of(y)), shared(x, y))
      assert.ok(of(x)[3] >>> 28 === 15 && of(x)[3] >>> 24 < 255)
    }),
    { numRuns: 300 },
  )
  const word = fc.nat(0xffffffff)
  fc.assert(
    fc.property(word, word, word, word, fc.nat(31), (a, b, c, d, flip) => {
      const x: Address = [0x20010db8, a, b, c]
      const y: Address = [0x20010db8, a, (b ^ (1 << flip)) >>> 0, d]
      assert.equal(shared(of(x), of(y)), shared(x, y))
      assert.equal(of(x)[0] >>> 27, 0xf000 >>> 11)
    }),
    { numRuns: 200 },
  )
})

test('addresses are found in every spelling, and what only looks like one is left', () => {
  const pseudonym = addressPseudonyms(networks, key)
  const replace = (text: string) => replaceAddresses(text, pseudonym)
  const v4 = replace('192.0.2.10')
  const [a, b, c, d] = v4.split('.')
  const v6 = replace('2001:db8:1::10')
  for (const [text, expected] of [
    ['192.0.2.10:80, [192.0.2.10]', `${v4}:80, [${v4}]`],
    ['from 192.0.2.10.', `from ${v4}.`],
    ['::ffff:192.0.2.10', v4],
    ['host-192-0-2-10.example.net', `host-${v4.replaceAll('.', '-')}.example.net`],
    ['a_192_0_2_10_b', `a_${v4.replaceAll('.', '_')}_b`],
    ['10.2.0.192.in-addr.arpa', `${d}.${c}.${b}.${a}.in-addr.arpa`],
    ['2.0.192.in-addr.arpa', `${c}.${b}.${a}.in-addr.arpa`],
    ['192.0.2.0/24', `${a}.${b}.${c}.0/24`],
    ['192.0.0.0/16', `${a}.${b}.0.0/16`],
    ['[2001:db8:1::10]:443', `[${v6}]:443`],
    ['2001:DB8:1:0:0:0:0:10', v6],
    ['2001:0db8:0001:0000:0000:0000:0000:0010.', `${v6}.`],
    ['x=1:2001:db8:1:0:0:0:0:10', `x=1:${v6}`],
    ['203.0.113.70 at 03:27:00.603 took 1.2.3', '203.0.113.70 at 03:27:00.603 took 1.2.3'],
    ['1192.0.2.10 192.0.2.1000 192.0.2', '1192.0.2.10 192.0.2.1000 192.0.2'],
    ['ab:cd:ef:01:23:45', 'ab:cd:ef:01:23:45'],
  ] as const) {
    assert.equal(replace(text), expected, text)
  }
  assert.match(replace('1.192.0.2.10.7'), new RegExp(`^1\\.${v4.replaceAll('.', '\\.')}\\.7$`))
  const nibbles = '0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'
  assert.deepEqual(ourAddresses(replace(nibbles)), [])
  assert.match(replace(nibbles), /^([0-9a-f]\.){32}ip6\.arpa$/)
})

test('looking for addresses tries each place of a text at most once', () => {
  for (const unit of ['1:', '1.', '1-', 'a.', '1', '::', '1:1:1:1:1:1:1:', '0.0.0.0.in-addr.']) {
    const text = unit.repeat(4000)
    let calls = 0
    replaceAddresses(text, () => {
      calls++
      return undefined
    })
    assert.ok(calls <= text.length)
  }
})

test('digests of originals and bytes that are not text go; ids of scans are digests of another kind', () => {
  const made = pseudonymised(escalated, own, key).theCase
  const [text, binary] = made.copied
  assert.match(
    text!.bytes,
    /^<134>Nov 22 03:27:00 fw01 %ASA-4-106023: Deny tcp src outside:203\.0\.113\.70\/53220 dst inside:2[45]\d\./,
  )
  assert.notEqual(text!.sha256, escalated.copied[0]!.sha256)
  assert.equal(binary!.bytes, '')
  assert.notEqual(made.scans[0]!.scan.id, escalated.scans[0]!.scan.id)
  assert.ok(renderedJson('json', made).scans.includes(made.scans[0]!.scan.id))
  const event = made.history.find(({ body }) => body.kind === 'scan') as Json
  assert.equal(event.body.scan.id, made.scans[0]!.scan.id)
})

test('a short key is refused; more networks than there are places are only told to be ours', () => {
  assert.throws(() => pseudonymised(escalated, own, Buffer.from('short')), { code: 'pseudonym-key' })
  const many = Array.from({ length: 40 }, (_, i) => `${20 + i}.0.0.0/8`)
  const theCase = mapStrings(escalated, (text) => text.replaceAll('192.0.2.', '59.0.2.'))
  const made = pseudonymised({ ...theCase, title: many.join(' ') }, many, key).theCase
  assert.doesNotMatch(made.title, /(?<!\d)[2-5]\d\.0\.0\.0/)
  assert.match(made.title, /\[ours\]/)
  assert.equal(parseAddress(options.own[0] ?? ''), undefined)
})
