/** Small changes of nftables: what they leave alone, and that none of them lists the elements that stand. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Block, GuardedBlock } from '../src/respond/respond.ts'
import kind from '../src/respond/target/nftables.ts'
import { block, change } from './target/change.ts'
import { openLab } from './target/open-lab.ts'

const never = new AbortController().signal
let log = ''
let command: readonly string[] = []
const { lab, target, skip } = openLab('nftables', [], ({ router: { folder, namespace } }) => {
  log = join(folder, 'asked')
  const path = join(folder, 'nft-that-tells')
  writeFileSync(path, `#!/bin/sh\necho "$*" >> ${log}\nexec ip netns exec ${namespace.name} nft "$@"\n`)
  chmodSync(path, 0o755)
  command = [path]
  return { kind: 'nftables', command }
})

const nft = (...words: string[]) => lab().router.run(['nft', ...words])
const inSeconds = (seconds: number) => new Date(Date.now() + 1000 * seconds).toISOString().replace(/\..*/, 'Z')
const made = (given: Partial<Block> & { network: string }) => block({ until: inSeconds(600), ...given })
const apply = (add: readonly GuardedBlock[], rest: Partial<Parameters<typeof change>[0]> = {}) =>
  target().apply(change({ add, at: Date.now(), ...rest }), never)
const entries = async () => (await target().list(never)).entries
const ends = async () =>
  (await entries()).map(({ until }) => until && Math.round((Date.parse(until) - Date.now()) / 1e4))
const shoot = (sources: readonly string[] = ['203.0.113.7'], to = '192.0.2.9', port = 53) =>
  lab().shoot({ from: 'outside', sources, to, port, count: 5 * sources.length })

/** How often all elements were listed, and how often anything was asked at all. */
async function asked(act: () => Promise<unknown>): Promise<{ readonly dumps: number; readonly runs: number }> {
  rmSync(log, { force: true })
  await act()
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []
  const isFrugal = (line: string) => /^-j (-n -t list ruleset inet|-f -)$/.test(line)
  return { dumps: lines.filter((line) => !isFrugal(line)).length, runs: lines.length }
}
const frugal = { dumps: 0, runs: 2 }

/** With an empty table that stands. */
async function fresh(): Promise<void> {
  nft('flush ruleset')
  await apply([])
  await target().list(never)
}

test('nftables: a block comes, is renewed longer and shorter, and goes, and nothing is listed', { skip }, async () => {
  await fresh()
  const ours = (seconds: number) => [made({ network: '203.0.113.7/32', until: inSeconds(seconds) })]
  assert.deepEqual(await asked(() => apply(ours(600))), frugal)
  assert.deepEqual([shoot(), await ends()], [[0], [60]])
  assert.deepEqual(await asked(() => apply(ours(6000))), frugal)
  assert.deepEqual([shoot(), await ends()], [[0], [600]])
  assert.deepEqual(await asked(() => apply(ours(60))), frugal)
  assert.deepEqual([shoot(), await ends()], [[0], [6]])
  assert.deepEqual(await asked(() => apply([], { remove: ours(60) })), frugal)
  assert.deepEqual([shoot(), await entries()], [[5], []])
  assert.deepEqual(await asked(() => apply([], { remove: ours(60) })), frugal)
})

test('nftables: what others block for longer is found without knowing of it, and stays', { skip }, async () => {
  await fresh()
  nft('add element inet sweepwatch block_in4 { 203.0.113.7 comment "theirs" }')
  for (const seconds of [600, 6000, 60]) {
    const ours = [made({ network: '203.0.113.7/32', until: inSeconds(seconds) })]
    assert.equal((await apply(ours)).outcome, 'already')
    assert.deepEqual(await ends(), [null])
  }
  await apply([], { remove: [made({ network: '203.0.113.7/32' })] })
  assert.match(nft('list set inet sweepwatch block_in4'), /203\.0\.113\.7 counter packets 0 bytes 0 comment "theirs"/)
  const neighbours = ['203.0.113.7/32', '203.0.113.8/32'].map((network) => made({ network }))
  assert.equal((await apply(neighbours)).detail, '1 element added, 0 renewed, 0 removed')
  await apply([], { remove: neighbours })
  assert.deepEqual(await ends(), [null])
})

