import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { cases, escalated } from '../fixtures/case/sample.ts'
import { ecsErrors } from './ecs-fields.ts'
import { type Json, noSchemas, rendered, schemas } from './export-options.ts'

const lines = (text: string): Json[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('ECS: every field and its type, held against the list of fields', { skip: noSchemas }, () => {
  const flat = join(schemas, 'ecs', 'generated', 'ecs', 'ecs_flat.yml')
  const fields = noSchemas ? {} : parse(readFileSync(flat, 'utf8'))
  const [, release] = noSchemas
    ? []
    : readFileSync(join(schemas, 'ecs', 'generated', 'csv', 'fields.csv'), 'utf8').split('\n')

  for (const theCase of cases) {
    test(`${theCase.id}: every document is valid`, () => {
      for (const document of lines(rendered('ecs', theCase))) {
        assert.deepEqual(ecsErrors(document, fields), [])
        assert.equal(document.ecs.version, release?.split(',')[0])
      }
    })
  }

  test('what is wrong is found', () => {
    const changes: readonly (readonly [(document: Json) => void, RegExp])[] = [
      [(document) => (document.sweepwatch = { id: 1 }), /sweepwatch\.id: no field/],
      [(document) => (document.source.ip = 'somewhere'), /source\.ip: "somewhere" is no ip/],
      [(document) => (document.event.severity = 'high'), /event\.severity/],
      [(document) => (document.event.category = 'network'), /event\.category: is a list/],
      [(document) => (document.event.kind = 'scan'), /scan is not allowed/],
      [(document) => (document.event.type = ['creation']), /creation is not expected/],
      [(document) => delete document['@timestamp'], /@timestamp: required/],
      [(document) => (document.labels.count = 3), /labels\.count/],
    ]
    for (const [change, expected] of changes) {
      const [document] = lines(rendered('ecs', escalated))
      change(document)
      assert.ok(
        ecsErrors(document, fields).some((error) => expected.test(error)),
        String(change),
      )
    }
  })
})

test('ECS: one document for the case, one a scan, one a sign', () => {
  const documents = lines(rendered('ecs', escalated))
  assert.deepEqual(
    documents.map((document) => document.event.dataset),
    ['sweepwatch.case', 'sweepwatch.scan', 'sweepwatch.sign', 'sweepwatch.sign'],
  )
  const [theCase, scan, exploit, volume] = documents
  assert.deepEqual([theCase.rule.id, theCase.threat.group.id, theCase.source.as.number], ['E3', 'G0139', 64496])
  assert.deepEqual(scan.threat.technique.subtechnique.id, ['T1595.001'])
  assert.deepEqual([exploit.source.ip, exploit.destination.ip], ['203.0.113.70', '192.0.2.12'])
  assert.deepEqual(
    [volume.source.ip, volume.source.bytes, volume.destination.ip],
    ['192.0.2.12', 50_331_648, '203.0.113.70'],
  )
})
