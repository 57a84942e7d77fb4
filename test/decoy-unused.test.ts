/** Which addresses of a block are unused: never one that is in use. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { formatAddress, ipv4 } from '../src/base/address.ts'
import { numberOf } from '../src/base/address-range.ts'
import { contains, type Prefix, parsePrefix } from '../src/base/prefix.ts'
import { rangeText, redirectCommands } from '../src/decoy/redirect/ruleset.ts'
import { sizeOfRanges, unusedRanges } from '../src/decoy/redirect/unused.ts'

const prefix = (text: string) => parsePrefix(text) as Prefix
const ranges = (networks: readonly string[], used: readonly string[]) =>
  unusedRanges(networks.map(prefix), used.map(prefix)).map(rangeText)

test('C4 what is in use is left out, and so are an IPv4 network and its broadcast address', () => {
  assert.deepEqual(ranges(['192.0.2.0/28'], ['192.0.2.1', '192.0.2.4/30', '192.0.2.14']), [
    '192.0.2.2-192.0.2.3',
    '192.0.2.8-192.0.2.13',
  ])
  assert.deepEqual(ranges(['192.0.2.0/28', '192.0.2.0/29'], []), ['192.0.2.1-192.0.2.14'])
  assert.deepEqual(ranges(['192.0.2.8/31'], ['192.0.2.9']), ['192.0.2.8'])
  assert.deepEqual(ranges(['192.0.2.0/30'], ['192.0.2.0/24']), [])
  assert.deepEqual(ranges(['2001:db8::/126'], ['2001:db8::2']), ['2001:db8::-2001:db8::1', '2001:db8::3'])
})

test('C4 an address is unused just when no network that is in use holds it', () => {
  const host = fc.integer({ min: 0, max: 255 }).map((last) => `198.51.100.${last}`)
  const network = fc.tuple(host, fc.integer({ min: 24, max: 32 })).map(([address, bits]) => `${address}/${bits}`)
  fc.assert(
    fc.property(fc.array(network, { maxLength: 4 }), fc.array(network, { maxLength: 12 }), (networks, used) => {
      const [ours, taken] = [networks.map(prefix), used.map(prefix)]
      const found = unusedRanges(ours, taken)
      let expected = 0n
      for (let last = 0; last < 256; last++) {
        const words = ipv4(0xc6336400 + last)
        const isOurs = ours.some((each) => {
          const first = numberOf(each.address)
          const end = first + (1n << BigInt(128 - each.bits)) - 1n
          const at = numberOf(words)
          return contains(each, ...words) && (each.bits > 126 || (at !== first && at !== end))
        })
        const isFree = isOurs && !taken.some((each) => contains(each, ...words))
        const at = numberOf(words)
        const isFound = found.some(({ first, last: end }) => numberOf(first) <= at && at <= numberOf(end))
        assert.equal(isFound, isFree, formatAddress(...words))
        if (isFree) expected++
      }
      assert.equal(sizeOfRanges(found), expected)
    }),
    { numRuns: 300 },
  )
})

test('C4 the rules name no address that is in use, and a port of a service before every port', () => {
  const unused = unusedRanges([prefix('192.0.2.0/24')], [prefix('192.0.2.10')])
  const commands = redirectCommands(unused, [
    { transport: 'tcp', to: 4000 },
    { transport: 'tcp', port: 22, to: 4001 },
  ])
  assert.ok(commands.every((command) => command.includes('inet sweepwatch_decoy') && !command.includes('\n')))
  assert.ok(commands.some((command) => command.includes('{ 192.0.2.1-192.0.2.9, 192.0.2.11-192.0.2.254 }')))
  const rules = commands.filter((command) => command.includes('@unused4') && command.includes('redirect to'))
  assert.deepEqual(
    rules.map((rule) => rule.replace(/.*@unused4 /, '')),
    ['tcp dport 22 redirect to :4001', 'meta l4proto tcp redirect to :4000'],
  )
})
