import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { cases, escalated } from '../fixtures/case/sample.ts'
import { type Json, noSchemas, rendered, schemas } from './export-options.ts'

const lines = (text: string): Json[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** What is wrong with a document by the flat list of fields, one line an error. */
function ecsErrors(document: Json, fields: Json): string[] {
  const errors: string[] = []
  const isOf: Readonly<Record<string, (value: Json) => boolean>> = {
    keyword: (value) => typeof value === 'string' && value.length <= 1024,
    constant_keyword: (value) => typeof value === 'string',
    wildcard: (value) => typeof value === 'string',
    match_only_text: (value) => typeof value === 'string',
    ip: (value) => isIP(value) > 0,
    date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
    long: (value) => Number.isSafeInteger(value),
    float: (value) => typeof value === 'number' && Number.isFinite(value),
    boolean: (value) => typeof value === 'boolean',
  }
  const walk = (value: Json, path: string): void => {
    const field = fields[path]
    if (field?.type === 'object' && field.object_type === 'keyword') {
      for (const [name, label] of Object.entries(value))
        if (typeof label !== 'string' || name.includes('.')) errors.push(`${path}.${name}: no keyword`)
    } else if (field) checkField(value, path, field)
    else if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, member] of Object.entries(value)) walk(member, path === '' ? name : `${path}.${name}`)
    } else errors.push(`${path}: no field of ECS`)
  }
  function checkField(value: Json, path: string, field: Json): void {
    const isList = field.normalize.includes('array')
    if (isList !== Array.isArray(value)) errors.push(`${path}: ${isList ? 'is a list' : 'is no list'}`)
    const allowed = field.allowed_values?.map((item: Json) => item.name) ?? field.expected_values
    for (const item of [value].flat()) {
      if (!isOf[field.type]?.(item)) errors.push(`${path}: ${JSON.stringify(item)} is no ${field.type}`)
      if (allowed && !allowed.includes(item)) errors.push(`${path}: ${item} is not allowed`)
    }
  }
  walk(document, '')
  for (const [path, field] of Object.entries(fields) as [string, Json][]) {
    if (field.required && path.split('.').reduce((at, name) => at?.[name], document) === undefined)
      errors.push(`${path}: required`)
  }
  const categories = fields['event.category'].allowed_values.filter((item: Json) =>
    document.event?.category?.includes(item.name),
  )
  const types = new Set(categories.flatMap((item: Json) => item.expected_event_types))
  for (const type of document.event?.type ?? [])
    if (!types.has(type)) errors.push(`event.type: ${type} is not expected of the categories`)
  return errors
}

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
