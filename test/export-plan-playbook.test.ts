/** The playbook and the bundle of a plan, read as a SOAR and a threat-intelligence platform would. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contained as containedCase } from '../fixtures/case/sample.ts'
import { broken, contained, plans, rejected, slowed, stuck, taken, waiting, wide } from '../fixtures/plan/sample.ts'
import type { PlanState } from '../src/respond/ledger/fold.ts'
import { type Json, renderedJson } from './export-options.ts'
import { documents, lacking, rendered } from './export-plan-options.ts'

const playbookOf = (state: PlanState): Json => documents('cacao', state)[0]
const bundleOf = (state: PlanState, changed = {}): Json[] => documents('stix', state, changed)[0].objects
const ofType = (objects: Json[], type: string): Json[] => objects.filter((object) => object.type === type)

/** The steps in the order in which they are carried out. */
function stepsOf(playbook: Json): Json[] {
  const steps: Json[] = []
  for (let id = playbook.workflow_start; id !== undefined; id = steps.at(-1).on_completion) {
    assert.ok(playbook.workflow[id], `${id} is no step`)
    assert.ok(steps.length < 100, 'it goes round')
    steps.push(playbook.workflow[id])
  }
  return steps
}

const names = (state: PlanState) => stepsOf(playbookOf(state)).flatMap(({ name }) => name ?? [])

test('CACAO: one way from start to end through every step, with agents that are defined', () => {
  for (const state of Object.values(plans)) {
    const playbook = playbookOf(state)
    const steps = stepsOf(playbook)
    assert.equal(steps.at(-1).type, 'end')
    assert.equal(steps.length, Object.keys(playbook.workflow).length)
    for (const step of steps) if (step.type === 'action') assert.ok(playbook.agent_definitions[step.agent])
    const activities = steps.flatMap(({ commands = [] }) => commands.map((command: Json) => command.playbook_activity))
    assert.deepEqual(new Set(activities), new Set(playbook.playbook_activities))
    const isManual = steps.every(({ commands = [] }) => commands.every(({ type }: Json) => type === 'manual'))
    assert.equal(playbook.playbook_processing_summary.manual_playbook, isManual)
  }
})

test('CACAO: says what was done, and of what was not that it was not', () => {
  assert.deepEqual(names(taken), [
    'Proposed by sweepwatch, 2026-11-22T05:30:00.250Z',
    'Approved by alice, until 2026-11-22T09:31:00.000Z',
    'block at edge: handed-over, 2026-11-22T05:31:01.250Z',
    'block at edge: not judged yet',
    'block at cloud: applied, 2026-11-22T05:31:01.250Z',
    'block at cloud: proven',
    'release at edge: revoked, 2026-11-22T05:40:01.250Z',
    'release at edge: not judged yet',
    'release at cloud: revoked, 2026-11-22T05:40:01.250Z',
    'release at cloud: proven',
  ])
  assert.equal(playbookOf(taken).revoked, true)
  assert.deepEqual(names(rejected).slice(1), ['Rejected by alice: a customer'])
  assert.deepEqual(names(waiting).slice(1, 3), ['Not executed: waits for an approval', 'Not executed: block at edge'])
  assert.ok(names(contained).includes('Not executed: release at edge, due 2026-11-22T09:31:00.000Z'))
  assert.ok(names(stuck).includes('release at edge: failed, 2026-11-22T05:40:01.250Z'))
  const [block] = stepsOf(playbookOf(wide)).filter(({ name }) => name?.startsWith('block at edge: applied'))
  assert.equal(
    block.step_variables.__exceptions__.value,
    "203.0.113.0/24 held: it was taken away there by others' hands; 198.51.100.0/28 refused: 198.51.100.0/28 touches 198.51.100.4/32: a partner",
  )
})

test('CACAO: commands are OpenC2, and for a person where OpenC2 has none', () => {
  const commands = (state: PlanState) => stepsOf(playbookOf(state)).flatMap(({ commands = [] }) => commands)
  const decoded = commands(contained).flatMap(({ type, content_b64 }) =>
    type === 'openc2-http' ? [JSON.parse(Buffer.from(content_b64, 'base64').toString())] : [],
  )
  assert.deepEqual(
    decoded.map(({ action, target }) => [action, target.ipv4_net]),
    [
      ['deny', '203.0.113.70/32'],
      ['deny', '203.0.113.70/32'],
      ['allow', '203.0.113.70/32'],
      ['allow', '203.0.113.70/32'],
    ],
  )
  assert.ok(commands(slowed).some(({ type, command }) => type === 'manual' && command.startsWith('slow to 10 packets')))
  const many = Array.from({ length: 300 }, (_, i) => ({
    ...contained.plan.networks[0]!,
    network: `203.0.113.${i % 256}/32`,
  }))
  const large = { ...contained, plan: { ...contained.plan, networks: many } }
  const last = stepsOf(playbookOf(large))
    .find(({ name }) => name?.startsWith('block at edge'))
    ?.commands.at(-1)
  assert.equal(last.command, '56 more networks, which the JSON output of the plan names')
})

