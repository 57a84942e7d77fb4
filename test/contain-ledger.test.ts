/** The ledger: append-only, chained, and told when it was changed; plans are what its entries make of them. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { genesis } from '../src/base/chain.ts'
import { checkChain, hashOf, type StoredEntry } from '../src/respond/ledger/chain.ts'
import { proposed } from '../src/respond/plan/decide.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { databasePath } from '../src/store/database.ts'
import { ann, approve, caseWith, drafts, emptyLedger, source } from './contain-case.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const word = { author: ann, reason: 'a test', now, policy: null }
const plan = drafts(caseWith())[0] as Plan
const named = (id: string): Plan => ({ ...plan, id })

describe('the ledger', () => {
  test('chains what is written, and finds it as it was', () => {
    const { ledger } = emptyLedger()
    assert.deepEqual(ledger.verify(), { entries: 0, head: genesis })
    approve(ledger, plan, now)
    const { hash, seq } = ledger.head()
    assert.equal(seq, 2)
    ledger.append([proposed(named('00000000000b'), word)])
    const { entries, head, broken, anchor } = ledger.verify(hash)
    assert.deepEqual([entries, broken, anchor, head], [3, undefined, 2, ledger.head().hash])
  })

  test('cannot be changed or shortened by SQL', () => {
    const { ledger } = emptyLedger()
    approve(ledger, plan, now)
    assert.throws(() => ledger.database.exec("UPDATE ledger_entry SET reason = 'x'"), /never changed/)
    assert.throws(() => ledger.database.exec('DELETE FROM ledger_entry'), /never shortened/)
  })

  for (const [what, sql] of [
    ['a changed reason', "UPDATE ledger_entry SET reason = 'x' WHERE seq = 2"],
    ['a changed author', "UPDATE ledger_entry SET author = 'bob' WHERE seq = 2"],
    ['a changed body', "UPDATE ledger_entry SET body = replace(body, 'block', 'throttle') WHERE seq = 1"],
    ['a changed hash', "UPDATE ledger_entry SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE seq = 1"],
    ['an entry taken out', 'DELETE FROM ledger_entry WHERE seq = 1'],
    ['the end cut off', 'DELETE FROM ledger_entry WHERE seq = 3'],
    [
      'two entries swapped',
      'UPDATE ledger_entry SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq < 3; UPDATE ledger_entry SET seq = -seq WHERE seq < 0',
    ],
  ] as const) {
    test(`${what} is found, whoever took the triggers away`, () => {
      const { ledger, folder } = emptyLedger()
      approve(ledger, plan, now)
      ledger.append([proposed(named('00000000000b'), word)])
      const noted = ledger.head().hash
      const other = new DatabaseSync(databasePath(folder))
      other.exec(`DROP TRIGGER ledger_entry_kept; DROP TRIGGER ledger_entry_kept_as_it_is; ${sql}`)
      other.close()
      assert.notEqual(ledger.verify(noted).broken, undefined)
    })
  }

  test('no two different entries are hashed as the same bytes', () => {
    const text = fc.string({ maxLength: 12 })
    const entry = fc.record({
      seq: fc.nat(),
      at: text,
      author: text,
      login: text,
      reason: text,
      plan: text,
      body: text,
    })
    fc.assert(
      fc.property(entry, entry, (one, two) => {
        const isSame = JSON.stringify(one) === JSON.stringify(two)
        assert.equal(hashOf(genesis, one) === hashOf(genesis, two), isSame)
      }),
    )
    const shifted = { seq: 1, at: '', author: 'ab', login: 'c', reason: '', plan: '', body: '' }
    assert.notEqual(hashOf(genesis, shifted), hashOf(genesis, { ...shifted, author: 'a', login: 'bc' }))
  })

  test('a chain that was wholly written anew is told by a hash that was noted', () => {
    const part = { at: '', author: 'a', login: 'a', reason: '', plan: '', body: '{}' }
    const chain = (reasons: readonly string[]): StoredEntry[] => {
      let hash = genesis
      return reasons.map((reason, k) => {
        const entry = { ...part, seq: k + 1, reason }
        hash = hashOf(hash, entry)
        return { ...entry, hash }
      })
    }
    const noted = chain(['one', 'two'])[1]?.hash
    assert.equal(checkChain(chain(['one', 'two', 'three']), noted).anchor, 2)
    assert.match(checkChain(chain(['one', 'TWO', 'three']), noted).broken?.why ?? '', /written anew/)
  })

  test('several processes write at once, and the chain holds', async () => {
    const { ledger, folder } = emptyLedger()
    const script = `
      import { LedgerStore } from ${JSON.stringify(join(import.meta.dirname, '../src/store/ledger-store.ts'))}
      import { CaseStore } from ${JSON.stringify(join(import.meta.dirname, '../src/store/case-store.ts'))}
      const ledger = new LedgerStore(CaseStore.open(process.argv[1]).database)
      const author = { name: 'x', login: 'x' }
      for (let k = 0; k < 25; k++)
        ledger.append([{ at: '', author, reason: process.argv[2] + k, plan: '', body: { kind: 'restored', target: 't', blocks: k } }])`
    const codes = await Promise.all(
      ['a', 'b', 'c'].map((name) => {
        const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, folder, name], {
          stdio: ['ignore', 'ignore', 'inherit'],
        })
        return new Promise((resolve) => child.on('close', resolve))
      }),
    )
    assert.deepEqual(codes, [0, 0, 0])
    const { entries, broken } = ledger.verify()
    assert.deepEqual([entries, broken], [75, undefined])
  })
})

describe('plans in the ledger', () => {
  test('are found by the beginning of their id, and wrong words are told', () => {
    const { ledger } = emptyLedger()
    approve(ledger, named('abcdef000001'), now)
    approve(ledger, named('abcdef000002'), now)
    assert.equal(ledger.find('abcdef000001').plan.id, 'abcdef000001')
    assert.throws(() => ledger.find('abcdef'), { code: 'several-plans' })
    for (const wrong of ['ffff', '%', "' OR 1=1", '']) assert.throws(() => ledger.find(wrong), /no plan|several/)
  })

  test('count how often a network was blocked, and which are blocked now', () => {
    const { ledger } = emptyLedger()
    const network = `${source}/32`
    assert.equal(ledger.earlier(network).count, 0)
    approve(ledger, named('abcdef000001'), now)
    assert.deepEqual(ledger.earlier(network), { count: 1, until: '2026-11-28T16:00:00Z' })
    assert.deepEqual([ledger.contains(network, now), ledger.active(now)], [true, 1])
    assert.deepEqual([ledger.contains(network, now + 5 * 3600e3), ledger.active(now + 5 * 3600e3)], [false, 0])
  })

  test('a proposal that nobody approved has blocked nothing', () => {
    const { ledger } = emptyLedger()
    ledger.append([proposed(plan, word)])
    assert.deepEqual([ledger.earlier(`${source}/32`).count, ledger.active(now)], [0, 0])
    assert.deepEqual(ledger.list({ isLive: true }), [])
    assert.equal(ledger.list({ status: 'proposed' }).length, 1)
  })
})
