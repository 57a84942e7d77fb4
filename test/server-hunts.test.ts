/** Questions to the archive through the API: what is answered, for whom, within which limits, and that nothing in an answer acts. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Role } from '../src/account/role.ts'
import { Lane } from '../src/server/aside/lane.ts'
import { root, TestService } from './server-parts.ts'

let service: TestService
before(async () => {
  service = await TestService.open()
  const words = [
    'archive',
    'add',
    '--config',
    service.site.configFile as string,
    join(root, 'fixtures/demo/masscan-sweep.pcap'),
  ]
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), ...words], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})
after(() => service.close())

async function post(path: string, body: unknown, role: Role = 'analyst', name: string = role) {
  const headers = { 'content-type': 'application/json' }
  const { status, text, mediaType } = await service.ask({
    method: 'POST',
    path,
    role,
    name,
    headers,
    body: JSON.stringify(body),
  })
  return { status, text, mediaType, json: () => JSON.parse(text) }
}

test('hunts are listed with their parameters, and SQL answers with columns and rows', async () => {
  const list = JSON.parse((await service.ask({ path: '/api/hunts', role: 'viewer' })).text)
  assert.ok(list.hunts.length >= 15)
  assert.deepEqual(list.missing, null)
  const counted = (
    await post('/api/hunts/sql', { sql: 'SELECT protocol, count(*) AS n FROM events GROUP BY ALL ORDER BY n DESC' })
  ).json()
  assert.deepEqual(counted.columns, ['protocol', 'n'])
  assert.equal(counted.isCut, false)
  assert.ok(counted.rows[0][1] > 0)
  const cut = (await post('/api/hunts/sql', { sql: 'SELECT time FROM events', limit: 3 })).json()
  assert.equal(cut.rows.length, 3)
  assert.equal(cut.isCut, true)
})

test('a viewer runs hunts by name, and no SQL', async () => {
  assert.equal((await post('/api/hunts/host-traffic/run', { parameters: { host: '192.0.2.1' } }, 'viewer')).status, 200)
  assert.equal((await post('/api/hunts/sql', { sql: 'SELECT 1' }, 'viewer')).status, 403)
  assert.equal((await post('/api/hunts/no-hunt/run', {}, 'viewer')).status, 404)
  assert.equal((await post('/api/hunts/host-traffic/run', {}, 'viewer')).json().code, 'hunt-parameter')
})

test('SQL reaches no file, changes nothing, and is ended when its time is over', async () => {
  for (const sql of [
    "SELECT * FROM read_csv('/etc/passwd')",
    "COPY events TO '/tmp/x.csv'",
    "ATTACH '/tmp/x.db'",
    'SELECT 1; SELECT 2',
    "SET memory_limit = '100GB'",
    "SELECT getenv('PATH')",
  ]) {
    const { status, json } = await post('/api/hunts/sql', { sql })
    assert.equal(status, 400, sql)
    assert.equal(json().code, 'hunt-sql', sql)
  }
  const endless = 'SELECT count(*) FROM range(100000000000) a, range(1000000000)'
  const began = performance.now()
  assert.equal((await post('/api/hunts/sql', { sql: endless, timeLimit: 1 })).json().code, 'hunt-time')
  assert.ok(performance.now() - began < 15_000)
})

test('what is in a log is harmless in CSV, and stays itself in JSON', async () => {
  const hostile = ['=cmd|x', '+1', '-1+1', '@SUM(A1)', '\u202eevil', '<img src=x onerror=alert(1)>', 'a"b,c']
  const sql = `SELECT unnest([${hostile.map((text) => `'${text}'`).join(', ')}]) AS name`
  const { text, mediaType } = await post('/api/hunts/sql', { sql, form: 'csv' })
  assert.match(mediaType, /^text\/csv/)
  const [head, ...lines] = text.trimEnd().split('\r\n')
  assert.equal(head, 'name')
  for (const line of lines) assert.doesNotMatch(line, /^"?[=+\-@]|\u202e/)
  const rows = (await post('/api/hunts/sql', { sql })).json().rows
  assert.deepEqual(rows.flat(), hostile)
})

test('a question waits until a place is free, and is ended when its own time is over', async () => {
  const endless = 'SELECT count(*) FROM range(100000000000) a, range(1000000000)'
  const { signal } = new AbortController()
  const { hunts } = service.site.lanes
  const first = hunts.enter('x', signal)
  const second = hunts.enter('y', signal)
  const [leave, leaveToo] = await Promise.all([first, second])
  const waiting = post('/api/hunts/sql', { sql: endless, timeLimit: 1 })
  await wait(300)
  leave()
  leaveToo()
  assert.equal((await waiting).json().code, 'hunt-time')
})

test('a lane lets so many in, keeps a bounded line, and nobody fills it alone', async () => {
  const lane = new Lane({ atOnce: 1, waiting: 2, ofOne: 2 })
  const { signal } = new AbortController()
  const leave = await lane.enter('a', signal)
  const stop = new AbortController()
  const next = lane.enter('a', stop.signal)
  await assert.rejects(lane.enter('a', signal), { code: 'too-many' })
  const other = lane.enter('b', signal)
  await assert.rejects(lane.enter('c', signal), { code: 'too-many' })
  stop.abort()
  await assert.rejects(next, { code: 'gone' })
  leave()
  leave()
  const leaveOther = await other
  leaveOther()
  await lane.pass('c', signal, async () => {})
})

test('what people keep is theirs alone', async () => {
  const kept = (await post('/api/saved-hunts', { name: 'ssh', question: 'hunt=sweep' }, 'viewer', 'alice')).json()
  const seenBy = async (name: string) =>
    JSON.parse((await service.ask({ path: '/api/saved-hunts', role: 'viewer', name })).text).hunts
  assert.deepEqual(
    (await seenBy('alice')).map((hunt: { name: string }) => hunt.name),
    ['ssh'],
  )
  assert.deepEqual(await seenBy('bob'), [])
  const remove = (name: string) =>
    service.ask({ method: 'DELETE', path: `/api/saved-hunts/${kept.id}`, role: 'admin', name })
  assert.equal((await remove('bob')).status, 404)
  assert.equal((await remove('alice')).status, 200)
  assert.deepEqual(await seenBy('alice'), [])
})
