/** Hosts that were touched are watched for thirty days, in whatever log they show something (requirement C5). */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import type { Case } from '../src/case/case.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { WatchHosts } from '../src/store/watch-hosts.ts'
import {
  business,
  closed,
  day,
  folder,
  iso,
  opens,
  read,
  scanner,
  sweep,
  temporary,
  withStore,
} from './watchlist-parts.ts'

after(() => rmSync(temporary, { recursive: true }))

/** A state directory that saw the sweep. */
async function afterSweep(name: string): Promise<{ state: string; id: string }> {
  const state = folder(name)
  const [one] = await read(state, sweep(0))
  assert.ok(one)
  return { state, id: one.id }
}

const later = (days: number, ...flows: Parameters<typeof read>[1][]) => [...business(days * day), ...flows.flat()]
const noted = (one: Case | undefined) =>
  (one?.history ?? []).flatMap(({ body, author }) =>
    body.kind === 'noted' && author === 'sweepwatch' ? [body.text] : [],
  )
const find = (state: string, id: string) => withStore(state, (store) => store.find(id))

describe('a log of twelve days later', () => {
  test('a host that had answered opens a session to the actor: E4, with since when and why it is watched', async () => {
    const { state, id } = await afterSweep('opens')
    const cases = await read(state, later(12, [opens(12 * day, '192.0.2.20')]))
    assert.deepEqual(
      cases.map((one) => [one.id, one.decision?.rule, one.severity]),
      [[id, 'E4', 'critical']],
    )
    const [text] = noted(cases[0])
    assert.match(
      text ?? '',
      /^192\.0\.2\.20 is watched since 2026-11-22 until 2026-12-22, as it answered on tcp\/22 \(scan /,
    )
    assert.match(text ?? '', /On 2026-12-04: 192\.0\.2\.20 opened a connection to 203\.0\.113\.9/)
    const answer = cases[0]?.triage?.answers.find(({ question }) => question === 'Q4')
    assert.equal(answer?.answer, 'yes')
    const [sign] = cases[0]?.triage?.signs ?? []
    assert.match(sign?.evidence[0]?.source ?? '', /\.json$/)
    assert.ok(
      cases[0]?.copied.some(({ bytes }) => bytes.includes('"dest_port":4444')),
      'its record is kept',
    )
  })

  test('so does one that was only asked; one that was never touched is nothing', async () => {
    const { state } = await afterSweep('asked')
    assert.deepEqual(await read(state, later(12, [opens(12 * day, '192.0.2.200')])), [])
    const cases = await read(state, later(13, [opens(13 * day, '192.0.2.50')]))
    assert.equal(cases[0]?.decision?.rule, 'E4')
    assert.match(noted(cases[0])[0] ?? '', /192\.0\.2\.50 is watched since .*, as it was asked/)
  })

  test('what a host does with others is ordinary, however new it is', async () => {
    const { state, id } = await afterSweep('ordinary')
    const before = find(state, id)
    const flows = [20, 21, 50].flatMap((host) =>
      [1, 2, 3].map((n) => opens(12 * day + n, `192.0.2.${host}`, `198.51.100.${40 + n}`)),
    )
    assert.deepEqual(await read(state, later(12, flows)), [])
    assert.equal(find(state, id).history.length, before.history.length)
  })

  test('a host sends much out to a new address: a sign where it had answered, none where it was only asked', async () => {
    const { state, id } = await afterSweep('volume')
    const sends = (host: number) => ({ ...opens(12 * day, `192.0.2.${host}`, '198.51.100.77'), out: 30e6, back: 5000 })
    assert.deepEqual(await read(state, later(12, [sends(50)])), [])
    const [one] = await read(state, later(13, [{ ...sends(20), seconds: 13 * day }]))
    assert.deepEqual([one?.id, one?.triage?.signs.map(({ kind }) => kind)], [id, ['outbound-volume']])
  })

  test('the same log twice is told once, and another day is told again', async () => {
    const { state, id } = await afterSweep('twice')
    const flows = later(12, [opens(12 * day, '192.0.2.20')])
    await read(state, flows)
    const { length } = find(state, id).history
    assert.deepEqual(await read(state, flows), [])
    assert.equal(find(state, id).history.length, length)
    await read(state, later(14, [opens(14 * day, '192.0.2.20')]))
    const texts = noted(find(state, id))
    assert.equal(texts.length, 2)
    assert.match(texts[1] ?? '', /On 2026-12-06/)
    assert.equal(find(state, id).triage?.signs.length, 2, 'the earlier sign stays')
  })

  test('a case that was over is opened again by it, but not one that was no scan at all', async () => {
    for (const outcome of ['resolved', 'contained', 'false-alarm', 'expected'] as const) {
      const { state, id } = await afterSweep(outcome)
      withStore(state, (store) => store.append(id, [closed(outcome, iso(day))]))
      await read(state, later(12, [opens(12 * day, '192.0.2.20')]))
      const one = find(state, id)
      const isWaitedFor = outcome === 'resolved' || outcome === 'contained'
      assert.equal(one.status, isWaitedFor ? 'open' : 'closed', outcome)
      assert.equal(one.history.filter(({ body }) => body.kind === 'reopened').length, Number(isWaitedFor))
      assert.ok(
        one.history.some(({ body }) => body.kind === 'closed'),
        'its history stays',
      )
    }
  })

  test('what happened to a case that was merged is watched by the one that took it up', async () => {
    const { state, id } = await afterSweep('merged')
    const other = await read(state, sweep(100, { src: '198.51.100.200', port: 22, live: [40] }))
    const into = other.find((one) => one.id !== id) ?? other[0]
    assert.ok(into && into.id !== id)
    withStore(state, (store) => {
      const one = store.find(id)
      const by = { at: iso(200), author: 'alice', reason: 'one actor' }
      const scans = one.scans.map(({ scan }) => ({ ...by, body: { kind: 'scan' as const, scan, joined: 'merged' } }))
      store.appendAll([
        { id: into.id, entries: [{ ...by, body: { kind: 'merged', from: id } }, ...scans] },
        { id, entries: [{ ...by, body: { kind: 'merged-into', into: into.id } }] },
      ])
      assert.deepEqual(new WatchHosts(store.database).list({ caseId: id }), [])
    })
    const cases = await read(state, later(12, [opens(12 * day, '192.0.2.21')]))
    assert.deepEqual(
      cases.map((one) => [one.id, one.decision?.rule]),
      [[into.id, 'E4']],
    )
  })
})

describe('an end', () => {
  test('thirty-one days later nothing follows from it; twenty-nine do', async () => {
    const { state, id } = await afterSweep('over')
    assert.deepEqual(await read(state, later(31, [opens(31 * day, '192.0.2.20')])), [])
    assert.equal((await read(state, later(29, [opens(29 * day, '192.0.2.20')])))[0]?.id, id)
  })

  test('one log that goes over the end counts up to it', async () => {
    const { state } = await afterSweep('across')
    const flows = [...later(29, [opens(29 * day, '192.0.2.20')]), opens(31 * day, '192.0.2.21')]
    const [one] = await read(state, flows)
    assert.deepEqual(
      one?.triage?.signs.map(({ host }) => host),
      ['192.0.2.20'],
    )
  })

  test('`watch: {hosts: …}` sets it, and another touch begins it anew', async () => {
    const short = { hosts: 5 * day, sources: 180 * day }
    const { state, id } = await afterSweep('short')
    assert.deepEqual(await read(state, later(6, [opens(6 * day, '192.0.2.20')]), short), [])
    await read(state, sweep(7 * day))
    assert.equal((await read(state, later(11, [opens(11 * day, '192.0.2.20')]), short))[0]?.id, id)
  })
})

describe('a host falls silent', () => {
  const speaks = (days: number, hour: number, host: number) =>
    opens(days * day + 3600 * hour, `192.0.2.${host}`, '198.51.100.1')
  const whole = (days: number, hosts: readonly number[]) =>
    [0, 6, 12, 18, 23].flatMap((hour) => hosts.map((host) => speaks(days, hour, host)))

  test('it is said once, with when it was last seen, where others of its network go on', async () => {
    const { state, id } = await afterSweep('silent')
    const quiet = business(0).filter(({ dst }) => dst !== '192.0.2.24').length
    assert.ok(quiet > 0)
    await read(state, whole(1, [20, 24, 99]))
    await read(state, whole(2, [20, 99]))
    await read(state, whole(3, [20, 99]))
    await read(state, whole(4, [20, 99]))
    const texts = noted(find(state, id)).filter((text) => text.startsWith('An anomaly'))
    assert.equal(texts.length, 1, texts.join('\n'))
    assert.match(texts[0] ?? '', /fell silent: .*192\.0\.2\.24 \(last seen 2026-11-24T02:00Z\)/)
    assert.doesNotMatch(texts[0] ?? '', /192\.0\.2\.20/)
    const [row] = withStore(state, ({ database }) =>
      new WatchHosts(database).list({ caseId: id }).filter(({ host }) => host === '192.0.2.24'),
    )
    assert.ok((row?.silent ?? 0) > (row?.seen ?? 0))
  })

  test('nothing is said where the whole network is silent, or the log is short', async () => {
    const { state, id } = await afterSweep('dark')
    await read(state, whole(1, [20, 24]))
    const elsewhere = [0, 6, 12, 18, 23].map((hour) => ({
      ...opens(3 * day + 3600 * hour, '198.51.100.1', '198.51.100.2'),
    }))
    await read(state, elsewhere)
    await read(state, [speaks(4, 0, 20), speaks(4, 1, 99)])
    assert.deepEqual(noted(find(state, id)), [])
  })
})

test('hosts of one case are bounded, those that answered first, and what found no room is counted', async () => {
  const { state, id } = await afterSweep('bounded')
  withStore(state, (store) => {
    const [first] = store.find(id).scans
    assert.ok(first)
    const scan = { ...first.scan, id: 'big', open: [{ address: '192.0.2.250', port: 80, protocol: 'tcp' }] }
    const touched = Array.from({ length: 6000 }, (_, n) => `10.1.${n >> 8}.${n & 255}`)
    const entry = { at: iso(5), author: 'sweepwatch', reason: '', body: { kind: 'scan' as const, scan, joined: '' } }
    store.appendAll([{ id, entries: [entry], watch: { touched: new Map([['big', touched]]) } }])
    const hosts = new WatchHosts(store.database)
    const found = hosts.list({ caseId: id, limit: 100_000 })
    assert.equal(found.length, 4096)
    assert.ok(found.slice(0, 6).every(({ answered }) => answered !== ''))
    assert.ok(found.some(({ host, answered }) => host === '192.0.2.250' && answered === 'tcp/80'))
    assert.deepEqual(hosts.omitted(), { hosts: 6000 - (4096 - 61), cases: 1 })
  })
})

test('cases of an earlier version: their hosts that answered are watched, their sources looked out for', async () => {
  const { migrations } = await import('../src/store/migrations.ts')
  const { watchMigrations } = await import('../src/store/watch-schema.ts')
  const { state, id } = await afterSweep('earlier')
  withStore(state, ({ database }) => {
    const earlier = migrations.indexOf(watchMigrations[0] ?? '')
    const since = migrations.slice(earlier).join('\n')
    for (const [, index] of since.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+)/g)) database.exec(`DROP INDEX ${index}`)
    for (const [, table] of [...since.matchAll(/CREATE TABLE (\w+)/g)].reverse()) database.exec(`DROP TABLE ${table}`)
    database.exec(`PRAGMA user_version = ${earlier}`)
  })
  const store = CaseStore.open(state)
  const hosts = new WatchHosts(store.database).list({ caseId: id }).map(({ host }) => host)
  store.close()
  assert.deepEqual(
    hosts.sort(),
    [20, 21, 22, 23, 24].map((host) => `192.0.2.${host}`),
  )
  const cases = await read(state, later(12, [opens(12 * day, '192.0.2.20', scanner)]))
  assert.equal(cases[0]?.id, id)
})
