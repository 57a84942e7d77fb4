/** Rulesets that somebody made to hurt: they are read within bounds, and what is not understood is counted. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../src/base/address.ts'
import { Problem } from '../src/base/problem.ts'
import { evaluate } from '../src/review/evaluate.ts'
import { newFlow } from '../src/review/flow.ts'
import asa from '../src/review/language/cisco-asa.ts'
import type { Language } from '../src/review/language/language.ts'
import { languages } from '../src/review/language/registry.ts'
import { reviewText } from '../src/review/text.ts'
import { historyOf, reviewed, router, use } from './review-history.ts'

const look = { colour: false, unicode: true, columns: 100 }
const address = parseAddress('192.0.2.1') ?? assert.fail()
const flow = newFlow(address, address, { protocol: 6, targetPort: 22 })
const mostMs = 5000

function within<Result>(act: () => Result): Result {
  const began = performance.now()
  const result = act()
  assert.ok(performance.now() - began < mostMs, `${performance.now() - began} ms`)
  return result
}

/** What it says of a text; never anything but a ruleset or a problem. */
function readAll(text: string): void {
  for (const language of languages) {
    try {
      const ruleset = language.parse(text, 'hostile')
      evaluate(ruleset, flow, 'input')
      for (const { rules } of ruleset.chains.values()) for (const rule of rules) language.replace(ruleset, rule, [])
    } catch (error) {
      assert.ok(error instanceof Problem && error.code === 'ruleset', String(error))
    }
  }
}

test('chains that jump in a circle end, and what then becomes of a packet is not known', () => {
  const text = `table ip t {\n chain a {\n  jump b\n }\n chain b {\n  jump a\n }\n chain in {\n  type filter hook forward priority 0; policy drop;\n  jump a\n }\n}\n`
  const found = within(() => reviewed([text], historyOf([use('198.51.100.7 > 192.0.2.20 tcp/22')])))
  assert.equal(found.entrances.length, 0)
  assert.match(found.couldNotSee.join('\n'), /the search through the rules was given up/)
  const saved = '*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -j A\n-A A -j A\nCOMMIT\n'
  assert.ok(within(() => reviewed([saved], historyOf([use('198.51.100.7 > 192.0.2.20 tcp/22')]))))
})

test('jumps that multiply are given up', () => {
  const chains = Array.from(
    { length: 16 },
    (_, k) => ` chain c${k} {\n${k < 15 ? `  jump c${k + 1}\n`.repeat(8) : '  accept\n'} }`,
  )
  const text = `table ip t {\n${chains.join('\n').replaceAll('accept', 'tcp dport 1 accept')}\n chain in {\n  type filter hook forward priority 0; policy drop;\n  jump c0\n }\n}\n`
  within(() => reviewed([text], historyOf([use('198.51.100.7 > 192.0.2.20 tcp/22')])))
})

test('groups in groups: deep, in a circle, and of megabytes', () => {
  const nested = Array.from(
    { length: 500 },
    (_, k) => `object-group network g${k}\n group-object g${k + 1}\n group-object g${(k * 7) % 500}\n`,
  )
  const text = `${nested.join('')}access-list x extended permit ip object-group g0 any\naccess-group x in interface outside\n`
  assert.equal(within(() => asa.parse(text, 'x')).notUnderstood.count, 1)
  const wide = Array.from(
    { length: 120_000 },
    (_, k) => ` network-object host 10.${k >> 16}.${(k >> 8) & 255}.${k & 255}`,
  )
  const large = `object-group network wide\n${wide.join('\n')}\naccess-list x extended permit ip object-group wide any\n`
  assert.equal(within(() => asa.parse(large, 'x')).notUnderstood.count, 1)
})

test('many rules, and many alternatives in one', () => {
  const many = router(
    ...Array.from({ length: 20_000 }, (_, k) => `ip saddr 10.${k >> 8}.${k & 255}.0/24 tcp dport ${k % 60_000} accept`),
  )
  within(() => reviewed([many], historyOf([use('198.51.100.7 > 192.0.2.20 tcp/22')])))
  const elements = Array.from({ length: 3000 }, (_, k) => `10.0.${k >> 8}.${k & 255} . ${k}`).join(', ')
  const concats = router(`ip saddr . tcp dport { ${elements} } ip daddr . tcp sport { ${elements} } accept`)
  const found = within(() => reviewed([concats], historyOf([use('198.51.100.7 > 192.0.2.20 tcp/22')])))
  assert.match(found.couldNotSee.join('\n'), /too many alternatives/)
})

