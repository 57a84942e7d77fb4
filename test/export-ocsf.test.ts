import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorised, cases, escalated } from '../fixtures/case/sample.ts'
import { type Json, noSchemas, renderedJson } from './export-options.ts'
import { OcsfSchema } from './ocsf-schema.ts'

const className = 'detection_finding'

describe('OCSF: a Detection Finding, held against the schema', { skip: noSchemas }, () => {
  const schema = noSchemas ? undefined : new OcsfSchema()

  for (const theCase of cases) {
    test(`${theCase.id} is valid`, () => {
      assert.deepEqual(schema?.check(renderedJson('ocsf', theCase), className), [])
    })
  }

  test('the validator finds what is wrong: every kind of change to a valid document is named', () => {
    const changes: readonly (readonly [string, (document: Json) => void, RegExp])[] = [
      ['unknown attribute', (d) => (d.colour = 'red'), /^colour: unknown attribute$/],
      [
        'unknown attribute far below',
        (d) => (d.evidences[0].src_endpoint.address = '203.0.113.70'),
        /src_endpoint\.address: unknown/,
      ],
      ['missing attribute', (d) => delete d.finding_info, /finding_info: required/],
      ['missing attribute of an object', (d) => delete d.finding_info.uid, /finding_info\.uid: required/],
      [
        'attribute of a profile that is not named',
        (d) => (d.metadata.profiles = []),
        /priority_id: profile incident is not named/,
      ],
      ['profile with a required attribute', (d) => d.metadata.profiles.push('cloud'), /cloud: required/],
      ['wrong type', (d) => (d.time = '2026-11-22T03:27:00Z'), /^time: .* is no timestamp_t/],
      ['broken number', (d) => (d.severity_id = 2.5), /severity_id: 2\.5 is no integer_t/],
      ['value out of the enumeration', (d) => (d.severity_id = 17), /severity_id: 17 is not in the enumeration/],
      ['no array', (d) => (d.evidences = d.evidences[0]), /evidences: is no array/],
      ['array', (d) => (d.message = [d.message]), /message: is an array/],
      ['no address', (d) => (d.evidences[0].src_endpoint.ip = 'somewhere'), /does not match ip_t/],
      ['port out of range', (d) => (d.evidences[0].src_endpoint.port = 70_000), /70000 is out of range/],
      ['caption that contradicts', (d) => (d.severity = 'Low'), /severity: «Low» is not «Critical»/],
      ['at least one', (d) => (d.evidences[0] = { name: 'nothing' }), /evidences\[0\]: needs at least one of/],
      ['just one', (d) => (d.vulnerabilities[0].cwe = { uid: 'CWE-22' }), /vulnerabilities\[0\]: needs just one/],
      ['deprecated attribute', (d) => (d.comment = 'x'), /comment: deprecated/],
      ['wrong class', (d) => (d.class_uid = 2001), /class_uid/],
      ['wrong kind of event', (d) => (d.type_uid = 200401), /type_uid: 200401 is not 200402/],
      ['observable of an unknown type', (d) => (d.observables[0].type_id = 98), /observables\[0\]\.type_id: 98/],
      ['wrong version', (d) => (d.metadata.version = '1.0.0'), /metadata\.version/],
      ['null', (d) => (d.finding_info.title = null), /finding_info\.title: null is no string_t/],
    ]
    for (const [what, change, expected] of changes) {
      const document = renderedJson('ocsf', escalated)
      change(document)
      const errors = schema?.check(document, className) ?? []
      assert.ok(
        errors.some((error) => expected.test(error)),
        `${what}: ${JSON.stringify(errors)}`,
      )
    }
  })

  test('technique, sources, hosts, confidence and life of the case are told', () => {
    const document = renderedJson('ocsf', escalated)
    const [attack] = document.finding_info.attacks
    assert.deepEqual(
      [attack.tactic.uid, attack.technique.uid, attack.sub_technique.uid],
      ['TA0043', 'T1595', 'T1595.001'],
    )
    assert.deepEqual(document.evidences[0].src_endpoint, { ip: '203.0.113.70' })
    assert.deepEqual(
      [document.evidences[0].connection_info.direction, document.evidences[0].connection_info.protocol_num],
      ['Inbound', 6],
    )
    assert.deepEqual(
      document.resources.map((resource: Json) => [resource.uid, resource.role, resource.labels[0]]),
      [
        ['192.0.2.12', 'Affected', 'suspect'],
        ['192.0.2.10', 'Target', 'clean'],
        ['192.0.2.11', 'Target', 'unknown'],
      ],
    )
    assert.deepEqual(
      [document.confidence_score, document.confidence, document.status, document.is_alert],
      [93, 'High', 'In Progress', true],
    )
    assert.equal(document.vulnerabilities[0].cve.uid, 'CVE-2024-3400')
    assert.match(document.remediation.desc, /Block or throttle 203\.0\.113\.70/)
    const closed = renderedJson('ocsf', authorised)
    assert.deepEqual(
      [closed.activity_name, closed.status, closed.verdict, closed.is_alert],
      ['Close', 'Suppressed', 'Benign', false],
    )
  })
})
