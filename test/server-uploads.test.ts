import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Role } from '../src/account/role.ts'
import { closeApp, openApp } from '../src/server/app.ts'
import type { JobList } from '../src/server/contract.ts'
import { openSite, type Site } from '../src/server/site.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-upload-'))
const state = join(folder, 'state')
const uploads = join(state, 'uploads')
const config = join(folder, 'sweepwatch.yaml')
const capture = readFileSync(join(import.meta.dirname, '../fixtures/demo/masscan-sweep.pcap'))
let site: Site
let app: Awaited<ReturnType<typeof openApp>>

/** @param more of `serve.uploads` */
async function open(more: object = {}): Promise<void> {
  writeFileSync(config, JSON.stringify({ networks: ['192.0.2.0/24'], serve: { uploads: { leaveFree: 1, ...more } } }))
  site = openSite(state, config)
  const identify = async ({ headers }: { headers: Record<string, unknown> }) => {
    const [name = '', role] = String(headers['x-test-actor'] ?? '').split('/')
    if (role === undefined) return undefined
    return { name, role: role as Role, via: 'token' as const, credential: 'test', from: '127.0.0.1' }
  }
  app = await openApp({ site, gate: { identify, audit: () => {} }, version: '0' })
  site.jobs.resume()
}

async function close(): Promise<void> {
  await closeApp(app, site)
}

before(async () => {
  const { mkdirSync } = await import('node:fs')
  mkdirSync(state, { mode: 0o700 })
  await open()
})
after(async () => {
  await close()
  rmSync(folder, { recursive: true })
})

const actor = (who: string) => ({ 'x-test-actor': who })

async function send(name: string, body: Buffer, who = 'alice/analyst', type = 'application/octet-stream') {
  return app.inject({
    method: 'POST',
    url: `/api/uploads?name=${encodeURIComponent(name)}`,
    headers: { ...actor(who), 'content-type': type },
    payload: body,
  })
}

/** The job when it is over, half a minute at most. */
async function over(id: number): Promise<JobList['jobs'][number]> {
  const end = performance.now() + 30_000
  for (;;) {
    const answer = await app.inject({ url: `/api/jobs/${id}`, headers: actor('carol/viewer') })
    const job = answer.json()
    if (!['queued', 'running'].includes(job.state) || performance.now() > end) return job
    await wait(50)
  }
}

test('a capture that was sent is analysed, and its job names the cases it made', async () => {
  const answer = await send('masscan-sweep.pcap', capture)
  assert.equal(answer.statusCode, 200, answer.body)
  const job = await over(answer.json().id)
  assert.equal(job.state, 'done', job.problem ?? '')
  assert.equal(job.result?.scans, 1)
  assert.equal(job.result?.cases.length, 1)
  assert.ok(site.cases.has(job.result?.cases[0]?.id as string))
  assert.equal(statSync(uploads).mode & 0o777, 0o700)
})

test('a hostile name is only ever text', async () => {
  for (const name of ['../../etc/passwd', '/x/\u202egpj<b>.pcap']) {
    const answer = await send(name, Buffer.from('nothing that is a log\n'))
    assert.equal(answer.statusCode, 200, answer.body)
    const job = await over(answer.json().id)
    assert.equal(job.name, name)
    assert.equal(job.state, 'failed')
    assert.match(job.problem ?? '', /no known log format/)
    assert.ok(!job.problem?.includes(folder), 'where our files lie is not told')
  }
  for (const file of readdirSync(uploads)) assert.match(file, /^[0-9a-f]{24}(\.[a-z0-9]+)*$/)
  assert.ok(!existsSync(join(folder, 'etc')))
})

test('a viewer sends nothing, and only who sent a file or an admin ends its job', async () => {
  assert.equal((await send('a.log', capture, 'carol/viewer')).statusCode, 403)
  assert.equal((await send('a.log', capture, 'nobody')).statusCode, 401)
  const { id } = (await send('a.pcap', capture)).json()
  const cancel = (who: string) =>
    app
      .inject({ method: 'POST', url: `/api/jobs/${id}/cancel`, headers: actor(who) })
      .then(({ statusCode }) => statusCode)
  assert.equal(await cancel('bob/responder'), 403)
  assert.equal(await cancel('bob/admin'), 200)
  assert.equal((await over(id)).state, 'cancelled')
  assert.equal(await cancel('alice/analyst'), 409)
})

test('what is empty, of another type or too large is refused, and leaves nothing', async () => {
  await close()
  await open({ maxBytes: 1000 })
  const count = readdirSync(uploads).length
  assert.equal((await send('a.log', Buffer.alloc(0))).statusCode, 400)
  assert.equal((await send('a.log', Buffer.from('{}'), 'alice/analyst', 'application/json')).statusCode, 415)
  assert.equal((await send('a.log', Buffer.alloc(1001))).statusCode, 413)
  await close()
  await open({ quota: 100 })
  assert.equal((await send('a.log', Buffer.alloc(101))).statusCode, 507)
  assert.equal(readdirSync(uploads).length, count)
})

test('an upload that breaks off leaves nothing', async () => {
  await close()
  await open()
  const count = readdirSync(uploads).length
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const headers = { ...actor('alice/analyst'), 'content-type': 'application/octet-stream', 'content-length': 1_000_000 }
  const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/api/uploads?name=a.log', headers })
  sent.on('error', () => {})
  sent.write(Buffer.alloc(10_000))
  const end = performance.now() + 5000
  while (readdirSync(uploads).length === count && performance.now() < end) await wait(20)
  assert.equal(readdirSync(uploads).length, count + 1)
  sent.destroy()
  while (readdirSync(uploads).length !== count && performance.now() < end) await wait(20)
  assert.equal(readdirSync(uploads).length, count)
})

test('what ran when the service ended is marked, what waited is worked off by the next', async () => {
  const [first, second] = [(await send('a.pcap', capture)).json().id, (await send('b.pcap', capture)).json().id]
  const end = performance.now() + 5000
  const stateOf = async (id: number) =>
    (await app.inject({ url: `/api/jobs/${id}`, headers: actor('carol/viewer') })).json().state
  while ((await stateOf(first)) !== 'running' && performance.now() < end) await wait(10)
  await close()
  await open()
  assert.equal((await over(first)).state, 'interrupted')
  assert.equal((await over(second)).state, 'done')
})
