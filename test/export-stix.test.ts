import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { authorised, cases, escalated, untriaged } from '../fixtures/case/sample.ts'
import type { Case, CaseScan } from '../src/case/case.ts'
import { type Json, noSchemas, reference, rendered, renderedJson } from './export-options.ts'
import { stixCheck } from './export-schemas.ts'

const ofType = (bundle: Json, type: string): Json[] => bundle.objects.filter((object: Json) => object.type === type)

describe('STIX 2.1: a bundle, held against the schemas', { skip: noSchemas }, () => {
  const check = noSchemas ? () => [] : stixCheck()

  for (const theCase of cases) {
    for (const internal of [false, true]) {
      test(`${theCase.id}${internal ? ' with our addresses' : ''} is valid`, () => {
        assert.deepEqual(check(renderedJson('stix', theCase, { internal })), [])
      })
    }
  }

  test('the schemas are read: what is wrong is found', () => {
    const changes: readonly ((bundle: Json) => void)[] = [
      (bundle) => delete ofType(bundle, 'indicator')[0].pattern,
      (bundle) => (ofType(bundle, 'sighting')[0].count = -1),
      (bundle) => (ofType(bundle, 'sighting')[0].where_sighted_refs = ['indicator--1']),
      (bundle) => (ofType(bundle, 'ipv4-addr')[0].value = '999.0.0.1'),
      (bundle) => delete ofType(bundle, 'network-traffic')[0].protocols,
      (bundle) => (ofType(bundle, 'report')[0].object_refs = []),
      (bundle) => (ofType(bundle, 'observed-data')[0].number_observed = 0),
      (bundle) => (ofType(bundle, 'identity')[0].created = '2026-01-01'),
    ]
    for (const change of changes) {
      const bundle = renderedJson('stix', escalated)
      change(bundle)
      assert.notDeepEqual(check(bundle), [], String(change))
    }
  })

  test('T1595.001 is the object that ATT&CK publishes', () => {
    const published = JSON.parse(readFileSync(join(reference, 'mitre', 'attack_T1595_subset_bundle.json'), 'utf8'))
    const theirs = published.objects.find(
      (object: Json) => object.external_references?.[0]?.external_id === 'T1595.001',
    )
    const [ours] = ofType(renderedJson('stix', escalated), 'attack-pattern')
    for (const name of ['id', 'created', 'modified', 'name', 'created_by_ref', 'kill_chain_phases']) {
      assert.deepEqual(ours[name], theirs[name], name)
    }
    assert.deepEqual(ours.external_references[0], theirs.external_references[0])
  })
})

test('STIX: every reference leads to an object of the bundle, and every id occurs once', () => {
  for (const theCase of cases) {
    const bundle = renderedJson('stix', theCase, { internal: true })
    const ids = bundle.objects.map((object: Json) => object.id)
    assert.equal(new Set(ids).size, ids.length)
    const references = bundle.objects.flatMap((object: Json) =>
      Object.entries(object).flatMap(([name, value]) => (/_refs?$/.test(name) ? [value].flat() : [])),
    )
    assert.deepEqual(
      references.filter((reference: string) => !ids.includes(reference)),
      [],
    )
  }
})

test('STIX: ids of cyber-observables are those that others make of the same address', () => {
  const idOf = (source: string) => {
    const [{ scan, ...rest }] = escalated.scans as [CaseScan]
    const theCase: Case = {
      ...escalated,
      sources: [source],
      scans: [{ ...rest, scan: { ...scan, sources: [source] } }],
    }
    return renderedJson('stix', theCase).objects.find((object: Json) => object.value === source).id
  }
  // The first is an example of STIX 2.1 section 2.9.
  assert.equal(idOf('198.51.100.3'), 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4')
  assert.equal(idOf('2001:db8::1'), 'ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26')
})

test('STIX: no address and no name of ours is in it unless asked for', () => {
  for (const theCase of cases) {
    const text = rendered('stix', theCase)
    assert.doesNotMatch(text, /192\.0\.2\.|198\.18\.|2001:db8:1:|2001:db8:ff:|example\.org/, theCase.id)
  }
  assert.match(rendered('stix', escalated, { internal: true }), /192\.0\.2\.0\/24/)
  const [shared] = ofType(renderedJson('stix', escalated), 'report')
  const [kept] = ofType(renderedJson('stix', escalated, { internal: true }), 'report')
  assert.notEqual(shared.id, kept.id)
})

test('STIX: an indicator only of sources that are neither forged nor allowed, and it ends', () => {
  const [indicator] = ofType(renderedJson('stix', escalated), 'indicator')
  assert.equal(indicator.pattern, "[ipv4-addr:value = '203.0.113.70']")
  assert.equal(indicator.valid_until, '2026-12-22T05:08:00.603Z')
  assert.deepEqual(ofType(renderedJson('stix', authorised, { internal: true }), 'indicator'), [])
  // Not of our own hosts either.
  const ours: Case = { ...authorised, outcome: null, triage: null }
  assert.deepEqual(ofType(renderedJson('stix', ours, { internal: true }), 'indicator'), [])
  const forged: Case = {
    ...escalated,
    scans: escalated.scans.map((item) => ({
      ...item,
      scan: { ...item.scan, spoofable: true, sources: escalated.sources },
    })),
  }
  assert.deepEqual(ofType(renderedJson('stix', forged), 'indicator'), [])
  assert.deepEqual(ofType(renderedJson('stix', untriaged), 'course-of-action'), [])
})

test('every output is the same whenever it is made', () => {
  for (const theCase of cases) assert.equal(rendered('stix', theCase), rendered('stix', structuredClone(theCase)))
  assert.notEqual(rendered('stix', escalated), rendered('stix', { ...escalated, id: 'c-other' }))
})
