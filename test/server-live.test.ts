import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { LiveHub } from '../src/server/live/live-hub.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { JobStore } from '../src/store/job-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-live-'))
let cases: CaseStore
let jobs: JobStore

before(() => {
  cases = CaseStore.open(folder)
  jobs = new JobStore(cases.database)
})
after(() => {
  cases.close()
  rmSync(folder, { recursive: true })
})

const job = {
  kind: 'records',
  name: 'fw.log',
  file: 'u-1',
  bytes: 1,
  options: {},
  account: 'alice',
} as const
const at = '2026-01-01T00:00:00.000Z'
const always = async () => true

/** Collects what comes until it holds something, five seconds at most. */
async function until(stream: Readable, wanted: RegExp): Promise<string> {
  let text = ''
  const end = performance.now() + 5000
  while (!wanted.test(text) && performance.now() < end) {
    text += stream.read()?.toString() ?? ''
    await wait(20)
  }
  assert.match(text, wanted)
  return text
}

const lastId = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] as string

test('a change that another connection made is told to every client within a second', async () => {
  const hub = new LiveHub(folder, undefined)
  const streams = ['alice', 'bob'].map((who) => hub.stream(who, undefined, always))
  for (const stream of streams) await until(stream, /^id: /m)
  jobs.add(job, at)
  const began = performance.now()
  for (const stream of streams) assert.match(await until(stream, /^data: /m), /"topics":\["jobs"\]/)
  assert.ok(performance.now() - began < 1500)
  hub.close()
})

test('a client that comes back is told what it missed, also by a service that was started anew', async () => {
  const first = new LiveHub(folder, undefined)
  const id = lastId(await until(first.stream('alice', undefined, always), /^id: /m))
  first.close()
  jobs.start(1, at)
  const second = new LiveHub(folder, undefined)
  const text = await until(second.stream('alice', id, always), /^id: /m)
  assert.match(text, /^data: .*"jobs"/m)
  const nothing = await until(second.stream('alice', lastId(text), always), /^id: /m)
  assert.doesNotMatch(nothing, /^data:/m)
  second.close()
})

test('a position that nobody gave out is answered as if everything had changed', async () => {
  const hub = new LiveHub(folder, undefined)
  for (const id of ['', 'x', `c${'9'.repeat(4000)}`, 'c1.2.3_zz\n', "c0' OR 1=1"]) {
    const text = await until(hub.stream('alice', id, always), /^id: /m)
    assert.match(text, /^data: .*"cases".*"jobs"/m)
  }
  hub.close()
})

test('clients are bounded, altogether and of one account; one that reads nothing is let go', async () => {
  const hub = new LiveHub(folder, undefined, { clients: 3, ofOne: 2 })
  const slow = hub.stream('alice', undefined, always)
  hub.stream('alice', undefined, always)
  assert.throws(() => hub.stream('alice', undefined, always), { code: 'too-many' })
  hub.stream('bob', undefined, always)
  assert.throws(() => hub.stream('carol', undefined, always), { code: 'too-many' })
  slow.push('x'.repeat(70_000))
  jobs.add(job, at)
  await once(slow, 'close')
  assert.equal(hub.clients, 2)
  hub.close()
  assert.equal(hub.clients, 0)
})
