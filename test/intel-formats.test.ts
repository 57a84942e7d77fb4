/** Every format of lists: recognised as itself only, golden entries, cut anywhere, hostile. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { ListContent } from '../src/intel/format/format.ts'
import { listFormats, recogniseList } from '../src/intel/format/registry.ts'
import { addressesIn } from '../src/intel/stix/pattern.ts'
import { readList } from './intel-samples.ts'

const fixtures = join(import.meta.dirname, '../fixtures/intel')

function fixtureOf(id: string): Buffer {
  const folder = join(fixtures, id)
  const input = readdirSync(folder).find((name) => name.startsWith('in.'))
  assert.ok(input, `fixtures/intel/${id} has an input`)
  return readFileSync(join(folder, input))
}

test('every format has a name of its own, and fixtures of that name', () => {
  assert.deepEqual(readdirSync(fixtures).sort(), listFormats.map(({ id }) => id).sort())
})

for (const format of listFormats) {
  test(`Q3 ${format.id}: recognised as itself, and by no other alike`, () => {
    const content = new ListContent(fixtureOf(format.id))
    assert.equal(recogniseList(content)?.id, format.id)
    const claim = format.recognise(content)
    for (const other of listFormats) {
      if (other !== format) assert.ok(other.recognise(content) < claim, `${other.id} claims it as well`)
    }
  })

  test(`Q3 ${format.id}: golden entries`, () => {
    const read = readList(format, fixtureOf(format.id))
    const { header, scale, entries, malformed, passedOver, examples } = read
    const said = [{ header, scale, entries, malformed, passedOver, examples }, ...read.taken]
    const golden = readFileSync(join(fixtures, format.id, 'entries.jsonl'), 'utf8')
    assert.deepEqual(said.map((each) => JSON.stringify(each)).join('\n'), golden.trim())
    assert.ok(entries > 0 && malformed > 0, 'the fixture has entries, and damage')
  })

  test(`${format.id}: cut at every byte it is read as far as it goes, and counts what is damaged`, () => {
    const whole = fixtureOf(format.id)
    const full = readList(format, whole)
    for (let length = 0; length < whole.length; length++) {
      const bytes = whole.subarray(0, length)
      recogniseList(new ListContent(bytes))
      const read = readList(format, bytes)
      assert.ok(read.entries <= full.entries + 1, `at byte ${length}`)
    }
  })

  test(`${format.id}: hostile bytes make no error, whatever they are put into`, () => {
    const whole = fixtureOf(format.id)
    fc.assert(
      fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }), fc.boolean(), (at, bytes, replaces) => {
        const rest = whole.subarray(replaces ? Math.min(whole.length, at + bytes.length) : at)
        const hostile = Buffer.concat([whole.subarray(0, at), bytes, rest])
        recogniseList(new ListContent(hostile))
        const read = readList(format, hostile)
        assert.ok(read.entries >= 0 && read.examples.length <= 3)
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test(`${format.id}: JSON of any shape makes no error`, () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(...hostileKeys), (value, key) => {
        for (const text of [value, `{${JSON.stringify(key)}:${value}}`, `{"objects":[${value}],"Event":${value}}`]) {
          const bytes = Buffer.from(text)
          recogniseList(new ListContent(bytes))
          readList(format, bytes)
        }
      }),
      { numRuns: 200, seed: 7 },
    )
  })
}

const hostileKeys = ['objects', 'Event', 'response', 'list', 'cidr', '__proto__', 'constructor', 'type']

test('what is no list is recognised as none', () => {
  const wanted: readonly string[] = [
    '',
    '\n\n',
    '{',
    '[]',
    '{}',
    '{"objects": [1, 2]}',
    '{"objects": [{"id": "x"}]}',
    'name,colour\nred,1\n',
    '<html><body>404 Not Found</body></html>',
    'GET / HTTP/1.1',
    '\u0000\u0001\u0002',
    `${'['.repeat(100_000)}`,
  ]
  for (const text of wanted)
    assert.equal(recogniseList(new ListContent(Buffer.from(text))), undefined, text.slice(0, 40))
})

test('a byte order mark and Windows line ends change nothing', () => {
  const text = 'ip,malware\r\n192.0.2.1,Mirai\r\n'
  const content = new ListContent(Buffer.from(`\uFEFF${text}`))
  const format = recogniseList(content)
  assert.equal(format?.id, 'csv')
  assert.deepEqual(
    readList(format, content.bytes).taken.map(({ written, about }) => [written, about.name]),
    [['192.0.2.1', 'Mirai']],
  )
  const plain = readList(listFormats[0]!, Buffer.from('\uFEFF192.0.2.1\r\n192.0.2.2\r\n'))
  assert.deepEqual([plain.entries, plain.malformed], [2, 0])
})

test('T2 columns that the configuration names, by name or number', () => {
  const csv = listFormats.find(({ id }) => id === 'csv')!
  const named = readList(csv, Buffer.from('when;who;what\n2026-08-01;192.0.2.1;Mozi\n'), {
    address: 'Who',
    name: 'what',
    lastSeen: 'when',
  })
  assert.deepEqual(named.taken[0]?.about.lastSeen, Date.parse('2026-08-01'))
  assert.equal(named.taken[0]?.about.actor?.name, 'Mozi')
  const numbered = readList(csv, Buffer.from('a\t192.0.2.1\nb\t192.0.2.2\n'), { address: '2', name: '1' })
  assert.deepEqual(
    numbered.taken.map(({ written, about }) => [written, about.name]),
    [
      ['192.0.2.1', 'a'],
      ['192.0.2.2', 'b'],
    ],
  )
})

test('shares and percentages of a table are told apart by the whole table', () => {
  const csv = listFormats.find(({ id }) => id === 'csv')!
  const shares = readList(csv, Buffer.from('ip,confidence\n192.0.2.1,1\n192.0.2.2,0.5\n'))
  assert.deepEqual([shares.entry(0).confidence, shares.entry(1).confidence], [1, 0.5])
  const percentages = readList(csv, Buffer.from('ip,confidence\n192.0.2.1,1\n192.0.2.2,50\n'))
  assert.deepEqual(
    [percentages.entry(0).confidence, percentages.entry(1).confidence].map((c) => c.toFixed(2)),
    ['0.01', '0.50'],
  )
})

test('STIX patterns: what names an address, and what does not', () => {
  const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["[ipv4-addr:value='192.0.2.1']", ['192.0.2.1']],
    [
      "[ ipv4-addr:value = '192.0.2.1' ] FOLLOWEDBY [ipv6-addr:value = '2001:db8::1'] WITHIN 5 SECONDS",
      ['192.0.2.1', '2001:db8::1'],
    ],
    [
      "[(ipv4-addr:value = '192.0.2.1' OR ipv4-addr:value = '192.0.2.2') AND network-traffic:dst_port = 22]",
      ['192.0.2.1', '192.0.2.2'],
    ],
    ["[ipv4-addr:value ISSUBSET '192.0.2.0/24'] REPEATS 5 TIMES", ['192.0.2.0/24']],
    ["[ipv4-addr:value IN ('192.0.2.1','192.0.2.2')]", ['192.0.2.1', '192.0.2.2']],
    ["[ipv4-addr:value in ('192.0.2.1')]", ['192.0.2.1']],
    ["[network-traffic:dst_ref.value = '192.0.2.9']", ['192.0.2.9']],
    ["[ipv4-addr:value != '192.0.2.1']", undefined],
    ["[ipv4-addr:value NOT = '192.0.2.1']", undefined],
    ["[ipv4-addr:value LIKE '192.0.2.%']", undefined],
    ["[ipv4-addr:value ISSUPERSET '192.0.2.0/24']", undefined],
    ["[domain-name:value = 'ipv4-addr:value = 1']", undefined],
    ["[file:name = 'ipv4-addr:value = \\'192.0.2.1\\'']", undefined],
    ["[ipv4-addr:value = '192.0.2.1", undefined],
    ["[ipv4-addr:value IN ('192.0.2.1'", ['192.0.2.1']],
    ['', undefined],
  ]
  for (const [pattern, wanted] of cases) assert.deepEqual(addressesIn(pattern), wanted, pattern)
})

test('a pattern that never ends is read in bounded time and space', () => {
  const long = `[${"ipv4-addr:value = '192.0.2.1' OR ".repeat(200_000)}`
  assert.ok((addressesIn(long)?.length ?? 0) < 20_000)
  assert.equal(addressesIn("'".repeat(1 << 20)), undefined)
})
