/** What every firewall of a host must do with real packets. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Block, GuardedBlock } from '../../src/respond/respond.ts'
import { block, change } from './change.ts'
import type { Shots } from './lab.ts'
import type { OpenLab } from './open-lab.ts'

const never = new AbortController().signal
const [attacker, neighbour, server] = ['203.0.113.7', '203.0.113.8', '192.0.2.9']
const outside6 = [7, 8, 9, 10].map((host) => `2001:db8:1::${host}`)
const server6 = '2001:db8:2::9'

type Given = Partial<Block> & { readonly network: string }

export function packetTests({ id, lab, target, skip }: OpenLab): void {
  const inSeconds = (seconds: number) => new Date(Date.now() + 1000 * seconds).toISOString().replace(/\..*/, 'Z')
  const until = () => inSeconds(600)

  /** With just these blocks in force. */
  async function under(given: readonly Given[], act: (blocks: readonly GuardedBlock[]) => Promise<void>) {
    const blocks = given.map((each) => block({ until: until(), ...each }))
    await target().apply(change({ add: blocks, at: Date.now() }), never)
    try {
      await act(blocks)
    } finally {
      await target().apply(change({ remove: blocks, at: Date.now() }), never)
    }
    assert.deepEqual((await target().list(never)).entries, [])
  }

  const inward = { from: 'outside', to: server, port: 53, count: 20 } as const
  const shoot = (shots: Partial<Shots>) => lab().shoot({ ...inward, sources: [attacker], ...shots })
  const dropped = async () => (await target().list(never)).entries.map((entry) => entry.dropped)

  test(`${id}: before any block, packets pass in both directions and families`, { skip }, () => {
    assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [10, 10])
    assert.deepEqual(shoot({ from: 'inside', sources: [server], to: attacker }), [20])
    assert.deepEqual(shoot({ sources: outside6, to: server6 }), [5, 5, 5, 5])
  })

  test(`${id}: one address is kept out and counted, its neighbour not; released, it passes`, { skip }, async () => {
    await under([{ network: `${attacker}/32` }], async () => {
      assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [0, 10])
      assert.deepEqual(await dropped(), [10])
      assert.deepEqual(shoot({ from: 'inside', sources: [server], to: attacker }), [20])
    })
    assert.deepEqual(shoot({}), [20])
  })

  test(`${id}: outward, and both ways`, { skip }, async () => {
    const outward = { from: 'inside', sources: [server], to: attacker } as const
    await under([{ network: `${attacker}/32`, direction: 'out' }], async () => {
      assert.deepEqual([shoot({}), shoot(outward)], [[20], [0]])
    })
    await under([{ network: `${attacker}/32`, direction: 'both' }], async () => {
      assert.deepEqual([shoot({}), shoot(outward)], [[0], [0]])
      assert.deepEqual(await dropped(), [40])
    })
  })

  test(`${id}: single ports, of our side`, { skip }, async () => {
    const ports = { ports: [53, 123], protocol: 'udp' } as const
    await under([{ network: `${attacker}/32`, direction: 'both', ...ports }], async () => {
      assert.deepEqual([shoot({}), shoot({ port: 123 }), shoot({ port: 124 })], [[0], [0], [20]])
      const answer = { from: 'inside', sources: [server], to: attacker, port: 999 } as const
      assert.deepEqual([shoot({ ...answer, sourcePort: 53 }), shoot({ ...answer, sourcePort: 54 })], [[0], [20]])
    })
    await under([{ network: `${attacker}/32`, ports: [53], protocol: 'tcp' }], async () => {
      assert.deepEqual(shoot({}), [20])
    })
    await under([{ network: '203.0.113.0/29', ...ports }], async () => {
      assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [0, 10])
    })
    await under([{ network: '2001:db8:1::/64', ...ports }], async () => {
      assert.deepEqual(shoot({ sources: outside6, to: server6 }), [0, 0, 0, 0])
      assert.deepEqual(shoot({ sources: outside6, to: server6, port: 124 }), [5, 5, 5, 5])
    })
  })

  test(`${id}: networks within networks, each with an end of its own`, { skip }, async () => {
    const nested = [{ network: '203.0.113.0/24' }, { network: '203.0.113.0/29' }, { network: `${attacker}/32` }]
    const nested6 = [{ network: '2001:db8:1::/64' }, { network: '2001:db8:1::7/128' }, { network: '2001:db8::/32' }]
    await under([...nested, ...nested6], async (blocks) => {
      assert.equal((await target().list(never)).entries.length, 6)
      assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [0, 0])
      assert.deepEqual(shoot({ sources: outside6, to: server6 }), [0, 0, 0, 0])
      const [wide, , , wide6, , widest6] = blocks as GuardedBlock[]
      const gone = [wide, wide6, widest6] as GuardedBlock[]
      const desired = blocks.filter((each) => !gone.includes(each))
      await target().apply(change({ remove: gone, desired, at: Date.now() }), never)
      assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [0, 10])
      assert.deepEqual(shoot({ sources: outside6, to: server6 }), [0, 5, 5, 5])
    })
  })

  /** 20 packets a second and a burst of 10, for as long as it was sent. */
  function mustPass(packets: number): void {
    const expected = 10 + (20 * lab().tookMs) / 1000
    assert.ok(Math.abs(packets - expected) <= 4, `${packets} of ${expected} passed`)
  }

  test(`${id}: a throttle lets through its rate and burst, each source its own`, { skip }, async () => {
    const rate = { perSecond: 20, burst: 10 }
    const slow = { measure: 'throttle', rate } as const
    await under(
      [
        { network: `${attacker}/32`, ...slow },
        { network: `${neighbour}/32`, ...slow },
      ],
      async () => {
        const passed = shoot({ sources: [attacker, neighbour], count: 200, gapMs: 5 })
        for (const one of passed) mustPass(one)
        const counts = await dropped()
        assert.deepEqual(
          counts,
          passed.map((one) => 100 - one),
        )
      },
    )
  })

  test(`${id}: an IPv6 network is throttled as a whole`, { skip }, async () => {
    const slow = { measure: 'throttle', rate: { perSecond: 20, burst: 10 } } as const
    await under([{ network: '2001:db8:1::/64', ...slow }], async () => {
      const passed = shoot({ sources: outside6, to: server6, count: 200, gapMs: 5 })
      const all = passed.reduce((sum, one) => sum + one)
      mustPass(all)
    })
  })

  test(`${id}: what ends, ends by itself; a longer end is kept, a shorter one too`, { skip }, async () => {
    const ending = block({ network: `${attacker}/32`, until: inSeconds(2) })
    const longer = block({ network: `${neighbour}/32`, until: inSeconds(2) })
    await target().apply(change({ add: [ending, longer], at: Date.now() }), never)
    const renewed = { ...longer, until: until() } as GuardedBlock
    await target().apply(change({ add: [renewed], desired: [ending, renewed], at: Date.now() }), never)
    assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [0, 0])
    await sleep(2200)
    assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [10, 0])
    const shortened = { ...longer, until: inSeconds(2) } as GuardedBlock
    await target().apply(change({ add: [shortened], at: Date.now() }), never)
    await sleep(2200)
    assert.deepEqual(shoot({ sources: [attacker, neighbour] }), [10, 10])
  })

  test(`${id}: what two plans want stays until the last of them gives it up`, { skip }, async () => {
    const [one, two] = ['aaaa', 'bbbb'].map((plan, index) =>
      block({ network: `${attacker}/32`, until: inSeconds(600 + 100 * index), plan }),
    ) as [GuardedBlock, GuardedBlock]
    await target().apply(change({ add: [one, two], at: Date.now() }), never)
    await target().apply(change({ remove: [two], desired: [one], at: Date.now() }), never)
    const [entry] = (await target().list(never)).entries
    assert.ok(Math.abs(Date.parse(entry?.until ?? '') - Date.parse(one.until)) <= 2000)
    assert.deepEqual(shoot({}), [0])
    await target().apply(change({ remove: [one], at: Date.now() }), never)
    assert.deepEqual(shoot({}), [20])
  })

  test(`${id}: another rate takes the place of the one before`, { skip }, async () => {
    const slow = (perSecond: number) =>
      block({ network: `${attacker}/32`, until: until(), measure: 'throttle', rate: { perSecond, burst: 5 } })
    await target().apply(change({ add: [slow(1)], at: Date.now() }), never)
    await target().apply(change({ add: [slow(1000)], at: Date.now() }), never)
    const { entries } = await target().list(never)
    assert.deepEqual(
      entries.map(({ rate }) => rate),
      [{ perSecond: 1000, burst: 5 }],
    )
    assert.deepEqual(shoot({ gapMs: 5 }), [20])
    await target().apply(change({ remove: [slow(1000)], at: Date.now() }), never)
  })
}
