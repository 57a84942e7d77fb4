import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorised, cases, escalated, untriaged } from '../fixtures/case/sample.ts'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Case } from '../src/case/case.ts'
import { Cef } from '../src/framing/cef.ts'
import { Leef } from '../src/framing/leef.ts'
import { decodeAll, inputOf } from './decode-fixture.ts'
import { type Json, rendered } from './export-options.ts'

const cefKeys = ['rt', 'src', 'c6a2', 'externalId', 'act', 'cnt', 'cs1', 'cs1Label', 'cs2', 'msg', 'reason', 'dpt']
const leefKeys = ['devTime', 'src', 'sev', 'caseId', 'rule', 'decision', 'msg', 'sources']

/** Fields of a line by the readers that Sweepwatch has for other devices' lines. */
function read(reader: Cef | Leef, keys: readonly string[], line: string): { head: string[]; fields: Json } {
  const bytes = new TextEncoder().encode(line.trimEnd())
  assert.ok(reader.read(bytes, 0, bytes.length), line)
  const text = (from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to))
      .toString()
      .replace(/\\([\\=|])/g, '$1')
  const found = keys.map((key, i) => [key, reader.from[i]! < 0 ? '' : text(reader.from[i]!, reader.to[i]!)])
  return {
    head: Array.from(reader.headFrom, (from, i) => text(from, reader.headTo[i]!)),
    fields: Object.fromEntries(found),
  }
}
const cef = (theCase: Case) => read(new Cef(cefKeys, []), cefKeys, rendered('cef', theCase))
const leef = (theCase: Case) => read(new Leef(leefKeys), leefKeys, rendered('leef', theCase))

test('CEF: one line that a reader of CEF takes apart again', () => {
  const { head, fields } = cef(escalated)
  assert.deepEqual(head.slice(0, 2), ['Sweepwatch', 'Sweepwatch'])
  assert.equal(fields.src, '203.0.113.70')
  assert.equal(fields.externalId, 'c-2026-0042')
  assert.equal(fields.rt, String(Date.parse('2026-11-22T03:27:00.703Z')))
  assert.deepEqual([fields.act, fields.cs1, fields.cs1Label, fields.dpt], ['escalate', 'E3', 'rule', '80'])
  assert.match(fields.msg, /Escalate to tier 2 by rule E3/)
  assert.equal(cef(authorised).fields.c6a2, '2001:db8:ff::66')
  assert.equal(cef(untriaged).fields.act, '')
  assert.match(rendered('cef', untriaged), /\|case-open\|/)
  for (const theCase of cases) assert.equal(rendered('cef', theCase).split('\n').length, 2)
})

test('LEEF: one line that a reader of LEEF takes apart again', () => {
  const { head, fields } = leef(escalated)
  assert.deepEqual(head.slice(0, 2), ['Sweepwatch', 'Sweepwatch'])
  assert.deepEqual([fields.src, fields.sev, fields.caseId, fields.rule], ['203.0.113.70', '10', 'c-2026-0042', 'E3'])
  assert.equal(leef(untriaged).fields.sources.endsWith('198.51.100.105 and 19 more'), true)
  for (const theCase of cases) assert.equal(rendered('leef', theCase).split('\n').length, 2)
})

test('CEF and LEEF: fields of an attacker stay in their fields', () => {
  const evil = `a=b|c\\d\tsrc=192.0.2.99\ncs1=forged ${hostileText}`
  const theCase: Case = { ...escalated, title: evil, decision: { ...escalated.decision!, title: evil, rule: 'E|3=\\' } }
  for (const { head, fields } of [cef(theCase), leef(theCase)]) {
    assert.equal(fields.src, '203.0.113.70')
    assert.deepEqual(head.slice(0, 2), ['Sweepwatch', 'Sweepwatch'])
    assert.match(fields.msg, /src=192\.0\.2\.99/)
  }
  assert.equal(cef(theCase).fields.cs1, 'E|3=\\')
})

test('CEF and LEEF: `sweepwatch events` reads them back', async () => {
  for (const format of ['cef', 'leef']) {
    const lines = cases.map((theCase) => rendered(format, theCase)).join('')
    const { records, result } = await decodeAll(inputOf(Buffer.from(lines)), 'in.log')
    assert.equal(result.format, format)
    const v4 = records.map(({ src }) => src).filter((src) => src !== undefined && !src.includes(':'))
    assert.deepEqual(v4, ['203.0.113.70', '198.51.100.101', '203.0.113.70'])
  }
})

/** A message of RFC 5424 by its grammar. */
function syslogParts(line: string): {
  priority: number
  time: string
  name: string
  data: Json
  message: string
} {
  const match = /^<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (\[.*\]) \ufeff(.*)$/s.exec(
    line.trimEnd(),
  )
  assert.ok(match, line)
  const [, priority, time, , app, , name, element] = match
  assert.equal(app, 'sweepwatch')
  const body = /^\[([^ =\]"]{1,32})((?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")*)\]$/.exec(element as string)
  assert.ok(body, element)
  assert.match(body[1] as string, /^[^@]+@\d+$/)
  const data = Object.fromEntries(
    [...(body[2] as string).matchAll(/ ([^ =]+)="((?:[^"\\\]]|\\["\\\]])*)"/g)].map((found) => [
      found[1],
      (found[2] as string).replace(/\\(.)/g, '$1'),
    ]),
  )
  return { priority: Number(priority), time: time as string, name: name as string, data, message: match[8] as string }
}

test('syslog: a message of RFC 5424 with structured data', () => {
  const { priority, time, name, data, message } = syslogParts(rendered('syslog', escalated))
  assert.deepEqual([priority, time, name], [10 * 8 + 2, '2026-11-22T03:27:00.703Z', 'case-escalate'])
  assert.deepEqual(data, {
    case: 'c-2026-0042',
    severity: 'critical',
    decision: 'escalate',
    rule: 'E3',
    technique: 'T1595.001',
    src: '203.0.113.70',
    sources: '2',
    ports: '80',
    probes: '256',
    answered: '10',
    suspectHosts: '1',
    first: '2026-11-22T03:27:00.603Z',
    last: '2026-11-22T05:08:00.603Z',
  })
  assert.match(message, /Escalate to tier 2/)
  const evil = `x" forged="1"] ${hostileText}`
  const hostile = syslogParts(
    rendered('syslog', { ...escalated, title: evil.repeat(50), decision: { ...escalated.decision!, rule: evil } }),
  )
  assert.equal(hostile.data.forged, undefined)
  assert.match(hostile.data.rule, /^x" forged="1"\] <\/script>/)
  assert.ok(Buffer.byteLength(rendered('syslog', { ...escalated, title: '€'.repeat(9000) })) <= 2049)
})
