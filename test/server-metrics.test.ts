import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { TestService } from './server-parts.ts'

let service: TestService
before(async () => {
  service = await TestService.open()
})
after(() => service.close())

/** Samples by name and labels, as the exposition format has them; everything else is a comment. */
async function samples(): Promise<Map<string, number>> {
  const { status, text, headers } = await service.ask({ path: '/metrics', role: 'viewer' })
  assert.equal(status, 200, text)
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/)
  const found = new Map<string, number>()
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('# '))) {
    const [, name, value] =
      /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})?) (\S+)$/.exec(line) ?? []
    assert.ok(name !== undefined && value !== undefined, `no sample: ${line}`)
    assert.ok(!found.has(name), `twice: ${name}`)
    found.set(name, Number(value))
  }
  return found
}

function sumOf(found: ReadonlyMap<string, number>, name: string): number {
  return [...found].filter(([key]) => key.startsWith(`${name}{`)).reduce((sum, [, value]) => sum + value, 0)
}

test('metrics need an account', async () => {
  assert.equal((await service.ask({ path: '/metrics' })).status, 401)
})

test('metrics hold what the store holds, also after it changed', async () => {
  const { cases, ledger } = service.site
  const found = await samples()
  assert.equal(cases.count(), 1)
  assert.equal(sumOf(found, 'sweepwatch_cases'), 1)
  const [row] = cases.list()
  assert.equal(found.get(`sweepwatch_cases{status="open",decision="${row?.decision}"}`), 1)
  assert.equal(found.get('sweepwatch_scans'), row?.scans)
  assert.equal(sumOf(found, 'sweepwatch_plans'), ledger.list().length)
  assert.ok((found.get('sweepwatch_state_bytes{part="database"}') ?? 0) > 4096)
  assert.ok((found.get('sweepwatch_disk_free_bytes') ?? 0) > 0)
  assert.ok(found.has('nodejs_eventloop_lag_p99_seconds'))
  assert.equal(found.get('sweepwatch_engine_up'), 0)

  const body = { kind: 'closed', outcome: 'other', lesson: 'none', change: 'none' } as never
  cases.append(row?.id as string, [{ at: '2026-11-28T10:00:00.000Z', author: 'alice', reason: 'a test', body }])
  const later = await samples()
  assert.equal(later.get(`sweepwatch_cases{status="closed",decision="${row?.decision}"}`), 1)
  assert.equal(later.get(`sweepwatch_cases{status="open",decision="${row?.decision}"}`), undefined)
})

test('sources are counted once each, whatever their name, and lag behind by their newest event', async () => {
  const file = join(service.site.directory, 'sensors.json')
  const last = new Date(Date.now() - 60_000).toISOString()
  const source = 'a"b\\c\nd'
  const sensor = { type: 'sensor', source, events: 5, malformed: 2, lost: 3, last }
  writeFileSync(file, JSON.stringify({ kept: last, sensors: [sensor, { ...sensor, device: 'x', events: 7 }] }))
  const [found] = await Promise.all([samples(), samples()])
  const label = '{source="a\\"b\\\\c\\nd"}'
  assert.equal(found.get(`sweepwatch_source_events_total${label}`), 12)
  assert.equal(found.get(`sweepwatch_source_malformed_total${label}`), 2)
  assert.equal(found.get(`sweepwatch_source_lost_total${label}`), 3)
  const lag = found.get(`sweepwatch_source_lag_seconds${label}`) ?? 0
  assert.ok(lag >= 60 && lag < 90, String(lag))
  writeFileSync(file, '{')
  assert.ok(!(await samples()).has(`sweepwatch_source_events_total${label}`))
})

test('requests are counted by operation and status, never by what a client wrote', async () => {
  for (const path of ['/healthz', '/healthz', '/api/jobs/77', '/api/made-up-by-a-client'])
    await service.ask({ path, role: 'viewer' })
  const found = await samples()
  const count = 'sweepwatch_http_request_duration_seconds_count'
  assert.equal(found.get(`${count}{operation="health",status="200"}`), 2)
  assert.equal(sumOf(found, `${count}`) > 2, true)
  assert.ok(![...found.keys()].some((key) => key.includes('made-up')))
})

test('readiness names its checks, and says 503 while the engine is dead', async () => {
  const { engine } = service.site
  const ready = () => service.ask({ path: '/readyz' })
  const first = await ready()
  assert.equal(first.status, 200, first.text)
  assert.deepEqual(JSON.parse(first.text).checks, { database: 'ok', engine: 'off', disk: 'ok' })
  // Its configuration is no longer one: it cannot start, and is tried again and again.
  writeFileSync(service.site.configFile as string, '{ networks: [nowhere] }')
  engine.start(() => {})
  try {
    const end = performance.now() + 10_000
    while (engine.state.state !== 'waiting' && performance.now() < end) await wait(20)
    const { status, text } = await ready()
    assert.equal(status, 503, text)
    const { code, issues } = JSON.parse(text)
    assert.equal(code, 'unavailable')
    assert.deepEqual(
      issues.map(({ at }: { at: string }) => at),
      ['engine'],
    )
    assert.doesNotMatch(text, /nowhere|\.yaml/)
    assert.equal((await service.ask({ path: '/healthz' })).status, 200)
  } finally {
    await engine.stop()
  }
})
