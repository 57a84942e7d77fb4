import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import kind from '../src/respond/target/pf.ts'
import { block, change } from './target/change.ts'
import { pfOfTest } from './target/pf.ts'

const never = new AbortController().signal
const root = mkdtempSync(join(tmpdir(), 'sweepwatch-pf-'))
after(() => rmSync(root, { recursive: true }))

async function open(anchor: string | null = null) {
  const folder = mkdtempSync(join(root, 'pf-'))
  mkdirSync(join(folder, 'state'))
  const pf = pfOfTest(folder)
  const settings = { kind: 'pf', command: pf.command, table: 'sweepwatch', anchor } as const
  return { pf, target: await kind.open('edge', settings, join(folder, 'state')) }
}

const one = block({ network: '203.0.113.7/32', direction: 'both' })

test('pf: words and lines are those of pfctl, and open states are ended', async () => {
  const { pf, target } = await open('edge/scans')
  const { outcome, detail } = await target.apply(change({ add: [one], at: Date.now() }), never)
  assert.deepEqual([outcome, detail], ['applied', '2 entries added, 0 removed'])
  assert.deepEqual(pf.calls(), [
    '-a edge/scans -t sweepwatch_in -v -T show',
    '-a edge/scans -t sweepwatch_in -q -T add -f -',
    '-a edge/scans -t sweepwatch_out -v -T show',
    '-a edge/scans -t sweepwatch_out -q -T add -f -',
    '-q -k 203.0.113.7/32',
    '-q -k 0.0.0.0/0 -k 203.0.113.7/32',
  ])
})

test('pf: without its rule, or switched off, a table drops nothing, and this is told', async () => {
  const { pf, target } = await open()
  await target.apply(change({ add: [one], at: Date.now() }), never)
  const { intact, entries } = await target.list(never)
  assert.deepEqual([intact, entries.map(({ direction, dropped }) => [direction, dropped])], [true, [['both', 8]]])
  appendFileSync(join(pf.place, 'sweepwatch_in.table'), '!203.0.113.9\n')
  writeFileSync(
    join(pf.place, 'rules.txt'),
    'pass quick from <sweepwatch_in> to any\nblock drop out quick from any to <sweepwatch_out>\n',
  )
  writeFileSync(join(pf.place, 'info.txt'), 'Status: Disabled for 0 days 01:00:00\n')
  const broken = await target.list(never)
  assert.equal(broken.intact, false)
  assert.deepEqual(broken.strange, [
    'pf is disabled',
    '1 exception in <sweepwatch_in>',
    'no rule drops <sweepwatch_in>',
  ])
})

test('pf: what another plan still wants stays', async () => {
  const { target } = await open()
  const other = block({ network: '203.0.113.7/32', plan: 'bbbb' })
  await target.apply(change({ add: [one, other], at: Date.now() }), never)
  await target.apply(change({ remove: [one], desired: [other], at: Date.now() }), never)
  assert.deepEqual(
    (await target.list(never)).entries.map(({ direction }) => direction),
    ['in'],
  )
})

test('pf: of very many the states are left, and it says so', async () => {
  const { pf, target } = await open()
  const many = Array.from({ length: 257 }, (_, k) => block({ network: `198.51.${100 + (k >> 8)}.${k & 255}/32` }))
  const { detail } = await target.apply(change({ add: many, at: Date.now() }), never)
  assert.equal(detail, '257 entries added, 0 removed; open states were left')
  assert.equal(pf.calls().filter((call) => call.includes('-k')).length, 0)
})
