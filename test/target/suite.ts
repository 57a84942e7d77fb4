import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '../../src/base/problem.ts'
import { targetSettings } from '../../src/config/targets/registry.ts'
import type { Block, Capabilities, Change, GuardedBlock, Listed, Target } from '../../src/respond/respond.ts'
import { targetKinds } from '../../src/respond/target/registry.ts'
import { block, change, readChange } from './change.ts'
import { inSeconds, never, openTarget } from './open.ts'
import type { Bench } from './sample.ts'
import { samples } from './samples.ts'

const root = mkdtempSync(join(tmpdir(), 'sweepwatch-targets-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** Opens a target of a kind before its counterpart, and does something with it. */
async function withTarget(
  context: TestContext,
  id: string,
  act: (target: Target, bench: Bench) => Promise<void>,
): Promise<void> {
  const sample = samples[id]!
  const missing = sample.missing?.()
  if (missing !== undefined) return context.skip(missing)
  const folder = mkdtempSync(join(root, `${id}-`))
  const bench = await sample.open(folder)
  try {
    const target = await openTarget(bench.settings, folder)
    try {
      await act(target, bench)
    } finally {
      await target.close()
    }
  } finally {
    await bench.close()
  }
}

/** One block of each sort that the target can. */
function everySort({ can }: Target, until: string): GuardedBlock[] {
  const sorts: (false | (Partial<Block> & { network: string }))[] = [
    { network: '203.0.113.7/32' },
    { network: '198.51.100.0/24' },
    can.v6 && { network: '2001:db8:1::/64' },
    can.v6 && { network: '2001:db8:2::1/128' },
    can.ports && { network: '203.0.113.9/32', ports: [22, 443], protocol: 'tcp' },
    can.ports && can.v6 && { network: '2001:db8:3::/64', ports: [53], protocol: 'udp' },
    can.direction && { network: '203.0.113.10/32', direction: 'out' },
    can.direction && { network: '203.0.113.11/32', direction: 'both' },
    can.throttle && { network: '203.0.113.12/32', measure: 'throttle', rate: { perSecond: 10, burst: 20 } },
    can.throttle && can.v6 && { network: '2001:db8:4::/64', measure: 'throttle', rate: { perSecond: 5, burst: 5 } },
  ]
  return sorts.filter((sort) => sort !== false).map((sort) => block({ until, ...sort }))
}

/** What of an entry can be compared: without a direction of its own a target says what its product does, without ends none. */
function compared(can: Capabilities, entry: Block | Listed): object {
  const { network, measure, rate, ports, protocol, direction, until } = entry
  return {
    network,
    measure,
    rate,
    ports: [...ports].sort((a, b) => a - b),
    protocol,
    ...(can.direction && { direction }),
    ...(until !== null && can.expire && { until: 0 }),
  }
}

const byNetwork = (a: { network: string }, b: { network: string }) => (a.network < b.network ? -1 : 1)

/** The target has the blocks, with their ends within two seconds, and nothing else of these networks. */
async function mustHave(target: Target, blocks: readonly GuardedBlock[]): Promise<void> {
  const { entries, intact } = await target.list(never)
  assert.equal(intact, true)
  const [found, wanted] = [[...entries].sort(byNetwork), [...blocks].sort(byNetwork)]
  assert.deepEqual(
    found.map((entry) => compared(target.can, entry)),
    wanted.map((entry) => compared(target.can, entry)),
  )
  for (const [index, { until }] of found.entries())
    if (until !== null)
      assert.ok(
        Math.abs(Date.parse(until) - Date.parse(wanted[index]!.until)) <= 2000,
        `${until} ${wanted[index]!.until}`,
      )
}

const hostile: readonly Partial<Block>[] = [
  { network: '0.0.0.0/0; reboot' },
  { network: '203.0.113.7/32\n198.51.100.1/32' },
  { network: '203.0.113.7' },
  { network: '203.0.113.7/24' },
  { network: '::ffff:203.0.113.7/128' },
  { plan: '5f3c" accept comment "' },
  { plan: '$(reboot)' },
  { id: '../../etc' },
  { until: 'never' },
  { until: '2099-01-01T00:00:00Z\nend' },
  { ports: [22.5], protocol: 'tcp' },
  { ports: [22, 70_000], protocol: 'tcp' },
  { ports: ['22; reboot' as unknown as number], protocol: 'tcp' },
  { ports: [22], protocol: 'icmp; reboot' as 'tcp' },
  { measure: 'throttle', rate: { perSecond: Number.NaN, burst: 1 } },
  { measure: 'pass' as 'block' },
  { direction: 'in\nreload' as 'in' },
  { rate: { perSecond: 1, burst: 1 } },
]

/**
 * What every kind of target must do, tried against its real counterpart.
 * @param atOnce tests that run side by side: many of them wait
 */
export function conformance(id: string, atOnce: number): void {
  const kind = targetKinds.find((each) => each.id === id)
  describe(id, { concurrency: atOnce }, () => {
    assert.ok(kind)
    const folder = join(import.meta.dirname, '../../fixtures/target', id)

    test(`${id}: settings that cannot be used are refused, in words`, () => {
      const sample = samples[id]
      assert.ok(sample && sample.refused.length > 0)
      for (const [settings, said] of sample.refused) {
        const result = targetSettings.safeParse(settings)
        assert.equal(result.success, false, JSON.stringify(settings))
        assert.match(JSON.stringify(result.error.issues), said)
      }
    })

    test(`${id}: the preview is as written down, and the same each time`, async (t) => {
      await withTarget(t, id, async (target) => {
        const given = readChange(join(folder, 'change.json'))
        const text = target.preview(given)
        assert.equal(text, readFileSync(join(folder, 'preview.txt'), 'utf8'))
        assert.equal(target.preview(structuredClone(given)), text)
      })
    })

    test(`${id}: what it has is what was applied; twice is as once; what is removed is gone`, async (t) => {
      await withTarget(t, id, async (target) => {
        for (const [what, can] of Object.entries(kind.can))
          if (can) assert.equal(target.can[what as 'list'], true, what)
        const blocks = everySort(target, inSeconds(600))
        const all = change({ add: blocks, at: Date.now() })
        const before = target.preview(all)
        const first = await target.apply(all, never)
        const second = await target.apply({ ...all, at: all.at + 1 }, never)
        if (first.outcome === 'handed-over') assert.equal(second.outcome, 'handed-over')
        assert.equal(target.preview(all), before)
        if (target.can.list && first.outcome !== 'handed-over') await mustHave(target, blocks)
        const [gone, ...rest] = blocks as [GuardedBlock, ...GuardedBlock[]]
        await target.apply(change({ remove: [gone], desired: rest, at: Date.now() }), never)
        if (target.can.list && first.outcome !== 'handed-over') await mustHave(target, rest)
      })
    })

    test(`${id}: removing what it never had is no error, and adds nothing`, async (t) => {
      await withTarget(t, id, async (target) => {
        const { outcome } = await target.apply(
          change({ remove: everySort(target, inSeconds(60)), at: Date.now() }),
          never,
        )
        if (target.can.list && outcome !== 'handed-over') assert.deepEqual((await target.list(never)).entries, [])
      })
    })

    test(`${id}: another end replaces the one before`, async (t) => {
      await withTarget(t, id, async (target) => {
        for (const seconds of [60, 600, 30]) {
          const blocks = everySort(target, inSeconds(seconds))
          const { outcome } = await target.apply(change({ add: blocks, at: Date.now() }), never)
          if (target.can.list && outcome !== 'handed-over') await mustHave(target, blocks)
        }
      })
    })

    test(`${id}: what is over is not added, what ends goes by itself where it can`, async (t) => {
      await withTarget(t, id, async (target) => {
        const [over, ending, staying] = [
          block({ network: '203.0.113.1/32', until: inSeconds(-60) }),
          block({ network: '203.0.113.2/32', until: inSeconds(2) }),
          block({ network: '203.0.113.3/32', until: inSeconds(600) }),
        ]
        const { outcome } = await target.apply(change({ add: [over, ending, staying], at: Date.now() }), never)
        if (!target.can.list || outcome === 'handed-over') return
        await mustHave(target, [ending, staying])
        if (!target.can.expire) return
        const limit = Date.now() + 6000
        while ((await target.list(never)).entries.length > 1 && Date.now() < limit) await sleep(200)
        await mustHave(target, [staying])
      })
    })

    test(`${id}: flushed by others, it is not intact, and made again`, async (t) => {
      await withTarget(t, id, async (target, bench) => {
        if (!target.can.list || !bench.flush) return
        const all = change({ add: everySort(target, inSeconds(600)), at: Date.now() })
        if ((await target.apply(all, never)).outcome === 'handed-over') return
        await bench.flush()
        const { intact, entries } = await target.list(never)
        assert.deepEqual([intact, entries], [false, []])
        await target.apply(all, never)
        await mustHave(target, all.add)
      })
    })

    test(`${id}: entries of others are seen, and outlive ours`, async (t) => {
      await withTarget(t, id, async (target, bench) => {
        if (!target.can.list || !bench.enter) return
        const [ours, theirs] = [block({ network: '203.0.113.7/32', until: inSeconds(600) }), '198.51.100.77/32']
        const has = async () => (await target.list(never)).entries.map(({ network }) => network).sort()
        if ((await target.apply(change({ add: [ours], at: Date.now() }), never)).outcome === 'handed-over') return
        await bench.enter(theirs)
        assert.deepEqual(await has(), [theirs, ours.network])
        await target.apply(change({ remove: [ours], at: Date.now() }), never)
        assert.deepEqual(await has(), [theirs])
      })
    })

    test(`${id}: a block that is malformed is never rendered`, async (t) => {
      await withTarget(t, id, async (target) => {
        for (const part of hostile) {
          const bad = block({ network: '203.0.113.7/32', ...part })
          for (const given of [{ add: [bad] }, { remove: [bad] }, { desired: [bad] }] as const) {
            const asked: Change = change({ ...given, at: Date.now() })
            const isProblem = (error: unknown) => error instanceof Problem && error.code === 'target'
            assert.throws(() => target.preview(asked), isProblem, JSON.stringify(part))
            await assert.rejects(target.apply(asked, never), isProblem)
          }
        }
        if (target.can.list) assert.deepEqual((await target.list(never)).entries, [])
      })
    })

    test(`${id}: what it cannot is refused whole`, async (t) => {
      await withTarget(t, id, async (target) => {
        const { can } = target
        const beyond: Partial<Block>[] = [
          ...(can.throttle ? [] : [{ measure: 'throttle', rate: { perSecond: 1, burst: 1 } } as const]),
          ...(can.ports ? [] : [{ ports: [22], protocol: 'tcp' } as const]),
          ...(can.v6 ? [] : [{ network: '2001:db8::/64' }]),
        ]
        for (const part of beyond) {
          const asked = change({ add: [block({ network: '203.0.113.7/32', ...part })], at: Date.now() })
          await assert.rejects(target.apply(asked, never), { name: 'Problem', code: 'target' })
        }
      })
    })

    test(`${id}: the signal ends it`, async (t) => {
      await withTarget(t, id, async (target) => {
        const ended = AbortSignal.abort()
        const all = change({ add: everySort(target, inSeconds(600)), at: Date.now() })
        await assert.rejects(target.apply(all, ended), { name: 'AbortError' })
        if (target.can.list) await assert.rejects(target.list(ended), { name: 'AbortError' })
      })
    })

    test(`${id}: unreachable, it says what to do`, async (t) => {
      await withTarget(t, id, async (target, bench) => {
        const said = await bench.breakIt?.()
        if (said === undefined) return
        const all = change({ add: everySort(target, inSeconds(600)), at: Date.now() })
        await assert.rejects(target.apply(all, never), (error: unknown) => {
          assert.ok(error instanceof Problem)
          assert.deepEqual([error.code, typeof error.hint], ['target', 'string'])
          assert.match(error.message, said)
          return true
        })
      })
    })
  })
}
