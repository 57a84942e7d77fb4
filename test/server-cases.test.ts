import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isoTime } from '../src/base/time.ts'
import { TestService } from './server-parts.ts'

let service: TestService

before(async () => {
  service = await TestService.open()
})
after(() => service.close())

const list = async (query: string) =>
  JSON.parse((await service.ask({ path: `/api/cases${query}`, role: 'viewer' })).text)
const change = (ids: readonly string[], what: object, role: 'viewer' | 'analyst' = 'analyst') =>
  service.ask({
    method: 'POST',
    path: '/api/cases/changes',
    role,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ids, change: what }),
  })

test('a filter takes what fits and leaves the rest, and the count agrees', async () => {
  const [one] = (await list('')).rows
  for (const fits of [
    'status=open',
    'source=203.0.113.70',
    'text=swept',
    'owner=-',
    'decision=escalate',
    'since=2026-11-01',
  ]) {
    assert.deepEqual(await list(`?${fits}`), { total: 1, rows: [one] }, fits)
  }
  for (const not of [
    'status=closed',
    'source=203.0.113.71',
    'text=%25',
    'owner=bob',
    'decision=close',
    'until=2026-11-01',
  ]) {
    assert.deepEqual(await list(`?${not}`), { total: 0, rows: [] }, not)
  }
})

test('what somebody writes is in the next answer, whoever wrote it', async () => {
  const { rows } = await list('')
  const other = service.site.cases
  other.append(rows[0].id, [
    { at: isoTime(Date.now() * 1000), author: 'bob', reason: 'mine', body: { kind: 'assigned', to: 'bob' } },
  ])
  assert.equal((await list('?owner=bob')).total, 1)
  assert.equal((await list('?owner=-')).total, 0)
})

test('several cases are changed one by one, and each refusal is told', async () => {
  const { rows } = await list('')
  const { id } = rows[0]
  const closing = { kind: 'close', outcome: 'expected', lesson: 'none', change: 'none', reason: 'CHG-1' }
  const { results } = JSON.parse((await change([id, 'nothing', id], closing)).text)
  assert.deepEqual(
    results.map((each: { id: string; done: boolean; problem: { code: string } | null }) => [
      each.id,
      each.done,
      each.problem?.code ?? null,
    ]),
    [
      [id, true, null],
      ['nothing', false, 'no-such-case'],
    ],
  )
  const again = JSON.parse((await change([id], closing)).text)
  assert.equal(again.results[0].problem.code, 'case-status')
  assert.equal(service.site.cases.find(id).history.at(-1)?.author, 'analyst')
})

test('a viewer changes nothing', async () => {
  const { rows } = await list('')
  assert.equal((await change([rows[0].id], { kind: 'reopen', reason: 'no' }, 'viewer')).status, 403)
  assert.equal((await list('')).rows[0].status, 'closed')
})

test('the file for a spreadsheet runs no formula of a title or an owner', async () => {
  const { rows } = await list('')
  await change([rows[0].id], { kind: 'assign', to: '=HYPERLINK("http://192.0.2.1")' })
  const { text, mediaType } = await service.ask({ path: '/api/cases.csv', role: 'viewer' })
  assert.equal(mediaType, 'text/csv')
  assert.match(text, /,"'=HYPERLINK/)
  assert.equal(text.split('\r\n').length, 3)
})

test('the usual list goes along an index, however many cases there are', () => {
  const plan = service.site.cases.database
    .prepare(
      "EXPLAIN QUERY PLAN SELECT * FROM case_view WHERE status = 'open' ORDER BY rank DESC, last DESC, id LIMIT 100",
    )
    .all()
    .map(({ detail }) => String(detail))
  assert.match(plan.join('; '), /USING INDEX case_view_rank/)
})
