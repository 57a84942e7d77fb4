import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorised, cases, escalated, untriaged } from '../fixtures/case/sample.ts'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Case } from '../src/case/case.ts'
import { caseObject } from '../src/report/case/json.ts'
import { caseList } from '../src/report/case/list.ts'
import { mapStrings } from '../src/report/case/strings.ts'
import { caseText } from '../src/report/case/text.ts'
import { type Json, rendered } from './export-options.ts'

const look = { colour: false, unicode: true, columns: 100 }
const colour = { ...look, colour: true }

/** Where each text first stands in the page; every one must be there. */
function places(page: string, texts: readonly string[]): readonly number[] {
  return texts.map((text) => {
    const at = page.indexOf(text)
    assert.ok(at >= 0, `${text} is missing`)
    return at
  })
}

function assertInOrder(page: string, texts: readonly string[]): void {
  const found = places(page, texts)
  assert.deepEqual(
    found,
    [...found].sort((a, b) => a - b),
  )
}

test('the page on the terminal reads like the runbook: verdict, decision, questions, what followed, hosts, proof, history', () => {
  const page = caseText(escalated, look)
  assertInOrder(page, [
    'Escalate to tier 2 by rule E3: Attempted exploitation followed the scan (confidence 93%).',
    'assigned to alice',
    'Decision: escalate by E3',
    'What would reverse it',
    'Q1  NO',
    'Looked at: allowlist: 4 entries',
    'Q4  YES',
    'Would tell: endpoint logs of 192.0.2.12',
    'Q5  UNKNOWN',
    'D10 YES',
    'Patterns that go with malice',
    'What followed',
    'Touched hosts',
    'suspect: 192.0.2.12 (vpn.example.org, critical)',
    'first things first',
    '1. 192.0.2.12 port 443: CVE-2024-3400',
    'What is known of the sources',
    'TeamTNT (G0139)',
    'Related log lines',
    'score in nats',
    'Related techniques',
    'Records kept as proof',
    'What to do next',
    'History',
    'note: The web team did not order a test.',
  ])
  const widest = Math.max(...page.split('\n').map((line) => [...line].length))
  assert.ok(widest <= 100, `a line has ${widest} columns`)
})

test('the HTML report has the same parts in the same order, and every question, answer and reason', () => {
  const page = rendered('html', escalated)
  assertInOrder(page, [
    '<h1>203.0.113.70 swept',
    'Escalate to tier 2 by rule E3',
    'Decision by rule E3',
    'What would reverse it',
    'Questions for analysis',
    'Patterns that go with malice',
    'What followed',
    'Touched hosts',
    'What to patch first',
    'What is known of the sources',
    'Related log lines',
    'What to do next',
    'How fast it was sure',
    'Related techniques',
    'Records kept as proof',
    'History',
  ])
  for (const { text, because, looked } of escalated.triage?.answers ?? []) {
    for (const said of [text, ...because, ...looked]) assert.ok(page.includes(said.replace(/'/g, '&#39;')), said)
  }
  assert.match(page, /The 6 facts that the rules read/)
  assert.match(page, /Score 18\.4 nats against a threshold of 16\.1/)
})

test('a case without triage, and a closed one, are told as such on both pages', () => {
  for (const page of [caseText(untriaged, look), rendered('html', untriaged)]) {
    assert.match(page, /Not triaged yet/)
    assert.match(page, /3 more scans/)
    assert.doesNotMatch(page, /undefined|null/)
  }
  for (const page of [caseText(authorised, look), rendered('html', authorised)]) {
    assert.match(page, /closed: expected/)
    assert.match(page, /vm-weekly/)
    assert.doesNotMatch(page, /What to do next/)
  }
})

test('colours are painted only where the look allows, and change nothing else', () => {
  const start = String.fromCharCode(27)
  const painted = caseText(escalated, colour)
  assert.ok(painted.includes(start))
  assert.equal(painted.replaceAll(/\u001b\[\d+m/g, ''), caseText(escalated, look))
})

test('the list of cases: one line each, decision and rule, what is open in front of what is closed in words', () => {
  const rows = cases.map((one) => ({
    ...one,
    decision: one.decision?.decision ?? null,
    rule: one.decision?.rule ?? null,
  }))
  const lines = caseList(rows, { look: { ...look, columns: 140 }, total: 7 }).split('\n')
  assert.match(lines[0] ?? '', /^CASE +SEVERITY +DECISION +LAST ACTIVITY +OWNER +WHAT$/)
  assert.match(lines[1] ?? '', /^c-2026-0042 +critical +escalate E3 +2026-11-22 05:08 +alice +203\.0\.113\.70 swept/)
  assert.match(lines[2] ?? '', /closed expected/)
  assert.match(lines[3] ?? '', /not triaged/)
  assert.match(lines.at(-2) ?? '', /^4 of 7 cases, 2 to be escalated/)
  assert.equal(caseList([], { look, total: 0 }), 'No case.\n')
  for (const columns of [60, 100, 200]) {
    const table = caseList(rows, { look: { ...look, columns }, total: 3 })
      .split('\n')
      .slice(0, 4)
    assert.ok(table.every((line) => line.length <= Math.max(columns, 100)))
  }
})

test('JSON: what the contract names stands in front, and nothing of the case is lost', () => {
  const object = caseObject(escalated) as Json
  assert.deepEqual(Object.keys(object).slice(0, 7), ['type', 'id', 'scans', 'decision', 'rule', 'because', 'answers'])
  assert.deepEqual(
    [object.type, object.scans, object.decision, object.rule],
    ['case', ['s-4f2a91c07be3'], 'escalate', 'E3'],
  )
  const line = rendered('json', escalated)
  assert.equal(line.split('\n').length, 2)
  const { triage, scans, decision, ...rest } = escalated
  const parsed = JSON.parse(line)
  for (const [name, value] of Object.entries(rest))
    assert.deepEqual(parsed[name], JSON.parse(JSON.stringify(value)), name)
  assert.deepEqual(parsed.scanRecords, JSON.parse(JSON.stringify(scans)))
  assert.deepEqual(parsed.answers, triage?.answers)
  assert.deepEqual(parsed.signs, triage?.signs)
  assert.deepEqual([parsed.facts, parsed.reverse], [decision?.facts, decision?.reverse])
})

test('pages of a hostile case: no markup, no escape sequence, no endless page', () => {
  const long = 'x'.repeat(10_000)
  for (const evil of [hostileText, `=cmd|' /C calc'!A1 ${long}`, `\r\n\u001b]0;title\u0007${hostileText.repeat(40)}`]) {
    const hostile: Case = mapStrings(escalated, (text, isOwnWord) => (isOwnWord || /^\d{4}-/.test(text) ? text : evil))
    const text = caseText(hostile, look)
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028]/)
    assert.ok(Math.max(...text.split('\n').map((line) => line.length)) <= 110)
    assert.ok(text.length < 100_000, `${text.length} characters`)
    const page = rendered('html', hostile)
    assert.doesNotMatch(page, /<script|<img|onerror=alert\(1\)>/)
    assert.ok(page.length < 2_000_000, `${page.length} characters`)
  }
})