test('nftables: IPv6, ports and throttles, with sets of their own, and nothing is listed', { skip }, async () => {
  await fresh()
  const six = ['2001:db8:1::7', '2001:db8:1::8']
  const slow = (perSecond: number) =>
    made({ network: '203.0.113.0/24', measure: 'throttle', rate: { perSecond, burst: 1 } })
  const net = made({ network: '2001:db8:1::/64' })
  const ports = made({ network: '203.0.113.7/32', ports: [53, 123], protocol: 'udp' })
  assert.deepEqual(await asked(() => apply([net, ports])), frugal)
  assert.deepEqual([shoot(six, '2001:db8:2::9'), shoot(), shoot(undefined, undefined, 124)], [[0, 0], [0], [5]])
  assert.deepEqual(await asked(() => apply([], { remove: [net, ports] })), frugal)
  assert.deepEqual([shoot(six, '2001:db8:2::9'), shoot()], [[5, 5], [5]])
  assert.deepEqual(await asked(() => apply([slow(1)])), frugal)
  assert.deepEqual(shoot(), [1])
  assert.deepEqual(await asked(() => apply([slow(10_000)])), frugal)
  assert.deepEqual(
    (await entries()).map(({ rate }) => rate?.perSecond),
    [10_000],
  )
  const { intact, strange } = await target().list(never)
  assert.deepEqual([intact, strange], [true, []])
})

test('nftables: a throttle of another rate that it did not know of gives way', { skip }, async () => {
  await fresh()
  const slow = (perSecond: number) =>
    made({ network: '203.0.113.7/32', measure: 'throttle', rate: { perSecond, burst: 1 } })
  await apply([slow(1)])
  const other = await kind.open('edge', { kind: 'nftables', command }, lab().router.folder)
  await other.apply(change({ add: [slow(5)], at: Date.now() }), never)
  assert.deepEqual(
    (await entries()).map(({ rate }) => rate?.perSecond),
    [5],
  )
})

test('nftables: without a table, or a set of it, the change makes it', { skip }, async () => {
  for (const damage of [
    'delete table inet sweepwatch',
    'flush chain inet sweepwatch in; delete set inet sweepwatch block_in4',
    'flush chain inet sweepwatch in',
  ]) {
    await fresh()
    await apply([made({ network: '203.0.113.8/32' })])
    nft(damage)
    assert.match((await apply([made({ network: '203.0.113.7/32' })])).detail, /^table (made|mended); /)
    assert.deepEqual([shoot(), (await target().list(never)).intact], [[0], true])
  }
})

test('nftables: what others took away comes back when it is renewed, and its removal is no error', {
  skip,
}, async () => {
  await fresh()
  const blocks = ['203.0.113.7/32', '203.0.113.8/32'].map((network) => made({ network }))
  await apply(blocks)
  nft('flush set inet sweepwatch block_in4')
  assert.equal((await apply(blocks)).detail, '2 elements added, 0 renewed, 0 removed')
  nft('flush set inet sweepwatch block_in4')
  const longer = [made({ network: '203.0.113.7/32', until: inSeconds(900) })]
  await apply(longer, { remove: blocks.slice(1) })
  assert.deepEqual([shoot(['203.0.113.7', '203.0.113.8']), await ends()], [[0, 5], [90]])
})

test('nftables: killed at any moment, a change is whole or not there, and can be done again', { skip }, async () => {
  await fresh()
  const [old, young] = [0, 1].map((third) =>
    Array.from({ length: 500 }, (_, k) => made({ network: `10.${third}.${k >> 8}.${k & 255}/32` })),
  ) as [GuardedBlock[], GuardedBlock[]]
  const outcomes = new Set<string>()
  for (let waitMs = 10; waitMs <= 150; waitMs += 20) {
    await apply(old, { remove: young })
    const asked = change({ add: young, remove: old, at: Date.now() })
    await target()
      .apply(asked, AbortSignal.timeout(waitMs))
      .catch(() => outcomes.add('killed'))
    const found = (await entries()).map(({ network }) => network.slice(0, 5))
    assert.deepEqual([found.length, new Set(found).size], [500, 1])
    await target().apply(asked, never)
    assert.deepEqual([...new Set((await entries()).map(({ network }) => network.slice(0, 5)))], ['10.1.'])
  }
  assert.ok(outcomes.has('killed'))
})

test('nftables: another process that knows nothing lists once, and does the same', { skip }, async () => {
  await fresh()
  const blocks = ['203.0.113.7/32', '203.0.113.8/32'].map((network) => made({ network }))
  await apply(blocks)
  const other = await kind.open('edge', { kind: 'nftables', command }, lab().router.folder)
  const removal = change({ remove: blocks.slice(1), desired: blocks.slice(0, 1), at: Date.now() })
  assert.deepEqual((await asked(() => other.apply(removal, never))).dumps, 1)
  assert.deepEqual(shoot(['203.0.113.7', '203.0.113.8']), [0, 5])
})
