import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Target } from '../src/respond/respond.ts'
import { block, change } from './target/change.ts'
import { inSeconds, never, openTarget, withFolder } from './target/open.ts'
import { Peer } from './target/peer.ts'
import { receiver, webhookSettings } from './target/webhook.ts'

async function withReceiver(
  changed: object,
  act: (target: Target, peer: Peer, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const peer = await Peer.start(receiver)
    try {
      await act(
        await openTarget({ ...(await webhookSettings(folder, `${peer.url}/in?x=1`)), ...changed }, folder),
        peer,
        folder,
      )
    } finally {
      await peer.close()
    }
  })
}

const one = block({ network: '203.0.113.7/32', until: inSeconds(600) })
const two = block({ network: '2001:db8:1::/64', until: inSeconds(600) })
const at = Date.now()

test('webhook: what is told is the change, once and for each attempt under the same name', async () => {
  await withReceiver({}, async (target, peer) => {
    const given = change({ add: [one], remove: [two], desired: [one], at })
    assert.equal((await target.apply(given, never)).outcome, 'applied')
    await target.apply(given, never)
    const [first, second] = peer.heard
    assert.equal(first?.path, '/in?x=1')
    assert.equal(first?.headers['x-sweepwatch-delivery'], second?.headers['x-sweepwatch-delivery'])
    assert.equal(first?.headers['x-sweepwatch-timestamp'], String(Math.floor(at / 1000)))
    const { type, target: name, add, remove, active, desired } = JSON.parse(first?.body ?? '')
    assert.deepEqual([type, name, active, desired], ['blocks', 'edge', 1, undefined])
    assert.deepEqual(add, [one])
    assert.deepEqual(remove, [two])
    await target.apply({ ...given, at: at + 60_000 }, never)
    assert.notEqual(peer.heard[2]?.headers['x-sweepwatch-delivery'], first?.headers['x-sweepwatch-delivery'])
  })
})

test('webhook: the whole list too, where it is asked for', async () => {
  await withReceiver({ whole: true }, async (target, peer) => {
    await target.apply(change({ add: [one], desired: [one, two], at }), never)
    assert.deepEqual(JSON.parse(peer.heard[0]?.body ?? '').desired, [one, two])
  })
})

test('webhook: where there is nothing to tell nothing is told', async () => {
  await withReceiver({}, async (target, peer) => {
    const over = block({ network: '203.0.113.9/32', until: inSeconds(-60) })
    assert.equal((await target.apply(change({ add: [over], at }), never)).outcome, 'already')
    assert.equal(peer.heard.length, 0)
  })
})

test('webhook: what the receiver does is what is planned for it', async () => {
  await withReceiver({}, async ({ can }) => {
    assert.deepEqual(
      [can.expire, can.throttle, can.ports, can.direction, can.list],
      [false, false, false, false, false],
    )
  })
  await withReceiver({ receiver: { throttle: true } }, async ({ can }) => {
    assert.deepEqual([can.throttle, can.ports], [true, false])
  })
})

test('webhook: another secret is refused by the receiver; a short one by us', async () => {
  await withReceiver({}, async (_, peer, folder) => {
    const settings = (await webhookSettings(folder, peer.url)) as { secretFile: string }
    const secretFile = join(folder, 'other')
    await writeFile(secretFile, 'another secret of some length')
    const wrong = await openTarget({ ...settings, secretFile }, folder)
    await assert.rejects(wrong.apply(change({ add: [one], at }), never), { code: 'target', message: /HTTP 401/ })
    await writeFile(secretFile, 'short')
    await assert.rejects(openTarget({ ...settings, secretFile }, folder), { code: 'target', hint: /urandom/ })
  })
})
