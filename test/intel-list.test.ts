/** Lists in memory: which networks hold an address, how old what they say is, and how sure that leaves it. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type Address, formatAddress, ipv4, parseAddress } from '../src/base/address.ts'
import { contains, type Prefix, sizeOf, truncate } from '../src/base/prefix.ts'
import { Problem } from '../src/base/problem.ts'
import { ageDays, confidenceAt } from '../src/intel/confidence.ts'
import { ListBuilder } from '../src/intel/list/list-builder.ts'
import { PrefixIndex } from '../src/intel/list/prefix-index.ts'
import { networksOf } from '../src/intel/list/written-network.ts'
import { openIntelligence } from '../src/intel/open.ts'
import type { ListSettings } from '../src/intel/settings.ts'
import { intelSettings, listSettings } from './intel-samples.ts'

const scratch = mkdtempSync(join(tmpdir(), 'sweepwatch-lists-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const day = 86_400_000
const august = Date.parse('2026-08-20T00:00:00Z')
let files = 0

/** A list of these lines, in a file that was last changed in August. */
function fileOf(...lines: readonly string[]): string {
  const path = join(scratch, `list-${files++}.txt`)
  writeFileSync(path, lines.join('\n'))
  utimesSync(path, august / 1000, august / 1000)
  return path
}

async function about(address: string, at: number, lists: Record<string, Partial<ListSettings>>, halfLife = {}) {
  const settings = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, listSettings(list)]))
  const intelligence = await openIntelligence({ settings: intelSettings({ lists: settings, halfLife }), now: () => at })
  return intelligence.about(address, at)
}

const word = fc.nat(0xffffffff)
/** Few different high words, so that networks lie within each other. */
const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.tuple(fc.constantFrom(0x0a000000, 0xc0000200, 0xc6336400), fc.nat(255)).map(([net, host]) => ipv4(net + host)),
  fc.tuple(fc.constantFrom(0x20010db8, 0x3fff0000), fc.nat(3), fc.nat(3), word).map((words) => words as Address),
)
const anyPrefix: fc.Arbitrary<Prefix> = fc
  .tuple(anyAddress, fc.nat(128))
  .map(([address, bits]) => truncate(address, address[2] === 0xffff && address[0] === 0 ? 96 + (bits % 33) : bits))

test('the index finds just the networks that hold an address, the smallest first', () => {
  fc.assert(
    fc.property(
      fc.array(anyPrefix, { maxLength: 60 }),
      fc.array(anyAddress, { minLength: 1, maxLength: 20 }),
      (nets, asked) => {
        const index = new PrefixIndex()
        for (const [entry, prefix] of nets.entries()) index.add(prefix, entry)
        for (const address of asked) {
          const isFour = address[0] === 0 && address[1] === 0 && address[2] === 0xffff
          const wanted = nets.flatMap((prefix, entry) =>
            contains(prefix, ...address) && prefix.bits >= (isFour ? 96 : 0) ? [{ entry, bits: prefix.bits }] : [],
          )
          wanted.sort((x, y) => y.bits - x.bits || x.entry - y.entry)
          assert.deepEqual(index.find(address, 1000), wanted)
          assert.deepEqual(index.find(address, 2), wanted.slice(0, 2))
        }
      },
    ),
    { numRuns: 500, seed: 3 },
  )
})

test('words of lists: what names a network, and which', () => {
  const shown = (text: string) => {
    const found = networksOf(text)
    return Array.isArray(found)
      ? found.map(({ address, bits }) => `${formatAddress(...(address as Address))}/${bits}`)
      : found
  }
  assert.deepEqual(shown('192.0.2.1'), ['192.0.2.1/128'])
  assert.deepEqual(shown(' "192.0.2.77/24" '), ['192.0.2.0/120'])
  assert.deepEqual(shown('::ffff:192.0.2.1'), ['192.0.2.1/128'])
  assert.deepEqual(shown('2001:DB8::/32'), ['2001:db8::/32'])
  assert.deepEqual(shown('192.0.2.1:443'), ['192.0.2.1/128'])
  assert.deepEqual(shown('192.0.2.1|443'), ['192.0.2.1/128'])
  assert.deepEqual(shown('[2001:db8::1]:443'), ['2001:db8::1/128'])
  assert.deepEqual(shown('192.0.2.6-192.0.2.9'), ['192.0.2.6/127', '192.0.2.8/127'])
  assert.deepEqual(shown('224.0.0.0/3'), ['224.0.0.0/99'])
  assert.deepEqual(shown('fc00::/7'), ['fc00::/7'])
  for (const wide of ['0.0.0.0/0', '::/0', '128.0.0.0/2', '2000::/3', '::/8', '0.0.0.0-255.255.255.255']) {
    assert.equal(shown(wide), 'too-wide', wide)
  }
  const none = [
    '',
    'x',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1/33',
    '192.0.2.1/',
    '2001:db8::/129',
    '192.0.2.9-192.0.2.1',
  ]
  for (const text of [...none, '192.0.2.1-2001:db8::1', '1-2-3', '192.0.2.1:', `${'1'.repeat(200)}`]) {
    assert.equal(shown(text), undefined, text)
  }
})

