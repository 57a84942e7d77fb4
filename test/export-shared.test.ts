import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { authorised, cases, escalated, untriaged } from '../fixtures/case/sample.ts'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Case } from '../src/case/case.ts'
import { caseExports } from '../src/report/case/registry.ts'
import { type Json, rendered, renderedJson } from './export-options.ts'

test('the registry: every output has an id, a title, a kind of file and somebody who reads it', () => {
  const ids = caseExports.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { id, title, about, extension, mediaType } of caseExports) {
    assert.match(id, /^[a-z]+$/)
    assert.match(mediaType, /^(text|application)\/[\w.+-]+/)
    assert.ok(title.length > 3 && about.length > 10 && /^[a-z.]+$/.test(extension), id)
  }
})

test('docs/exports.md has a row for every output', () => {
  const document = readFileSync(join(import.meta.dirname, '..', 'docs', 'exports.md'), 'utf8')
  const rows = document.split('\n').filter((line) => line.startsWith('| `'))
  for (const { id } of caseExports)
    assert.ok(
      rows.some((row) => row.split('|')[1]?.includes(`\`${id}\``)),
      id,
    )
})

test('every output of every case ends with one line end and is the same bytes again', () => {
  for (const { id } of caseExports) {
    for (const theCase of cases) {
      const made = rendered(id, theCase)
      assert.equal(rendered(id, structuredClone(theCase)), made, id)
      if (made !== '') assert.match(made, /[^\n]\n$/, `${id} of ${theCase.id}`)
    }
  }
})

test('MISP: an event whose fields have the types of the core format', () => {
  const { Event: event } = renderedJson('misp', escalated)
  for (const name of ['uuid', 'info', 'date', 'threat_level_id', 'analysis', 'distribution', 'timestamp']) {
    assert.equal(typeof event[name], 'string', name)
  }
  assert.deepEqual(
    [event.date, event.threat_level_id, event.analysis, event.published],
    ['2026-11-22', '1', '1', false],
  )
  assert.equal(event.Tag[0].name, 'misp-galaxy:mitre-attack-pattern="Scanning IP Blocks - T1595.001"')
  const uuids = event.Attribute.map((attribute: Json) => attribute.uuid)
  assert.equal(new Set(uuids).size, uuids.length)
  for (const attribute of event.Attribute) {
    const { to_ids: toIds, disable_correlation: correlation, first_seen: first, last_seen: last, ...texts } = attribute
    assert.deepEqual([typeof toIds, typeof correlation], ['boolean', 'boolean'])
    for (const [name, value] of Object.entries(texts)) assert.equal(typeof value, 'string', name)
    if (first) assert.ok(first <= last)
  }
  const ofType = (type: string) => event.Attribute.filter((attribute: Json) => attribute.type === type)
  assert.deepEqual(
    ofType('ip-src').map((attribute: Json) => [attribute.value, attribute.to_ids]),
    [
      ['203.0.113.70', true],
      ['203.0.113.71', false],
    ],
  )
  assert.deepEqual([ofType('AS')[0].value, ofType('threat-actor')[0].value], ['64496', 'TeamTNT'])
  assert.deepEqual(ofType('ip-dst'), [])
  assert.equal(
    renderedJson('misp', escalated, { internal: true }).Event.Attribute.filter((a: Json) => a.type === 'ip-dst').length,
    3,
  )
})

