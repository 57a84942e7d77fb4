import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import type { Target } from '../src/respond/respond.ts'
import { block, change } from './target/change.ts'
import { crowdSecSettings } from './target/crowdsec.ts'
import { Lapi } from './target/lapi.ts'
import { inSeconds, never, openTarget, withFolder } from './target/open.ts'
import { Peer } from './target/peer.ts'
import { RealLapi, whyNoCrowdSec } from './target/real-lapi.ts'

async function withLapi(act: (target: Target, lapi: Lapi, peer: Peer, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const lapi = new Lapi()
    const peer = await Peer.start(lapi.answer)
    try {
      await act(await openTarget(await crowdSecSettings(folder, peer.url), folder), lapi, peer, folder)
    } finally {
      await peer.close()
    }
  })
}

const ours = block({ network: '203.0.113.7/32', until: inSeconds(600) })
const change1 = () => change({ add: [ours], at: Date.now() })
const manyBlocks = (count: number) =>
  Array.from({ length: count }, (_, i) => block({ network: `203.0.${i >> 8}.${i & 255}/32`, until: inSeconds(600) }))
const networks = async (target: Target) => (await target.list(never)).entries.map(({ network }) => network).sort()

test('crowdsec: one login serves many changes; a forgotten token is got anew, once', async () => {
  await withLapi(async (target, lapi) => {
    await target.apply(change1(), never)
    await target.apply(change({ remove: [ours], at: Date.now() }), never)
    assert.equal(lapi.logins, 1)
    lapi.token = 'another'
    assert.equal((await target.apply(change1(), never)).outcome, 'applied')
    assert.deepEqual([lapi.logins, await networks(target)], [2, ['203.0.113.7/32']])
  })
})

test('crowdsec: a machine or a bouncer that is not known is told with a hint, and no password', async () => {
  for (const file of ['password', 'key'])
    await withLapi(async (_, _lapi, peer, folder) => {
      const settings = await crowdSecSettings(folder, peer.url)
      await writeFile(join(folder, file), 'a wrong secret')
      const target = await openTarget(settings, folder)
      await assert.rejects(target.apply(change1(), never), (error: unknown) => {
        assert.ok(error instanceof Problem)
        assert.match(`${error.message} ${error.hint}`, /HTTP 403.*files with the secrets/)
        assert.ok(!JSON.stringify([error.message, error.hint]).includes('wrong'))
        return true
      })
    })
})

test('crowdsec: decisions of others on the same network stay; what bans no network is counted', async () => {
  await withLapi(async (target, lapi) => {
    const until = Date.now() + 3_600_000
    const theirs = {
      origin: 'cscli',
      type: 'ban',
      scope: 'Ip',
      value: '203.0.113.7',
      scenario: 'sweepwatch 5f3c',
      until,
    }
    lapi.add(theirs)
    lapi.add({ ...theirs, type: 'captcha' })
    lapi.add({ ...theirs, scope: 'Country', value: 'ZZ' })
    lapi.add({ ...theirs, value: 'no address' })
    await target.apply(change1(), never)
    assert.deepEqual(await networks(target), ['203.0.113.7/32', '203.0.113.7/32'])
    await target.apply(change({ remove: [ours], at: Date.now() }), never)
    const { entries, strange } = await target.list(never)
    assert.equal(entries.length, 1)
    assert.deepEqual(strange, ['3 decisions that ban no network'])
    assert.equal(lapi.kept.size, 4)
  })
})

test('crowdsec: of two plans on one network the longer one counts, and stays when the other goes', async () => {
  await withLapi(async (target, lapi) => {
    const other = block({ ...ours, plan: 'abcdef', until: inSeconds(3600) })
    await target.apply(change({ add: [ours], at: Date.now() }), never)
    await target.apply(change({ add: [other], desired: [ours, other], at: Date.now() }), never)
    assert.deepEqual(
      [...lapi.kept.values()].map(({ scenario }) => scenario),
      ['sweepwatch abcdef'],
    )
    await target.apply(change({ remove: [ours], desired: [other], at: Date.now() }), never)
    assert.deepEqual(await networks(target), ['203.0.113.7/32'])
  })
})

test('crowdsec: the new decision is there before the old one goes', async () => {
  await withLapi(async (target, _, peer) => {
    await target.apply(change1(), never)
    peer.heard.length = 0
    await target.apply(change({ add: [{ ...ours, until: inSeconds(60) }], at: Date.now() }), never)
    assert.deepEqual(
      peer.heard.map(({ method }) => method),
      ['GET', 'POST', 'DELETE'],
    )
  })
})

test('crowdsec: many blocks go in few requests', async () => {
  await withLapi(async (target, lapi, peer) => {
    await target.apply(change({ add: manyBlocks(2500), at: Date.now() }), never)
    assert.equal(peer.heard.filter(({ method }) => method === 'POST').length, 1 + 3)
    assert.equal(lapi.kept.size, 2500)
  })
})

const skip = whyNoCrowdSec() ?? false
test("crowdsec: CrowdSec's own local API takes, lists and forgets what it is told", { skip }, async () => {
  await withFolder(async (folder) => {
    const lapi = await RealLapi.start(folder)
    try {
      const target = await openTarget(await crowdSecSettings(folder, lapi.url), folder)
      const given = [
        ours,
        block({ network: '198.51.100.0/24', until: inSeconds(86_400) }),
        block({ network: '2001:db8:1::/64', until: inSeconds(3600) }),
        block({ network: '2001:db8:2::1/128', until: inSeconds(4) }),
      ]
      assert.equal((await target.apply(change({ add: given, at: Date.now() }), never)).outcome, 'applied')
      assert.equal((await target.apply(change({ add: given, at: Date.now() }), never)).outcome, 'already')
      const listed = await target.list(never)
      assert.deepEqual(listed.entries.map(({ network }) => network).sort(), given.map(({ network }) => network).sort())
      for (const { network, until } of listed.entries) {
        const wanted = given.find((each) => each.network === network)?.until as string
        assert.ok(Math.abs(Date.parse(until as string) - Date.parse(wanted)) <= 2000, `${network} ${until} ${wanted}`)
      }
      // CrowdSec's own tool sees the same.
      const said = lapi.cscli('decisions', 'list', '--origin', 'sweepwatch', '-o', 'json')
      for (const { network } of given) assert.ok(said.includes(network.replace(/\/(32|128)$/, '')), network)
      lapi.cscli('decisions', 'add', '--ip', '192.0.2.77', '--duration', '1h')
      await target.apply(change({ remove: [ours, ...given.slice(2)], desired: [given[1]!], at: Date.now() }), never)
      assert.deepEqual(await networks(target), ['192.0.2.77/32', '198.51.100.0/24'])
      await target.apply(change({ add: manyBlocks(1500), at: Date.now() }), never)
      assert.equal((await networks(target)).length, 1502)
    } finally {
      await lapi.close()
    }
  })
})
