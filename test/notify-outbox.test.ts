import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { escalated, untriaged } from '../fixtures/case/sample.ts'
import { pause } from '../src/notify/backoff.ts'
import { Notifier } from '../src/notify/notifier.ts'
import type { NotifySettings } from '../src/notify/settings.ts'
import { TokenBucket } from '../src/notify/token-bucket.ts'
import { escalatedCase, ListedChannel, notice, openOutbox, settings, start } from './notify-parts.ts'

function notifier(
  channels: readonly ListedChannel[],
  changed: Partial<NotifySettings> = {},
  outbox = openOutbox().outbox,
) {
  const clock = { at: start }
  const made = new Notifier({
    settings: { ...settings, ...changed },
    channels,
    outbox,
    now: () => clock.at,
    patience: 30_000,
  })
  return { made, clock, outbox }
}

test('cases of a while go in one message a channel, never one a case', async () => {
  const [soc, mail] = [new ListedChannel('soc'), new ListedChannel('mail')]
  const { made, clock } = notifier([soc, mail])
  for (let i = 0; i < 10; i++) {
    assert.equal(made.offer(escalatedCase(i)), 2)
    clock.at += 1000
  }
  assert.deepEqual(await made.deliver(), [])
  assert.equal(made.nextDue(), start + 60_000)
  clock.at = start + 60_000
  const told = await made.deliver()
  assert.deepEqual(
    told.map(({ channel, result, cases }) => [channel, result, cases.length]),
    [
      ['soc', 'delivered', 10],
      ['mail', 'delivered', 10],
    ],
  )
  assert.deepEqual(
    soc.got[0]?.notices.map(({ summary }) => summary.id),
    Array.from({ length: 10 }, (_, i) => `c-${i}`),
  )
  assert.equal(made.nextDue(), undefined)
})

test('a case is told once, and again only where its rule changes or its severity rises', async () => {
  const soc = new ListedChannel('soc')
  const { made, clock } = notifier([soc], { group: 0 })
  made.offer(escalated)
  await made.deliver()
  for (let i = 0; i < 1000; i++) made.offer({ ...escalated, probes: i, history: [] })
  assert.deepEqual(await made.deliver(), [])
  made.offer({ ...escalated, decision: { ...escalated.decision!, rule: 'E4' } })
  clock.at += 1
  assert.equal((await made.deliver()).length, 1)
  assert.equal(made.offer(untriaged), 0)
  assert.equal(soc.got.length, 2)
})

test('a channel gets no more than its rate; what waits meanwhile joins one message', async () => {
  const soc = new ListedChannel('soc')
  const { made, clock } = notifier([soc], { group: 0, burst: 2, perHour: 4 })
  for (let i = 0; i < 200; i++) {
    made.offer(escalatedCase(i))
    await made.deliver()
    clock.at += 18_000
  }
  // An hour: two at once and four more; every case is in one of them or still waits.
  assert.ok(soc.got.length <= 6, `${soc.got.length} messages`)
  clock.at += 3_600_000
  await made.deliver()
  const told = soc.got.flatMap(({ notices, omitted }) => [
    ...notices.map(({ summary }) => summary.id),
    ...Array.from({ length: omitted }, () => 'more'),
  ])
  assert.equal(told.length, 200)
})

test('what fails is tried again with growing pauses under the same id, and is given up aloud', async () => {
  const soc = new ListedChannel('soc', () => ({ kind: 'retry', reason: 'HTTP 503' }))
  const { made, clock, outbox } = notifier([soc], { group: 0 })
  made.offer(escalated)
  const told = []
  while (outbox.nextDue('soc') !== undefined) {
    clock.at = outbox.nextDue('soc') as number
    told.push(...(await made.deliver()))
  }
  assert.deepEqual(
    told.map(({ result, reason }) => [result, reason]),
    [
      ['retried', 'HTTP 503'],
      ['retried', 'HTTP 503'],
      ['retried', 'HTTP 503'],
      ['given-up', 'HTTP 503'],
    ],
  )
  assert.equal(new Set(soc.got.map(({ id }) => id)).size, 1)
  assert.deepEqual(
    soc.got.map(({ attempts }) => attempts),
    [1, 2, 3, 4],
  )
  assert.equal(new Set(soc.got.map(({ notices }) => JSON.stringify(notices))).size, 1)
})

test('a receiver is left alone as long as it asks; one that refuses is not asked again', async () => {
  const slow = new ListedChannel('slow', () => ({ kind: 'retry', reason: 'HTTP 429', after: 600_000 }))
  const never = new ListedChannel('never', () => ({ kind: 'rejected', reason: 'HTTP 410' }))
  const { made, clock, outbox } = notifier([slow, never], { group: 0 })
  made.offer(escalated)
  const told = await made.deliver()
  assert.deepEqual(
    told.map(({ result, again }) => [result, again]),
    [
      ['retried', clock.at + 600_000],
      ['given-up', null],
    ],
  )
  assert.equal(outbox.nextDue('never'), undefined)
})

