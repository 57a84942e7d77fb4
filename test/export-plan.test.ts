/** Plans in the formats of the field: held against their schemas, and read field by field. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { broken, contained, ended, plans, slowed, stuck, taken, waiting, wide } from '../fixtures/plan/sample.ts'
import { planExports } from '../src/report/respond/export/registry.ts'
import { planObject } from '../src/report/respond/plan-json.ts'
import { type Json, noSchemas } from './export-options.ts'
import { documents, lacking, rendered } from './export-plan-options.ts'
import { cacaoAsPublished, cacaoCheck, stixCheck } from './export-schemas.ts'
import { OcsfSchema } from './ocsf-schema.ts'

const className = 'network_remediation_activity'
const told = (id: string) => Object.entries(plans).filter(([, state]) => lacking(id, state) === undefined)

describe('plans, held against the schemas', { skip: noSchemas }, () => {
  const ocsf = noSchemas ? undefined : new OcsfSchema()
  const [stix, ...cacao] = noSchemas ? [] : [stixCheck(), cacaoCheck(), cacaoAsPublished()]

  for (const [name, state] of told('ocsf')) {
    test(`OCSF: every event of ${name} is valid`, () => {
      const events = documents('ocsf', state)
      assert.ok(events.length > 0)
      for (const event of events) assert.deepEqual(ocsf?.check(event, className), [])
    })
  }
  for (const [name, state] of told('cacao')) {
    test(`CACAO: ${name} is valid`, () => {
      for (const check of cacao) assert.deepEqual(check(documents('cacao', state)[0]), [])
    })
  }
  for (const [name, state] of told('stix')) {
    test(`STIX: ${name} is valid`, () => {
      for (const internal of [false, true]) assert.deepEqual(stix?.(documents('stix', state, { internal })[0]), [])
    })
  }

  test('what is wrong is found', () => {
    const changes: readonly (readonly [(event: Json) => void, RegExp])[] = [
      [(event) => delete event.connection_info, /connection_info: required/],
      [(event) => delete event.command_uid, /command_uid: required/],
      [(event) => (event.countermeasures[0] = {}), /countermeasures\[0\]: needs at least one of/],
      [(event) => (event.metadata.profiles = ['host']), /action_id: profile security_control is not named/],
      [(event) => (event.status = 'Failure'), /status: «Failure» is not «Success»/],
      [(event) => (event.status_id = 7), /status_id: 7 is not in the enumeration/],
      [(event) => (event.activity_id = 2), /type_uid: 700401 is not 700402/],
    ]
    for (const [change, expected] of changes) {
      const [event] = documents('ocsf', contained)
      change(event)
      assert.match((ocsf?.check(event, className) ?? []).join('\n'), expected)
    }
  })
})

const golden = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', 'plan', name), 'utf8')

for (const { id, extension } of planExports) {
  test(`${id}: as it was read and found right, and the same whenever it is made`, () => {
    assert.equal(rendered(id, contained), golden(`contained.${extension}`))
    assert.equal(rendered(id, structuredClone(contained)), rendered(id, contained))
  })
}

test('JSON is what plan show prints', () => {
  for (const state of Object.values(plans)) assert.equal(rendered('json', state), `${planObject(state)}\n`)
})

const outcomes = (state: Json) =>
  documents('ocsf', state).map((event) => [
    event.activity_name,
    event.device.name,
    event.observables[0].value,
    event.status_code,
    event.status,
    event.action,
    event.is_alert,
  ])

test('OCSF: a block that was accepted is no denial until it is proven; what passes is an alert', () => {
  assert.deepEqual(outcomes(contained), [
    ['Isolate', 'edge', '203.0.113.70', 'proven', 'Success', 'Denied', false],
    ['Isolate', 'cloud', '203.0.113.70', 'applied', 'Success', 'Unknown', false],
  ])
  assert.deepEqual(outcomes(broken), [
    ['Isolate', 'edge', '203.0.113.70', 'contradicted', 'Partial', 'Allowed', true],
    ['Isolate', 'cloud', '203.0.113.70', 'failed', 'Failure', 'Unknown', false],
  ])
  const [event] = documents('ocsf', broken)
  assert.equal(event.severity, 'High')
  assert.equal(event.metadata.correlation_uid, 'c-2026-0042')
  assert.deepEqual(event.enrichments[0].data, {
    since: '2026-11-22T05:31:01.250Z',
    until: '2026-11-22T05:32:01.250Z',
    before: 40,
    dropped: 30,
    behind: 10,
    example: 'inside.pcap:24',
  })
})

test('OCSF: what was taken away is an event of its own; what was never there is not given back', () => {
  assert.deepEqual(outcomes(taken), [
    ['Isolate', 'edge', '203.0.113.70', 'handed-over', 'Handed over to a person', 'Unknown', false],
    ['Restore', 'edge', '203.0.113.70', 'revoked', 'Success', 'Unknown', false],
    ['Isolate', 'cloud', '203.0.113.70', 'proven', 'Success', 'Denied', false],
    ['Restore', 'cloud', '203.0.113.70', 'proven', 'Success', 'Allowed', false],
  ])
  assert.deepEqual(
    outcomes(stuck).filter(([activity]) => activity === 'Restore'),
    [
      ['Restore', 'edge', '203.0.113.70', 'failed', 'Failure', 'Unknown', false],
      ['Restore', 'cloud', '203.0.113.70', 'contradicted', 'Failure', 'Denied', true],
    ],
  )
  assert.deepEqual(outcomes(wide), [
    ['Isolate', 'edge', '203.0.113.0/24', 'held', 'Partial', 'Allowed', false],
    ['Isolate', 'edge', '2001:db8:66::/64', 'applied', 'Success', 'Unknown', false],
    ['Isolate', 'edge', '203.0.113.9', 'applied', 'Success', 'Unknown', false],
    ['Isolate', 'edge', '198.51.100.0/28', 'refused', 'Failure', 'Allowed', false],
    ['Isolate', 'cloud', '203.0.113.0/24', 'applied', 'Success', 'Unknown', false],
    ['Isolate', 'cloud', '2001:db8:66::/64', 'refused', 'Failure', 'Allowed', false],
    ['Isolate', 'cloud', '203.0.113.9', 'applied', 'Success', 'Unknown', false],
    ['Isolate', 'cloud', '198.51.100.0/28', 'refused', 'Failure', 'Allowed', false],
  ])
})

test('OCSF: the countermeasure is the direction that is filtered; a throttle is a restriction with its rate', () => {
  const techniques = (state: Json, index = 0) =>
    documents('ocsf', state)[index].countermeasures.map((each: Json) => each.d3f_technique.uid)
  assert.deepEqual(techniques(contained), ['D3-ITF'])
  assert.deepEqual(techniques(wide), ['D3-ITF', 'D3-OTF'])
  assert.deepEqual(techniques(slowed), ['D3-NTF'])
  assert.deepEqual(techniques(ended, 1), ['D3-RNA'])
  const [event] = documents('ocsf', slowed)
  assert.deepEqual([event.firewall_rule.rate_limit, event.action, event.disposition], [10, 'Modified', 'Delayed'])
  assert.deepEqual(event.actor.authorizations[0].policy, { name: 'night', is_applied: true })
})

test('OpenC2: a proposal says how long, an approval until when, a revocation allows for the rest; the rest is said', () => {
  const [proposed] = documents('openc2', waiting)
  assert.deepEqual([proposed.action, proposed.args.duration], ['deny', 14_400_000])
  const [denied] = documents('openc2', contained)
  assert.deepEqual(denied.args, {
    stop_time: Date.parse('2026-11-22T09:31:00Z'),
    response_requested: 'complete',
    slpf: { direction: 'ingress', drop_process: 'none' },
  })
  const [allowed] = documents('openc2', taken)
  assert.deepEqual([allowed.action, allowed.args.stop_time], ['allow', Date.parse('2026-11-22T09:31:00Z')])
  const commands = documents('openc2', wide)
  assert.equal(commands.length, 3 * 2 * 2, 'three networks, two ports, two ways')
  assert.ok(!rendered('openc2', wide).includes('198.51.100.'), 'what the guard keeps out is not commanded')
  // A source that may be forged is let go after an hour.
  assert.equal(commands.at(-1).args.stop_time, Date.parse('2026-11-22T06:31:00Z'))
  for (const [name, reason] of [
    ['slowed', /slows/],
    ['ended', /time is over/],
    ['rejected', /rejected/],
    ['empty', /guard/],
  ] as const)
    assert.match(lacking('openc2', plans[name] as Json) ?? '', reason)
})