test('a range becomes the networks that cover it, and nothing else', () => {
  fc.assert(
    fc.property(word, word, (x, y) => {
      const [from, to] = [Math.min(x, y), Math.max(x, y)]
      const found = networksOf(`${formatAddress(...ipv4(from))}-${formatAddress(...ipv4(to))}`)
      if (found === 'too-wide') return
      assert.ok(found !== undefined)
      let next = from
      for (const prefix of found) {
        assert.equal(prefix.address[3], next, 'they follow each other')
        next += sizeOf(prefix)
      }
      assert.equal(next, to + 1)
    }),
    { seed: 5 },
  )
})

test('a large list is found again entry by entry, and one that is too large is cut and says so', () => {
  const into = new ListBuilder(200_000)
  const addressOf = (k: number) => `10.${(k >>> 16) & 255}.${(k >>> 8) & 255}.${k & 255}`
  for (let k = 0; k < 200_010; k++) into.add(addressOf(k), `line ${k}`, k % 1000 === 0 ? { name: `n${k}` } : {})
  assert.deepEqual([into.entries, into.cut], [200_000, 10])
  for (let k = 0; k < 200_000; k += 997) {
    const [found] = into.index.find(parseAddress(addressOf(k))!, 4)
    assert.equal(found?.entry, k)
    assert.equal(into.entry(k).name, k % 1000 === 0 ? `n${k}` : null)
  }
  assert.deepEqual(into.index.find(parseAddress(addressOf(200_005))!, 4), [])
})

test('Q3 the law of age: half after a half-life, the same both ways, none within first and last', () => {
  assert.equal(confidenceAt(0.8, 30, 30), 0.4)
  assert.equal(confidenceAt(0.8, 0, 30), 0.8)
  assert.equal(confidenceAt(0.8, null, 30), 0.8)
  assert.equal(confidenceAt(1, 3650, 30), 0)
  assert.equal(ageDays(0, august, august + 10 * day), 10)
  assert.equal(ageDays(0, august, august - 10 * day), 10)
  assert.equal(ageDays(august - 30 * day, august, august - 10 * day), 0)
  assert.equal(ageDays(august - 30 * day, 0, august), 30)
  assert.equal(ageDays(0, 0, august), null)
})

test('Q3 a list entry that names an address is a hit with its provenance', async () => {
  const path = fileOf('# ours', '203.0.113.64/26 # census', '203.0.113.70', '2001:db8:7::/48')
  const lists = { honeypot: { path, means: 'malicious' as const } }
  const { hits, looked } = await about('203.0.113.70', august + 30 * day, lists)
  assert.deepEqual(
    hits.map(({ matched, name }) => [matched, name]),
    [
      ['203.0.113.70', null],
      ['203.0.113.64/26', 'census'],
    ],
  )
  const { name: _, ...first } = hits[0]!
  assert.deepEqual(first, {
    list: 'honeypot',
    matched: '203.0.113.70',
    means: 'malicious',
    actor: null,
    confidence: 0.4,
    firstSeen: null,
    lastSeen: '2026-08-20T00:00:00.000000Z',
    validUntil: null,
    ageDays: 30,
    reference: path,
  })
  assert.deepEqual(looked, ['list honeypot: 3 entries of 2026-08-20 (30 days before) by its file'])
  assert.equal((await about('::ffff:203.0.113.70', august, lists)).hits.length, 2)
  assert.equal((await about('2001:db8:7:1::9', august, lists)).hits[0]?.matched, '2001:db8:7::/48')
  assert.deepEqual((await about('203.0.113.1', august, lists)).hits, [])
})

