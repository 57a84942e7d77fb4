/** What the ledger says of a plan, in its case and to the people who are told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeOf } from '../src/notify/notice.ts'
import { noteInCase } from '../src/pipeline/respond/case-notes.ts'
import type { LedgerBody, Observation } from '../src/respond/ledger/entry.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { ann, approve, caseWith, drafts, emptyLedger } from './contain-case.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const at = '2026-11-28T12:00:00Z'
const seen: Observation = { since: at, until: at, before: 9, dropped: null, behind: 3, example: null }

function site() {
  const { ledger, cases } = emptyLedger()
  const of = caseWith()
  const entry = (body: (typeof of.history)[number]['body']) => ({ at, author: 'sweepwatch', reason: 'a test', body })
  cases.append(of.id, [
    entry({ kind: 'opened', title: of.title, key: 'k' }),
    ...of.scans.map(({ scan }) => entry({ kind: 'scan', scan, joined: 'a test' })),
    ...(of.triage === null ? [] : [entry({ kind: 'triaged', triage: of.triage })]),
  ])
  const { plan } = approve(ledger, drafts(of)[0] as Plan, now)
  const write = (body: LedgerBody) => {
    const [written] = ledger.append([{ at, author: ann, reason: 'a test', plan: plan.id, body }])
    assert.ok(written)
    return noteInCase(cases, ledger, written)
  }
  return { cases, id: of.id, write }
}

test('a proven block contains the case; looks that show nothing, and rules that were sent, are left to the ledger', () => {
  const { cases, id, write } = site()
  write({ kind: 'applied', target: 'edge', outcome: 'applied', detail: '', blocks: 1 })
  write({ kind: 'judged', target: 'edge', phase: 'block', proof: 'unproven', seen, because: 'nothing arrived' })
  assert.equal(cases.find(id).times.toContain, null)
  assert.equal(
    write({ kind: 'judged', target: 'edge', phase: 'block', proof: 'proven', seen, because: 'none passed' }),
    undefined,
  )
  const one = cases.find(id)
  assert.notEqual(one.times.toContain, null)
  const last = one.history.at(-1)?.body
  assert.ok(last?.kind === 'contained')
  assert.deepEqual([last.target, last.until], ['edge', '2026-11-28T16:00:00Z'])
})

test('a block that fails, or that others took away, is told to people again, and says why', () => {
  const { cases, id, write } = site()
  const before = noticeOf(cases.find(id), 'low')
  assert.equal(before?.news, null)
  const alarmed = write({
    kind: 'judged',
    target: 'edge',
    phase: 'block',
    proof: 'contradicted',
    seen,
    because: '3 packets came out',
  })
  assert.ok(alarmed)
  const after = noticeOf(alarmed, 'low')
  assert.notEqual(after?.key, before?.key)
  assert.match(after?.news ?? '', /CONTRADICTED: 3 packets came out/)
  assert.ok(write({ kind: 'held', target: 'edge', networks: ['203.0.113.70/32'] }))
  assert.ok(write({ kind: 'failed', target: 'edge', doing: 'apply', error: 'no nft' }))
  assert.equal(write({ kind: 'released', target: 'edge', why: 'ended', detail: '' }), undefined)
  assert.equal(new Set([before, after, noticeOf(cases.find(id), 'low')].map((notice) => notice?.key)).size, 3)
})

test('a case that comes back is told again', () => {
  const { cases, id } = site()
  const key = () => noticeOf(cases.find(id), 'low')?.key
  const first = key()
  const entry = { at, author: 'ann', reason: 'a test' }
  cases.append(id, [{ ...entry, body: { kind: 'closed', outcome: 'resolved', lesson: '', change: '' } }])
  cases.append(id, [{ ...entry, reason: '203.0.113.70 scans again', body: { kind: 'reopened' } }])
  assert.notEqual(key(), first)
  assert.match(noticeOf(cases.find(id), 'low')?.news ?? '', /it is back: 203\.0\.113\.70 scans again/)
})