test('Navigator: a layer of format 4.5 with the technique and its neighbours, coloured by what was seen', () => {
  const allowed = new Set([
    'name',
    'versions',
    'domain',
    'description',
    'sorting',
    'hideDisabled',
    'layout',
    'techniques',
    'legendItems',
    'metadata',
    'showTacticRowBackground',
    'selectTechniquesAcrossTactics',
    'selectSubtechniquesWithParent',
  ])
  for (const theCase of cases) {
    const layer = renderedJson('navigator', theCase)
    assert.deepEqual(
      Object.keys(layer).filter((name) => !allowed.has(name)),
      [],
    )
    assert.deepEqual([layer.domain, layer.versions.layer], ['enterprise-attack', '4.5'])
    const ids: string[] = layer.techniques.map((technique: Json) => technique.techniqueID)
    for (const id of ['T1595.001', 'T1590', 'T1593', 'T1596', 'T1587', 'T1588', 'T1133'])
      assert.ok(ids.includes(id), id)
    assert.equal(new Set(ids).size, ids.length)
    for (const { color, comment } of layer.techniques) assert.ok(/^#[0-9a-f]{6}$/.test(color) && comment.length > 0)
    const legend = new Set(layer.legendItems.map((item: Json) => item.color))
    assert.ok(layer.techniques.every((technique: Json) => legend.has(technique.color)))
  }
  const colours: Json = Object.fromEntries(
    renderedJson('navigator', escalated).techniques.map((t: Json) => [t.techniqueID, t.comment]),
  )
  assert.match(colours.T1133, /External Remote Services\. seen/)
  assert.match(colours.T1190, /looked for, not seen/)
  assert.match(colours.T1593, /not observable/)
})

test('abuse report: what, when with its zone, from where; nothing of ours unless asked for', () => {
  const report = rendered('abuse', escalated)
  assert.match(
    report,
    /^Subject: Abuse report: scan of IP blocks from 203\.0\.113\.70 and 203\.0\.113\.71, 2026-11-22 UTC\n/,
  )
  assert.match(report, /AS64496 \(Example Hosting\)/)
  assert.match(report, /All times are UTC/)
  assert.match(
    report,
    /256 addresses were asked \(TCP SYN \(half-open\)\) for tcp\/80, 2026-11-22 03:27:00 to 03:27:07 UTC/,
  )
  assert.match(report, /3 attempts to exploit a service by 203\.0\.113\.70 on port 443/)
  // What our own hosts did in the case is nobody's business.
  const inside = authorised.scans[0]!
  const both = rendered('abuse', {
    ...escalated,
    sources: [...escalated.sources, '192.0.2.12'],
    scans: [...escalated.scans, inside],
  })
  assert.doesNotMatch(both, /40 addresses|ICMPv6|more/)
  assert.match(report, /Answers and questions: soc@example\.org/)
  assert.doesNotMatch(report, /192\.0\.2\.|vpn\.example|48 MB|fw01/)
  const full = rendered('abuse', escalated, { internal: true })
  assert.match(full, /Log lines:\n {2}<134>Nov 22 03:27:00 fw01/)
  assert.match(rendered('abuse', untriaged), /Our logs cannot show it/)
  assert.match(rendered('abuse', authorised, { internal: true }), /^No source of this case is outside our networks/)
})

test('DShield: nine fields apart by tabs, our addresses hidden as DShield does it', () => {
  const lines = rendered('dshield', escalated).slice(0, -1).split('\n')
  const fields = lines.map((line) => line.split('\t'))
  assert.deepEqual(fields[0], [
    '2026-11-22 03:27:00 +00:00',
    '0',
    '1',
    '203.0.113.70',
    '???',
    '10.0.2.10',
    '80',
    'TCP',
    'S',
  ])
  assert.deepEqual(fields.at(-1), [
    '2026-11-22 03:27:40 +00:00',
    '0',
    '14',
    '203.0.113.70',
    '???',
    '10.0.2.10',
    '22',
    'TCP',
    '',
  ])
  assert.ok(fields.every((row) => row.length === 9))
  assert.match(
    rendered('dshield', escalated, { internal: true, dshieldUser: 12345 }),
    /^2026-11-22 03:27:00 \+00:00\t12345\t1\t203\.0\.113\.70\t\?\?\?\t192\.0\.2\.10\t80\tTCP\tS\n/,
  )
  // Of several sources it is not known which asked, and our own hosts are nobody's business.
  assert.equal(rendered('dshield', untriaged), '')
  assert.equal(rendered('dshield', authorised), '')
})

test('ticket: Markdown in which the strings of others are text', () => {
  const ticket = rendered('ticket', escalated)
  assert.match(ticket, /^# 203\.0\.113\.70 swept 192\.0\.2\.0\/24/)
  assert.match(ticket, /\*\*Escalate to tier 2 by rule E3/)
  assert.match(ticket, /- \*\*Q4 yes\*\* \(70%\)/)
  assert.match(ticket, /## What to patch first/)
  const evil = `[a](http://x) <img src=x> @all **b** \`c\` | # d\n# e ${hostileText}`
  const theCase: Case = { ...escalated, title: evil, decision: { ...escalated.decision!, because: [evil] } }
  const hostile = rendered('ticket', theCase)
  assert.doesNotMatch(hostile, /(?<!\\)\[a\]|(?<!\\)<img|@all|:\/\/x|(?<!\\)\*\*b|\n# e/)
})
