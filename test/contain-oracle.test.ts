/** The guard against 100,000 generated plans. Whether a protected address is in a rendered rule is asked of nft and ipset themselves. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { untouchable } from './contain-arbitrary.ts'
import { guarded, now, Oracle } from './contain-oracle.ts'
import { everyTarget, givenTo, networksIn } from './contain-rendered.ts'
import { seed } from './fuzz-seed.ts'
import { whyNoNamespaces } from './target/workplace.ts'

const plans = 100_000
const batch = 4000
const skip = whyNoNamespaces('nft', 'ipset') ?? false
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-oracle-'))
after(() => rmSync(folder, { recursive: true }))

function onlyInOne(one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] {
  return [...[...one].filter((each) => !other.has(each)), ...[...other].filter((each) => !one.has(each))]
}

describe('the guard, with nft and ipset as the oracle', { skip }, () => {
  let oracle: Oracle

  before(() => {
    oracle = new Oracle(folder)
  })
  after(() => {
    oracle?.remove()
  })

  test(`of ${plans} plans, no protected address is in what any target renders`, async () => {
    const targets = await everyTarget(folder)
    const rendered = new Set<string>()
    const blocks = { passed: 0, refused: 0 }
    for (let k = 0; k < plans / batch; k++) {
      const { passed, refused } = guarded(batch, seed + k)
      blocks.passed += passed.length
      blocks.refused += refused
      for (const each of targets) {
        const add = givenTo(each, passed)
        const found = networksIn(each.target.preview({ add, remove: [], desired: add, at: now }))
        const wanted = new Set(add.map(({ network }) => network))
        assert.deepEqual(onlyInOne(found, wanted), [], each.id)
        for (const network of found) rendered.add(network)
      }
    }
    assert.ok(blocks.passed > plans / 4 && blocks.refused > plans / 4, JSON.stringify(blocks))
    const blocked = [...rendered].slice(0, 20).map((network) => network.replace(/\/.*/, ''))
    const found = oracle.found(rendered, [...blocked, ...untouchable])
    assert.deepEqual(found.toSorted(), blocked.flatMap((address) => [`ipset ${address}`, `nft ${address}`]).toSorted())
  })

  test('one block that no guard saw is found by both', () => {
    const loose = ['45.8.0.0/15', '2001:db8:2:1::/64']
    const asked = untouchable.filter((address) => /^(45\.9\.|192\.0\.2\.)/.test(address))
    const inside = asked.filter((address) => address.startsWith('45.'))
    assert.ok(inside.length > 5)
    assert.deepEqual(
      oracle.found(loose, asked),
      ['ipset', 'nft'].flatMap((tool) => inside.map((address) => `${tool} ${address}`)),
    )
  })
})