test("CACAO: the case's playbook leads to its plans' playbooks, and proposes no block beside them", () => {
  const playbook = renderedJson('cacao', containedCase)
  const steps: Json[] = Object.values(playbook.workflow)
  const led = steps.flatMap(({ type, playbook_id }) => (type === 'playbook-action' ? [playbook_id] : []))
  assert.deepEqual(led, playbook.related_to)
  assert.equal(led.length, 2)
  assert.ok(led.includes(playbookOf(contained).id))
  assert.equal(playbook.playbook_processing_summary.external_playbooks, true)
  assert.ok(!steps.some(({ name }) => name?.startsWith('Proposed, not executed')))
})

test('STIX: every reference leads to an object of the bundle, and every id occurs once', () => {
  for (const state of Object.values(plans)) {
    if (lacking('stix', state) !== undefined) continue
    const objects = bundleOf(state)
    const ids = objects.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length)
    for (const object of objects)
      for (const [name, value] of Object.entries(object))
        if (name.endsWith('_ref') || name.endsWith('_refs'))
          for (const ref of [value].flat()) assert.ok(ids.includes(ref as string), `${object.id} ${name}`)
  }
})

test('STIX: indicators live as long as the plan, and are revoked with it or where the case was found harmless', () => {
  const [indicator] = ofType(bundleOf(contained), 'indicator')
  assert.deepEqual(
    [indicator.pattern, indicator.valid_from, indicator.valid_until, indicator.revoked],
    ["[ipv4-addr:value = '203.0.113.70']", '2026-11-22T05:31:00.250Z', '2026-11-22T09:31:00.000Z', undefined],
  )
  assert.deepEqual(ofType(bundleOf(waiting), 'indicator'), [], 'nobody approved it')
  assert.equal(ofType(bundleOf(taken), 'indicator')[0].revoked, true)
  for (const outcome of ['expected', 'false-alarm'] as const)
    assert.equal(ofType(bundleOf(contained, { outcome }), 'indicator')[0].revoked, true)
  assert.deepEqual(
    ofType(bundleOf(wide), 'indicator').map(({ pattern, indicator_types: [type], valid_until }) => [
      pattern,
      type,
      valid_until,
    ]),
    [
      ["[ipv4-addr:value ISSUBSET '203.0.113.0/24']", 'malicious-activity', '2026-11-22T09:31:00.000Z'],
      ["[ipv6-addr:value ISSUBSET '2001:db8:66::/64']", 'malicious-activity', '2026-11-22T09:31:00.000Z'],
      ["[ipv4-addr:value = '203.0.113.9']", 'anomalous-activity', '2026-11-22T06:31:00.000Z'],
    ],
  )
})

test('STIX: what passed a block is sighted; nothing of ours and no name of a target is told', () => {
  const [sighting] = ofType(bundleOf(broken), 'sighting')
  assert.deepEqual([sighting.count, sighting.first_seen], [10, '2026-11-22T05:31:01.250Z'])
  assert.deepEqual(ofType(bundleOf(contained), 'sighting'), [])
  for (const state of Object.values(plans)) {
    if (lacking('stix', state) !== undefined) continue
    assert.doesNotMatch(rendered('stix', state), /192\.0\.2\.|198\.18\.|example\.org|edge|cloud|198\.51\.100\.53/)
  }
  assert.match(rendered('stix', contained, { internal: true }), /edge and cloud/)
  assert.deepEqual(ofType(bundleOf(contained, { own: ['203.0.113.0/25'] }), 'indicator'), [])
  const [planned] = contained.plan.networks
  for (const given of [{ sources: [] }, { spoofable: true }]) {
    const plan = { ...contained.plan, networks: [{ ...planned!, ...given }] }
    assert.deepEqual(ofType(bundleOf({ ...contained, plan }), 'indicator'), [])
  }
})
