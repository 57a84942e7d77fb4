import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import { placeOf } from '../src/respond/target/nftables/set-spec.ts'
import kind from '../src/respond/target/nftables.ts'
import { piecesOf } from '../src/respond/target/piece.ts'
import { block, change } from './target/change.ts'
import { openLab } from './target/open-lab.ts'

const never = new AbortController().signal
const { lab, target, skip } = openLab('nftables', [], (made) => ({ kind: 'nftables', ...made.router.tool('nft') }))
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-nftables-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'state'))

const nft = (...words: string[]) => lab().router.run(['nft', ...words])
const until = () => new Date(Date.now() + 600_000).toISOString().replace(/\..*/, 'Z')
const shoot = () => lab().shoot({ from: 'outside', sources: ['203.0.113.7'], to: '192.0.2.9', port: 53, count: 10 })[0]
const apply = (blocks: ReturnType<typeof block>[]) => target().apply(change({ add: blocks, at: Date.now() }), never)

test('nftables: nft itself takes the preview that is written down', { skip }, () => {
  const file = join(import.meta.dirname, '../fixtures/target/nftables/preview.txt')
  nft('-c', '-j', '-f', file)
})

test('nftables: other tables neither undo it nor are touched', { skip }, async () => {
  nft('add table inet other; add chain inet other early { type filter hook prerouting priority -400; }')
  nft('add rule inet other early counter accept; add set inet other sweepwatch { type ipv4_addr; }')
  const before = nft('list', 'table', 'inet', 'other').replace(/packets \d+ bytes \d+/g, '')
  const blocks = [block({ network: '203.0.113.7/32', until: until() })]
  await apply(blocks)
  assert.equal(shoot(), 0)
  await target().apply(change({ remove: blocks, at: Date.now() }), never)
  assert.equal(nft('list', 'table', 'inet', 'other').replace(/packets \d+ bytes \d+/g, ''), before)
  nft('delete', 'table', 'inet', 'other')
})

const damages: readonly (readonly [string, string])[] = [
  ['rules are gone', 'flush chain inet sweepwatch in'],
  ['a rule lets all pass', 'insert rule inet sweepwatch in accept'],
  ['a chain is gone', 'flush chain inet sweepwatch in; delete chain inet sweepwatch in'],
  [
    'a chain hangs elsewhere',
    'flush chain inet sweepwatch in; delete chain inet sweepwatch in; add chain inet sweepwatch in { type filter hook input priority 10; }; add rule inet sweepwatch in ip saddr @block_in4 drop',
  ],
  ['a chain drops all', 'add chain inet sweepwatch in { policy drop; }'],
  ['a set is gone', 'flush chain inet sweepwatch out; delete set inet sweepwatch block_out6'],
  [
    'a set has no counters',
    'flush chain inet sweepwatch out; delete set inet sweepwatch block_out6; add set inet sweepwatch block_out6 { type ipv6_addr; flags timeout; }; add rule inet sweepwatch out ip daddr @block_out4 drop; add rule inet sweepwatch out ip6 daddr @block_out6 drop',
  ],
]

for (const [what, commands] of damages) {
  test(`nftables: ${what}: told, mended, and the elements and their counters stay`, { skip }, async () => {
    const blocks = [block({ network: '203.0.113.7/32', until: until() })]
    await apply(blocks)
    assert.equal(shoot(), 0)
    nft(commands)
    const broken = await target().list(never)
    assert.deepEqual([broken.intact, broken.entries.map(({ dropped }) => dropped)], [false, [10]])
    const { detail } = await apply([])
    assert.equal(detail, 'table mended; 0 elements added, 0 renewed, 0 removed')
    assert.equal(shoot(), 0)
    const mended = await target().list(never)
    assert.deepEqual([mended.intact, mended.entries.map(({ dropped }) => dropped)], [true, [20]])
    assert.equal((await apply(blocks)).outcome, 'already')
    await target().apply(change({ remove: blocks, at: Date.now() }), never)
  })
}

