/** `sweepwatch plan export` on a real state directory, and what the case itself then says of its plan. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { contained } from '../fixtures/case/sample.ts'
import { eventText } from '../src/report/case/sentences.ts'
import { handoverText } from '../src/report/handover.ts'
import { emptyLedger } from './contain-case.ts'
import { type Json, rendered, renderedJson } from './export-options.ts'

const root = join(import.meta.dirname, '..')

function sweepwatch(folder: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'src', 'cli.ts'), ...words, '--state', folder, '--config', join(folder, 'sweepwatch.yaml')],
    { encoding: 'utf8', cwd: folder },
  )
  return { status, stdout, stderr }
}

/** A case of the bundled capture with a plan that was approved and given to a real file at a target. */
function site() {
  const { folder, cases } = emptyLedger()
  cases.close()
  const config = `networks: [192.0.2.0/24]
organisation: {name: Example Organisation}
respond: {enforce: true, targets: {edge: {kind: debug, temper: accepts}}}
`
  writeFileSync(join(folder, 'sweepwatch.yaml'), config)
  const run = (...words: string[]) => sweepwatch(folder, ...words)
  // What is escalated is proposed at once.
  run('analyze', join(root, 'fixtures/demo/masscan-sweep.pcap'))
  const { id, caseId }: Json = JSON.parse(run('plan', '--json').stdout)
  return { folder, run, caseId: caseId as string, plan: id as string }
}

describe('plan export', () => {
  const { folder, run, caseId, plan } = site()
  const exported = (format: string, ...words: string[]) => run('plan', 'export', plan, '--as', format, ...words)

  test('before the approval: what there is, and a reason for what there is not', () => {
    const { status, stderr, stdout } = exported('ocsf')
    assert.notEqual(status, 0)
    assert.equal(stdout, '')
    assert.match(stderr, /nothing was sent to any target yet/)
    assert.match(exported('openc2').stdout, /"action":"deny".*"duration":/)
  })

  test('after it: every format tells of the same block, and the case leads to it', () => {
    const approved = run('plan', 'approve', plan, '--enforce', '--author', 'alice', '--reason', 'INC-815 of 192.0.2.7')
    assert.equal(approved.status, 0, approved.stderr)
    const event: Json = JSON.parse(exported('ocsf').stdout)
    assert.deepEqual(
      [event.class_uid, event.status, event.device.name, event.observables[0].value, event.metadata.correlation_uid],
      [7004, 'Success', 'edge', '203.0.113.70', caseId],
    )
    const { stdout: bundle } = exported('stix')
    assert.match(bundle, /\[ipv4-addr:value = '203\.0\.113\.70'\]/)
    assert.doesNotMatch(bundle, /192\.0\.2\./)
    const file = join(folder, 'plan.json')
    assert.equal(exported('cacao', '--out', file).stdout, '')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    // The playbook of the case leads to it.
    const playbook: Json = JSON.parse(run('case', 'export', caseId, '--as', 'cacao').stdout)
    assert.deepEqual(playbook.related_to, [JSON.parse(readFileSync(file, 'utf8')).id])
    assert.match(exported('json', '--out', join(folder, 'nowhere', 'x')).stderr, /cannot be written/)
  })

  test('pseudonyms stand for our addresses, whoever wrote them', () => {
    const key = join(folder, 'key')
    writeFileSync(key, 'sixteen bytes and more')
    const told: Json = JSON.parse(exported('json', '--pseudonymise', key).stdout)
    const [, own] = /^INC-815 of (2[45]\d\.\d+\.\d+\.\d+)$/.exec(told.approvals[0].reason) ?? []
    assert.ok(own, told.approvals[0].reason)
    assert.ok(told.history.every(({ hash, reason }: Json) => hash === '' && !reason.includes('192.0.2.')))
  })

  test('wrong words are answered with the right ones', () => {
    assert.match(run('plan', 'export', plan, '--as', 'oscf').stderr, /Did you mean ocsf\?/)
    assert.match(run('plan', 'export', '--as', 'ocsf').stderr, /which plan/)
  })
})

test('a case says what became of its plans in every output that people and SIEMs read', () => {
  const finding = renderedJson('ocsf', contained)
  const said = 'Plan 4f9a21c07be3: contained at edge until 2026-11-22 08:09:00 UTC (watched).'
  assert.ok(finding.remediation.desc.endsWith(said), finding.remediation.desc)
  assert.deepEqual(
    finding.unmapped.plans.map(({ id, isProven }: Json) => [id, isProven]),
    [
      ['0c11d2e3f4a5', false],
      ['4f9a21c07be3', true],
    ],
  )
  const [document] = rendered('ecs', contained).split('\n')
  const { labels } = JSON.parse(document ?? '')
  assert.deepEqual([labels.plans, labels.contained], ['0c11d2e3f4a5 4f9a21c07be3', 'proven'])
  assert.match(rendered('ticket', contained), /## Containment\n\n- Plan 0c11d2e3f4a5: rejected/)
  for (const id of ['html', 'text']) assert.match(rendered(id, contained), /contained at edge until/)
  // What is made for others tells nobody how we defend ourselves.
  for (const id of ['stix', 'misp', 'abuse', 'dshield'])
    assert.doesNotMatch(rendered(id, contained), /edge|4f9a21c07be3/)
})

test('the handover says what was decided of plans', () => {
  const done = contained.history.slice(-3).filter(({ author }) => author === 'alice')
  assert.ok(done.length > 0 && done.every((event) => eventText(event).startsWith('plan ')))
  const { id, title, status, severity, owner, last } = contained
  const one = { id, title, status, severity, owner, last, decision: null, rule: null, done }
  const handover = {
    ...{ since: contained.first, until: contained.last, opened: 1, escalated: 1, closed: {}, open: [], openOmitted: 0 },
    ...{ worked: [one], lessons: [], meanToDetect: null, meanToDecide: null, meanToContain: null, falseAlarms: [] },
  }
  assert.match(
    handoverText(handover, { colour: false, unicode: false, columns: 80 }),
    /plan 4f9a21c07be3: approved until/,
  )
})