test('a slow channel does not keep another waiting', async () => {
  const gate = Promise.withResolvers<void>()
  const slow = new ListedChannel('slow', () => gate.promise.then(() => ({ kind: 'delivered', detail: '' }) as const))
  const quick = new ListedChannel('quick', () => {
    gate.resolve()
    return { kind: 'delivered', detail: '' }
  })
  const { made } = notifier([slow, quick], { group: 0 })
  made.offer(escalated)
  assert.equal((await made.deliver()).length, 2)
})

test('run sends what is offered, and ends with its signal', async () => {
  const soc = new ListedChannel('soc')
  const stop = new AbortController()
  const { outbox } = openOutbox()
  const made = new Notifier({
    settings: { ...settings, group: 0 },
    channels: [soc],
    outbox,
    now: () => Date.now(),
    patience: 1000,
  })
  const told = Promise.withResolvers<string>()
  const running = made.run(stop.signal, ({ result }) => told.resolve(result))
  made.offer(escalated)
  assert.equal(await told.promise, 'delivered')
  stop.abort()
  await running
})

test('outbox: a delivery takes notices until it is taken, a hold ends by itself, and done is done', () => {
  const { outbox, database } = openOutbox()
  assert.ok(outbox.put('soc', notice(1), start, start + 100))
  assert.equal(outbox.put('soc', notice(1), start, start + 100), false)
  assert.ok(outbox.put('soc', notice(2), start + 50, start + 150))
  assert.equal(outbox.takeDue('soc', start + 99, start + 999), undefined)
  const first = outbox.takeDue('soc', start + 100, start + 500)
  assert.deepEqual(
    first?.notices.map(({ summary }) => summary.id),
    ['c-1', 'c-2'],
  )
  // Taken: what comes now begins another one.
  assert.ok(outbox.put('soc', notice(3), start + 101, start + 200))
  assert.equal(outbox.takeDue('soc', start + 150, start + 999), undefined)
  assert.deepEqual(
    outbox.takeDue('soc', start + 200, start + 9999)?.notices.map(({ summary }) => summary.id),
    ['c-3'],
  )
  // Neither done nor failed: due again when the hold has passed, with the same id and content.
  const second = outbox.takeDue('soc', start + 500, start + 900)
  assert.deepEqual([second?.id, second?.attempts, second?.notices], [first?.id, 2, first?.notices])
  outbox.done(first!.id, start + 600)
  assert.equal(outbox.takeDue('soc', start + 5000, start + 6000), undefined)
  assert.equal(outbox.put('soc', notice(1), start + 5000, start + 5000), false)
  assert.equal(outbox.put('mail', notice(1), start + 5000, start + 5000), true)
  assert.equal(outbox.forget(start + 601), 1)
  const { n } = database.prepare('SELECT count(*) AS n FROM notice').get() as { n: number }
  assert.equal(n, 2)
})

test('outbox: a message names at most fifty cases and counts the rest', () => {
  const { outbox } = openOutbox()
  for (let i = 0; i < 75; i++) outbox.put('soc', notice(i), start, start)
  const made = outbox.takeDue('soc', start, start + 1)
  assert.deepEqual([made?.notices.length, made?.omitted], [50, 25])
})

test('killed in the middle of sending, the next process sends it again under the same id, and nothing is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-outbox-'))
  const seen: string[] = []
  const arrived = Promise.withResolvers<void>()
  // The first request is taken and never answered: the sender is killed while it waits.
  const server = createServer((request, response) => {
    seen.push(`${request.headers['x-sweepwatch-delivery']}`)
    if (seen.length === 1) arrived.resolve()
    else response.writeHead(200).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const file = join(folder, 'outbox.db')
  const program = join(import.meta.dirname, 'notify-sender.ts')
  const send = (late: string) =>
    spawn(process.execPath, [program, file, String(port), late], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const killed = send('0')
    await arrived.promise
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const next = send('1000000')
    const chunks: Buffer[] = []
    next.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    await once(next, 'close')
    const told = JSON.parse(Buffer.concat(chunks).toString())
    assert.deepEqual([told.length, told[0].result, told[0].cases], [1, 'delivered', ['c-1', 'c-2']])
    assert.equal(seen.length, 2)
    assert.equal(seen[0], seen[1])
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  }
})

test('pauses double up to an hour, differ from message to message, and are the same again', () => {
  const pauses = Array.from({ length: 20 }, (_, i) => pause('a', i + 1))
  pauses.forEach((made, i) => {
    const plain = Math.min(3_600_000, 5000 * 2 ** i)
    assert.ok(made >= plain / 2 && made <= plain * 1.5, `attempt ${i + 1}: ${made}`)
  })
  assert.notEqual(pause('a', 3), pause('b', 3))
  assert.equal(pause('a', 3), pause('a', 3))
  assert.equal(pause('a', 1, 1e12), 86_400_000)
})

test('token bucket: a burst, then the rate; a clock that is set back gives nothing', () => {
  const bucket = new TokenBucket(2, 60, 0)
  assert.deepEqual([bucket.take(0), bucket.take(0), bucket.take(0)], [true, true, false])
  assert.equal(bucket.readyAt(0), 60_000)
  assert.equal(bucket.take(59_999), false)
  assert.equal(bucket.take(60_000), true)
  assert.equal(bucket.take(10), false)
  assert.equal(bucket.take(120_000), true)
})