test('a line that is too long is a rule of which nothing is known, a large set is read', () => {
  const long = router(`ip saddr { ${'10.0.0.1, '.repeat(200_000)}10.0.0.2 } accept`)
  assert.match(within(() => reviewed([long], undefined)).couldNotSee.join('\n'), /line that is too long, in: line 4/)
  const elements = Array.from({ length: 50_000 }, (_, k) => `10.${k >> 14}.${(k >> 6) & 255}.${4 * (k & 63)}`)
  const lines = Array.from(
    { length: 25_000 },
    (_, k) => `\t\t\t${elements[2 * k]}, ${elements[2 * k + 1]}${k === 24_999 ? ' }' : ','}`,
  )
  const set = `\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 203.0.113.5,\n${lines.join('\n')}\n\t}\n`
  const text = router('ip saddr @s tcp dport 22 accept').replace('\tchain', `${set}\tchain`)
  const found = within(() =>
    reviewed([text], historyOf([use('203.0.113.5 > 192.0.2.20 tcp/22'), use('10.0.0.4 > 192.0.2.20 tcp/22')])),
  )
  assert.equal(found.entrances[0]?.legitimate.sources, 2)
})

test('long lines, deep JSON, and escapes', () => {
  const nested = `{"nftables": [${'['.repeat(50_000)}${']'.repeat(50_000)}]}`
  const long = `*filter\n:INPUT DROP [0:0]\n-A INPUT -s ${'1'.repeat(2_000_000)} -j ACCEPT\n-A INPUT -m comment --comment "${'\\"'.repeat(20_000)}" -j ACCEPT\nCOMMIT\n`
  for (const text of [
    nested,
    long,
    '{"nftables": ',
    '',
    '\0'.repeat(100_000),
    'access-list '.repeat(100_000),
    '"'.repeat(200_000),
  ])
    within(() => readAll(text))
})

test('nothing but a ruleset or a problem comes of random changes to real ones', () => {
  const seeds = ['fixtures/review/asa.cfg', 'fixtures/review/edge.nft'].map((path) => readFileSync(path, 'utf8'))
  const cut = fc.tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(4000), fc.nat(40), fc.string({ maxLength: 12 })), { maxLength: 8 }),
  )
  fc.assert(
    fc.property(cut, ([seed, changes]) => {
      readAll(changes.reduce((text, [at, gone, more]) => text.slice(0, at) + more + text.slice(at + gone), seed))
    }),
    { seed: 5, numRuns: 300 },
  )
})

test('JSON of any shape is read without harm', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string({ maxLength: 5 }),
      fc.integer(),
      fc.constant(null),
      fc.constantFrom('ip', 'tcp', 'accept', '@s'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'match',
          'left',
          'right',
          'op',
          'payload',
          'set',
          'vmap',
          'key',
          'data',
          'concat',
          'range',
          'prefix',
          '__proto__',
          'elem',
        ),
        tie('any'),
        { maxKeys: 4 },
      ),
    ),
  })).any
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (expr) => {
      const chain = { family: 'inet', table: 't', name: 'c', hook: 'input', type: 'filter', prio: 0 }
      const rule = { family: 'inet', table: 't', chain: 'c', expr }
      readAll(
        JSON.stringify({ nftables: [{ chain }, { set: { ...chain, name: 's', elem: expr } }, { rule }, ...expr] }),
      )
    }),
    { seed: 6, numRuns: 1000 },
  )
})

test('what is not understood is said on the page', () => {
  const page = reviewText(reviewed([router('ip saddr 10.0.0.1 frobnicate 7 accept')], undefined), look)
  assert.match(page, /1 part of it not understood, such as: the statement frobnicate, in: ip saddr 10.0.0.1/)
})

test('every language has an id of its own and says what it reads', () => {
  const ids = languages.map(({ id }: Language) => id)
  assert.equal(new Set(ids).size, languages.length)
  for (const { about } of languages) assert.ok(about.length > 20)
})