test('Q3 half-lives by meaning and by list, confidence by list', async () => {
  const path = fileOf('203.0.113.70')
  const at = august + 60 * day
  const confidenceOf = async (list: Partial<ListSettings>, halfLife = {}) =>
    (await about('203.0.113.70', at, { it: { path, means: 'malicious', ...list } }, halfLife)).hits[0]?.confidence
  assert.equal(await confidenceOf({}), 0.2)
  assert.equal(await confidenceOf({ halfLife: 60 }), 0.4)
  assert.equal(await confidenceOf({}, { malicious: 60 }), 0.4)
  assert.equal(await confidenceOf({ confidence: 1, halfLife: 60 }), 0.5)
  assert.equal(await confidenceOf({ means: 'cloud', halfLife: 1e9 }), 0.8)
})

test('Q3 what had expired is no hit, and is told', async () => {
  const path = fileOf('ip,valid_until,malware', '203.0.113.70,2026-08-10,Mozi', '203.0.113.70,2026-10-10,Mirai')
  const lists = { it: { path, means: 'malicious' as const } }
  const before = await about('203.0.113.70', Date.parse('2026-08-01'), lists)
  assert.deepEqual(before.hits.map(({ name }) => name).sort(), ['Mirai', 'Mozi'])
  const now = await about('203.0.113.70', august, lists)
  assert.deepEqual(
    now.hits.map(({ name, validUntil }) => [name, validUntil]),
    [['Mirai', '2026-10-10T00:00:00.000000Z']],
  )
  assert.deepEqual(now.looked, ['list it: 2 entries of 2026-08-20 by its file; 1 entry that names it had expired'])
})

test('E2 an actor: of the entry, else of the whole list, by name or by ATT&CK id', async () => {
  const plain = fileOf('203.0.113.70')
  const table = fileOf('ip,actor', '203.0.113.70,UNC2589')
  const { hits } = await about('203.0.113.70', august, {
    docker: { path: plain, means: 'malicious', actor: 'G0139', confidence: 0.9 },
    table: { path: table, means: 'malicious', actor: 'TeamTNT' },
    other: { path: plain, means: 'malicious', actor: 'Somebody - G9999', confidence: 0.7 },
    none: { path: plain, means: 'malicious', confidence: 1 },
  })
  assert.deepEqual(
    hits.map(({ list, actor }) => [list, actor]),
    [
      ['docker', { id: 'G0139', name: 'TeamTNT' }],
      ['table', { id: 'G1003', name: 'Ember Bear' }],
      ['other', { id: 'G9999', name: 'Somebody' }],
      ['none', null],
    ],
  )
})

test('a list that names the whole of a special-purpose network says nothing of a host in it', async () => {
  const path = fileOf('10.0.0.0/8', '0.0.0.0/8', '203.0.113.0/24', '192.168.7.7', '192.168.0.0/16')
  const lists = { bogons: { path, means: 'malicious' as const } }
  assert.deepEqual((await about('10.1.2.3', august, lists)).hits, [])
  assert.deepEqual((await about('203.0.113.9', august, lists)).hits, [])
  assert.deepEqual(
    (await about('192.168.7.7', august, lists)).hits.map(({ matched }) => matched),
    ['192.168.7.7'],
  )
})

test('many lists are told in ten lines, those with something to say first; hits are at most 32', async () => {
  const path = fileOf('203.0.113.70')
  const other = fileOf('198.51.100.1')
  const lists = Object.fromEntries(
    Array.from({ length: 40 }, (_, k) => [`l${k}`, { path: k < 35 ? path : other, means: 'malicious' as const }]),
  )
  const { hits, looked } = await about('203.0.113.70', august, lists)
  assert.equal(hits.length, 32)
  assert.equal(looked.length, 10)
  assert.equal(looked[9], '31 more lists: 31 entries of 2026-08-20 to 2026-08-20')
  const few = await about('198.51.100.1', august, lists)
  assert.match(few.looked[0]!, /^list l35: /)
})