test('nftables: what others put into the table is told, and stays', { skip }, async () => {
  await apply([])
  nft('add chain inet sweepwatch theirs; add set inet sweepwatch theirs_too { type ipv4_addr; }')
  nft('add element inet sweepwatch block_in4 { 198.51.100.1 comment "\\033[2J10.0.0.1 limit" }')
  const ours = block({ network: '203.0.113.0/24', until: until() })
  await apply([ours])
  nft('add element inet sweepwatch block_in4_net24 { 198.51.100.9 }')
  const { intact, strange, entries } = await target().list(never)
  assert.equal(intact, true)
  assert.deepEqual(strange, [
    '2 chains or sets that Sweepwatch did not make',
    '1 element that no packet can match, or of another form',
  ])
  assert.deepEqual(
    entries.map((entry) => [entry.network, entry.until === null]),
    [
      ['198.51.100.1/32', true],
      ['203.0.113.0/24', false],
    ],
  )
  await target().apply(change({ remove: [ours], at: Date.now() }), never)
  assert.match(nft('list', 'table', 'inet', 'sweepwatch'), /198\.51\.100\.1 .*set theirs_too .*chain theirs /s)
  nft('delete', 'table', 'inet', 'sweepwatch')
})

test('nftables: what others block for longer is neither shortened nor taken away with ours', { skip }, async () => {
  await apply([])
  nft(
    'add element inet sweepwatch block_in4 { 203.0.113.7 comment "theirs", 203.0.113.8 timeout 60s comment "theirs" }',
  )
  const blocks = ['203.0.113.7/32', '203.0.113.8/32'].map((network) => block({ network, until: until() }))
  assert.equal((await apply(blocks)).detail, '0 elements added, 1 renewed, 0 removed')
  await target().apply(change({ remove: blocks, at: Date.now() }), never)
  const left = (await target().list(never)).entries.map(({ network, until: end }) => [network, end])
  assert.deepEqual(left, [['203.0.113.7/32', null]])
  nft('delete', 'table', 'inet', 'sweepwatch')
})

test('nftables: nft finds each block where placeOf says', { skip }, async () => {
  const blocks = [
    block({ network: '203.0.113.7/32', until: until(), direction: 'both' }),
    block({ network: '2001:db8::/33', until: until(), ports: [22, 80], protocol: 'tcp' }),
    block({ network: '192.0.2.128/25', until: until(), measure: 'throttle', rate: { perSecond: 7, burst: 5 } }),
  ]
  await apply(blocks)
  for (const piece of blocks.flatMap(piecesOf)) {
    const { set, element } = placeOf(piece)
    assert.match(nft(`get element inet sweepwatch ${set} { ${element} }`), /sweepwatch 5f3c09a1b2d4/)
  }
  await target().apply(change({ remove: blocks, at: Date.now() }), never)
})

test('nftables: without the right to, or without nft, it says what to do', { skip }, async () => {
  const state = join(folder, 'state')
  const inside = lab().router.namespace.inside(['setpriv', '--reuid', '65534', '--clear-groups', 'nft'])
  const cases = [
    [inside, /not permitted/, /CAP_NET_ADMIN.*sudo/],
    [['/nowhere/nft'], /no program \/nowhere\/nft/, /Install it/],
    [['sh', '-c', 'exec nowhere-nft', 'sh'], /not found/, /install it/],
    [['sh', '-c', 'echo "{}"'], /something other than its JSON/, /JSON support/],
    [['sh', '-c', 'kill -9 $$'], /was killed/, undefined],
  ] as const
  for (const [command, said, hint] of cases) {
    const poor = await kind.open('edge', { kind: 'nftables', command }, state)
    await assert.rejects(poor.apply(change({ at: Date.now() }), never), (error: unknown) => {
      assert.ok(error instanceof Problem)
      assert.match(error.message, said)
      if (hint) assert.match(error.hint ?? '', hint)
      return true
    })
  }
})

test('nftables: a tool that hangs is ended by the signal', async () => {
  const hanging = await kind.open('edge', { kind: 'nftables', command: ['sleep', '60', '#'] }, join(folder, 'state'))
  const slow = await kind.open('edge', { kind: 'nftables', command: ['sh', '-c', 'sleep 60'] }, join(folder, 'state'))
  await assert.rejects(slow.list(AbortSignal.timeout(200)), { name: 'TimeoutError' })
  await assert.rejects(hanging.list(never), { code: 'target' })
})
