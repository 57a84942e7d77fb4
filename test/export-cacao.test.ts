import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorised, cases, escalated, untriaged } from '../fixtures/case/sample.ts'
import type { Case, CaseScan } from '../src/case/case.ts'
import { type Json, noSchemas, renderedJson } from './export-options.ts'
import { cacaoAsPublished, cacaoCheck } from './export-schemas.ts'

const steps = (playbook: Json): [string, Json][] => Object.entries(playbook.workflow)
const stepsOf = (playbook: Json, type: string): Json[] =>
  steps(playbook).flatMap(([, step]) => (step.type === type ? [step] : []))
const commands = (playbook: Json): Json[] => stepsOf(playbook, 'action').flatMap((step) => step.commands)
const openC2 = (playbook: Json): Json[] =>
  commands(playbook).flatMap((command) =>
    command.type === 'openc2-http' ? [JSON.parse(Buffer.from(command.content_b64, 'base64').toString())] : [],
  )

describe('CACAO 2.0: the executed runbook, held against the schemas', { skip: noSchemas }, () => {
  const checks = noSchemas ? [] : [cacaoCheck(), cacaoAsPublished()]

  for (const theCase of cases) {
    test(`${theCase.id} is valid`, () => {
      for (const check of checks) assert.deepEqual(check(renderedJson('cacao', theCase)), [])
    })
  }

  test('the schemas are read: what is wrong is found', () => {
    const changes: readonly ((playbook: Json) => void)[] = [
      (playbook) => (playbook.colour = 'red'),
      (playbook) => delete playbook.workflow_start,
      (playbook) => (playbook.workflow.nonsense = { type: 'end' }),
      (playbook) => (stepsOf(playbook, 'action')[0].commands = []),
      (playbook) => (stepsOf(playbook, 'action')[0].commands[0].colour = 'red'),
      (playbook) => delete stepsOf(playbook, 'action')[0].agent,
      (playbook) => delete stepsOf(playbook, 'if-condition')[0].condition,
      (playbook) => (stepsOf(playbook, 'end')[0].on_completion = playbook.workflow_start),
      (playbook) => (playbook.severity = 101),
      (playbook) => (playbook.playbook_variables.bare = { type: 'string' }),
    ]
    for (const change of changes) {
      const playbook = renderedJson('cacao', escalated)
      change(playbook)
      assert.notDeepEqual(checks[0]?.(playbook), [], String(change))
    }
  })
})

test('CACAO: every step is reached from the start, every branch has an end of its own, every reference leads to a step', () => {
  for (const theCase of cases) {
    const playbook = renderedJson('cacao', theCase)
    const reached = new Set<string>()
    const walk = (id: string): void => {
      const step = playbook.workflow[id]
      assert.ok(step, `${id} is no step`)
      assert.ok(!reached.has(id), `${id} is reached twice`)
      reached.add(id)
      for (const name of ['on_completion', 'on_true', 'on_false']) if (step[name]) walk(step[name])
      if (step.type !== 'end') assert.ok(step.on_completion, `${id} goes nowhere`)
      if (step.agent) assert.ok(playbook.agent_definitions[step.agent])
    }
    walk(playbook.workflow_start)
    assert.deepEqual(new Set(Object.keys(playbook.workflow)), reached)
    assert.deepEqual(
      new Set(commands(playbook).map((command) => command.playbook_activity)),
      new Set(playbook.playbook_activities),
    )
  }
})

test('CACAO: a step a question with its answer, the decision, and blocks that are proposed, not done', () => {
  const playbook = renderedJson('cacao', escalated)
  const answers = stepsOf(playbook, 'action').flatMap((step) => step.step_variables?.__answer__?.value ?? [])
  assert.deepEqual(answers, ['no', 'yes', 'yes', 'yes', 'unknown', 'yes'])
  assert.equal(playbook.playbook_variables.__decision__.value, 'escalate')
  assert.ok(stepsOf(playbook, 'if-condition').some((step) => step.condition === "__decision__:value = 'escalate'"))
  assert.deepEqual(openC2(playbook), [
    {
      action: 'allow',
      target: { ipv4_net: '203.0.113.70/32' },
      args: { response_requested: 'complete', slpf: { direction: 'ingress' } },
      actuator: { slpf: {} },
    },
    {
      action: 'deny',
      target: { ipv4_net: '203.0.113.70/32' },
      args: {
        duration: 86_400_000,
        response_requested: 'complete',
        slpf: { direction: 'ingress', drop_process: 'none' },
      },
      actuator: { slpf: {} },
    },
  ])
  assert.ok(stepsOf(playbook, 'action').some((step) => /^Proposed, not executed: block/.test(step.name)))
  const [{ scan, ...rest }] = authorised.scans as [CaseScan]
  const fromOutside: Case = {
    ...authorised,
    triage: null,
    scans: [{ ...rest, scan: { ...scan, direction: 'inbound' } }],
  }
  assert.deepEqual(openC2(renderedJson('cacao', fromOutside))[1].target, { ipv6_net: '2001:db8:ff::66/128' })
})

test('CACAO: no block is proposed of a source whose address may be forged, that is ours, or that is allowed', () => {
  assert.deepEqual(openC2(renderedJson('cacao', untriaged)), [])
  assert.deepEqual(openC2(renderedJson('cacao', authorised)), [])
  assert.deepEqual(openC2(renderedJson('cacao', { ...authorised, triage: null })), [])
  const forged: Case = {
    ...escalated,
    scans: escalated.scans.map((item) => ({ ...item, scan: { ...item.scan, spoofable: true } })),
  }
  assert.deepEqual(openC2(renderedJson('cacao', forged)), [])
})