test('T2 a directory and those below: each file a list of its own name; what is no list is told and stops nothing', async () => {
  const folder = join(scratch, 'folder')
  mkdirSync(join(folder, 'below'), { recursive: true })
  writeFileSync(join(folder, 'a.txt'), '203.0.113.70\n')
  writeFileSync(join(folder, 'page.txt'), '<html>503</html>')
  writeFileSync(join(folder, 'README.md'), '# lists')
  writeFileSync(join(folder, 'below', 'b.netset'), '203.0.113.64/26\n')
  writeFileSync(join(folder, '.hidden'), '203.0.113.70\n')
  writeFileSync(join(folder, 'empty.txt'), '')
  writeFileSync(join(folder, 'cut.json'), '{"type": "bundle", "objects": [')
  const { hits, looked } = await about('203.0.113.70', august, { all: { path: folder, means: 'scanner' } })
  assert.deepEqual(
    hits.map(({ list, means }) => [list, means]),
    [
      ['a', 'scanner'],
      ['b', 'scanner'],
    ],
  )
  assert.deepEqual(
    looked.filter((line) => line.includes('not read')),
    [
      'cut.json was not read: it begins like JSON, but is none: is it whole?',
      'empty.txt was not read: it is empty',
      'page.txt was not read: its format is not recognised',
    ],
  )
})

test('T2 a MISP feed: the events that its manifest names, by the folder or by the manifest', async () => {
  const folder = join(scratch, 'feed')
  mkdirSync(folder)
  const uuid = '5a1c2f60-0000-4000-8000-000000000040'
  copyFileSync(join(import.meta.dirname, '../fixtures/intel/misp-event/in.json'), join(folder, `${uuid}.json`))
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ [uuid]: { info: 'x', timestamp: '1787212800' } }))
  writeFileSync(join(folder, 'hashes.csv'), 'd41d8cd98f00b204e9800998ecf8427e,x\n')
  for (const path of [folder, join(folder, 'manifest.json')]) {
    const { hits, looked } = await about('192.0.2.40', august, { feed: { path } })
    assert.deepEqual(
      hits.map(({ list, actor, means }) => [list, actor?.id, means]),
      [['Scans for remote desktops, for tests', 'G1003', 'malicious']],
    )
    assert.equal(looked.length, 1)
  }
})

test('a configuration that cannot be right is a Problem with what to do', async () => {
  const path = fileOf('203.0.113.70')
  const wrong: readonly (readonly [Partial<ListSettings>, RegExp])[] = [
    [{ path: join(scratch, 'missing.txt'), means: 'tor' }, /cannot read the list/],
    [{ path }, /nothing tells what the list it means/],
    [{ path, means: 'tor', format: 'stixx' }, /unknown format stixx/],
  ]
  for (const [list, message] of wrong) {
    await assert.rejects(about('203.0.113.70', august, { it: list }), (error) => {
      assert.ok(error instanceof Problem && error.code === 'intel' && error.hint)
      return message.test(error.message)
    })
  }
})

test('one file of a directory of which nothing tells what it means is told, and stops nothing', async () => {
  const folder = join(scratch, 'unclear')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.txt'), '203.0.113.70\n')
  const { looked } = await about('203.0.113.70', august, { all: { path: folder } })
  assert.deepEqual(looked, ['a.txt was not read: nothing tells what it means: give `means`'])
})

test('what was never fetched is told, and how to fetch it', async () => {
  const lists = { far: listSettings({ url: 'https://example.org/list.txt', means: 'tor' }) }
  const intelligence = await openIntelligence({ settings: intelSettings({ directory: scratch, lists }) })
  const { looked } = await intelligence.about('203.0.113.70', august)
  assert.deepEqual(looked, ['far was not read: it was never fetched (sweepwatch intel fetch far)'])
})

test('Q3 the same lists and time give the same answer', async () => {
  const path = fileOf('203.0.113.0/25', '203.0.113.70 # a', '203.0.113.70 # b', '203.0.113.70 # b')
  const lists = { x: { path, means: 'malicious' as const }, y: { path, means: 'scanner' as const } }
  const first = await about('203.0.113.70', august + day, lists)
  assert.deepEqual(await about('203.0.113.70', august + day, lists), first)
  assert.deepEqual(first.hits.map(({ list, name }) => `${list} ${name}`).slice(0, 3), ['x a', 'x b', 'x null'])
})
