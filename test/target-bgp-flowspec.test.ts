/** FlowSpec through a real ExaBGP, to a second one that says what it heard over BGP. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { targetSettings } from '../src/config/targets/registry.ts'
import type { Target } from '../src/respond/respond.ts'
import { readAdjRib } from '../src/respond/target/bgp-flowspec/adj-rib.ts'
import kind, { type BgpFlowspecSettings } from '../src/respond/target/bgp-flowspec.ts'
import { block, change } from './target/change.ts'
import { ExaBgpOfTest } from './target/exabgp.ts'
import { whyNoNamespaces } from './target/workplace.ts'

const skip = whyNoNamespaces('exabgp', 'mkfifo') ?? false
const never = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-flowspec-'))
let exabgp: ExaBgpOfTest
let target: Target
const openTarget = (given: object = {}): Promise<Target> =>
  kind.open(
    'edge',
    targetSettings.parse({ kind: 'bgp-flowspec', pipe: exabgp.pipe, ...given }) as BgpFlowspecSettings,
    join(folder, 'state'),
  )

before(async () => {
  if (skip !== false) return
  mkdirSync(join(folder, 'state'))
  exabgp = await ExaBgpOfTest.start(folder, true)
  target = await openTarget()
})
after(async () => {
  await exabgp?.remove()
  rmSync(folder, { recursive: true })
})

/** Waits until the second speaker heard a text so many times. */
async function hears(text: string, times = 1): Promise<void> {
  for (let k = 0; k < 150; k++) {
    if (exabgp.heard().split(text).length > times) return
    await sleep(100)
  }
  assert.fail(`not heard: ${text}\n${exabgp.heard()}`)
}

const blocks = [
  block({ network: '203.0.113.7/32' }),
  block({ network: '198.51.100.0/24', direction: 'out', ports: [443, 22], protocol: 'tcp' }),
  block({ network: '2001:db8:1::/64', measure: 'throttle', rate: { perSecond: 10, burst: 20 } }),
]

test('what is announced is heard over BGP, with its rate; what is withdrawn, too', { skip }, async () => {
  await target.apply(change({ add: blocks, at: Date.now() }), never)
  await hears('"source-ipv4": [ "203.0.113.7/32" ], "string": "flow source-ipv4 203.0.113.7/32"')
  await hears('flow destination-ipv4 198.51.100.0/24 protocol =tcp source-port [ =22 =443 ]')
  await hears('flow source-ipv6 2001:db8:1::/64/0')
  await hears('"string": "rate-limit:15000"')
  assert.equal((await target.apply(change({ add: blocks, at: Date.now() }), never)).outcome, 'already')
  const before = exabgp.heard().split('withdraw').length
  await target.apply(change({ remove: blocks, at: Date.now() }), never)
  await hears('withdraw', before)
  assert.deepEqual((await target.list(never)).entries, [])
})

test('another rate is announced again; a block and a throttle of the same packets are one flow', { skip }, async () => {
  const slow = (perSecond: number) =>
    block({ network: '203.0.113.9/32', measure: 'throttle', rate: { perSecond, burst: 1 } })
  await target.apply(change({ add: [slow(10)], at: Date.now() }), never)
  await target.apply(change({ add: [slow(33)], at: Date.now() }), never)
  await hears('"string": "rate-limit:49500"')
  const full = block({ network: '203.0.113.9/32', plan: 'bbbb' })
  await target.apply(change({ add: [full], desired: [slow(33), full], at: Date.now() }), never)
  assert.equal((await target.list(never)).entries[0]?.measure, 'block')
  await target.apply(change({ remove: [full], desired: [slow(33)], at: Date.now() }), never)
  assert.deepEqual((await target.list(never)).entries[0]?.rate, { perSecond: 33, burst: 1 })
  await target.apply(change({ remove: [full, slow(33)], at: Date.now() }), never)
})

test('what does not fit is refused whole', { skip }, async () => {
  const small = await openTarget({ mostFlows: 2 })
  await assert.rejects(small.apply(change({ add: blocks, at: Date.now() }), never), /3 flows would be announced, and 2/)
  assert.deepEqual((await target.list(never)).entries, [])
})

test('what others announce in another form is counted, and answers that nobody read do no harm', { skip }, async () => {
  await exabgp.tell('announce flow route { match { source 203.0.113.1/32; fragment is-fragment; } then { discard; } }')
  const { strange, entries } = await target.list(never)
  assert.deepEqual([strange, entries], [['1 flow of another form than Sweepwatch makes'], []])
})

test('nothing but the words of ExaBGP is read', () => {
  const head = 'neighbor 192.0.2.2 local-ip 192.0.2.1 family-allowed in-open'
  const lines = [
    `${head} ipv4 flow flow source-ipv4 203.0.113.7/32 destination-port >1024 protocol =tcp extended-community rate-limit:0`,
    `${head} ipv4 flow flow source-ipv4 203.0.113.7/33 extended-community rate-limit:0`,
    `${head} ipv4 flow flow source-ipv4 203.0.113.7/32 extended-community redirect:1:1`,
    `${head} ipv4 unicast 203.0.113.0/24 next-hop self`,
  ]
  assert.deepEqual(readAdjRib(lines), { announced: [], odd: 3 })
})

test('ExaBGP takes the written preview as a configuration', { skip }, () => {
  const preview = readFileSync(join(import.meta.dirname, '../fixtures/target/bgp-flowspec/preview.txt'), 'utf8')
  const routes = preview.split('\n').flatMap((line) => /^announce flow route (.*)$/.exec(line)?.[1] ?? [])
  const named = routes.map((route, index) => `route r${index} ${route}`).join('\n')
  const file = join(folder, 'preview.conf')
  const family = 'family { ipv4 flow; ipv6 flow; }'
  const head = 'router-id 192.0.2.1; local-address 192.0.2.1; local-as 65000; peer-as 65000;'
  const check = (flows: string) => {
    writeFileSync(file, `neighbor 192.0.2.2 { ${head} ${family} flow { ${flows} } }\n`)
    return spawnSync('exabgp', ['--test', file], { env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` } })
  }
  assert.equal(check(named).status, 0, check(named).stdout.toString())
  assert.notEqual(check(named.replace('discard', 'discuss')).status, 0)
})
