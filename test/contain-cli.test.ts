/** Containment by command, as it is typed at night: what is shown, what is refused and why, what is written, and how each command ends. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databasePath } from '../src/store/database.ts'
import { capture, Desk, enforcing, environment, net, program } from './contain-desk.ts'

const reason = ['--reason', 'INC-815']
let analysed: Desk

before(() => {
  analysed = new Desk(enforcing)
  analysed.ok(['analyze', capture])
})

describe('a plan by command', () => {
  let desk: Desk
  before(() => {
    desk = new Desk(enforcing, analysed)
  })

  test('is proposed by analyze, listed and shown, and nothing stands', () => {
    assert.match(
      desk.ok(['plan', '--open']),
      /waits for 1 approval[\s\S]*block 203\.0\.113\.70[\s\S]*at edge and\s+core/,
    )
    const page = desk.ok(['plan', 'show', desk.plan.id.slice(0, 5)])
    for (const part of ['Would cut', 'Why', 'Networks', 'Where it stands', 'edge: wanted', 'History'])
      assert.ok(page.includes(part), part)
    assert.equal(desk.json(['plan', 'show', desk.plan.id])[0]?.['status'], 'proposed')
    assert.deepEqual([desk.standing(), desk.standing('core')], [[], []])
  })

  test('without --enforce, approving shows what would be sent and writes nothing', () => {
    const entries = desk.json(['ledger']).length
    const said = desk.ok(['plan', 'approve', desk.plan.id, ...reason])
    assert.match(
      said,
      /What edge would be sent \(dry run; nothing was changed\):\n\+ 203\.0\.113\.70\/32 block in any until/,
    )
    assert.match(desk.ok(['enforce']), /edge: nothing to change/)
    assert.deepEqual([desk.standing(), desk.json(['ledger']).length], [[], entries])
  })

  test('is approved, stands, is told in the case, taken back, and told again', () => {
    const { id, caseId } = desk.plan
    const said = desk.ok(['plan', 'approve', id, '--enforce', ...reason])
    assert.match(said, /edge: applied, 1 block[\s\S]*core: applied, 1 block/)
    assert.deepEqual([desk.standing(), desk.standing('core')], [['203.0.113.70/32'], ['203.0.113.70/32']])
    assert.equal(desk.ok(['enforce', '--enforce', '--once']), '')
    const again = desk.each([
      ['plan', 'approve', id, '--enforce', ...reason],
      ['plan', 'reject', id, ...reason],
      ['plan', 'reapply', id, '--enforce', ...reason],
    ])
    const says = [/nothing to approve/, /nothing to reject/, /nothing of plan \w+ was taken away/]
    for (const [k, { status, stderr }] of again.entries()) {
      assert.match(stderr, says[k] as RegExp)
      assert.equal(status, 2)
    }
    assert.match(desk.ok(['case', 'timeline', caseId]), /approved until[\s\S]*INC-815/)
    assert.match(
      desk.ok(['plan', 'revoke', '--all', '--reason', 'false alarm']),
      /edge: taken away[\s\S]*core: taken away/,
    )
    assert.deepEqual([desk.standing(), desk.standing('core')], [[], []])
    assert.match(desk.ok(['plan', 'revoke', '--all', ...reason]), /nothing stands/)
    assert.equal(desk.plan.status, 'revoked')
    assert.match(desk.ok(['case', 'timeline', caseId]), /false alarm/)
  })

  test('proposed again as it is wished; rejected with a reason', () => {
    const { caseId } = desk.plan
    const wishes = [
      '--measure',
      'throttle',
      '--rate',
      '5/10',
      '--ports',
      'tcp/22,80',
      '--direction',
      'both',
      '--for',
      '30m',
      '--target',
      'core',
    ]
    const page = desk.ok(['plan', 'propose', caseId, ...wishes, '--reason', 'customers behind it'])
    assert.match(
      page,
      /slow to 5 packets a second \(10 at once\) 203\.0\.113\.70, tcp 22 and 80, both directions, for 30\s+min,\s+at core/,
    )
    const { id } = desk.plan
    desk.refused(['plan', 'reject', id], /needs a reason/)
    desk.ok(['plan', 'reject', id, '--reason', 'no'])
    desk.refused(['plan', 'approve', id, '--enforce', ...reason], /is rejected/)
  })

  test('wrong words are told, and how to mend them', () => {
    const { id, caseId } = desk.plan
    const wrong: readonly (readonly [readonly string[], RegExp, number?])[] = [
      [['bogus'], /no such action[\s\S]*propose, approve/],
      [['show'], /which plan\?/],
      [['show', 'ffff'], /no plan ffff/],
      [['show', "'; DROP TABLE ledger_entry; --"], /no plan/],
      [['approve', id, '--enforce'], /needs a reason/],
      [['reapply', id, ...reason], /--enforce/],
      [['revoke', id, '--all', ...reason], /not both/],
      [['revoke'], /needs a reason/],
      [['prove', id], /by which records/],
      [['prove', id, '--before', 'missing.pcap'], /missing\.pcap: no such file/, 1],
      [['propose'], /for which case/],
      [['propose', 'ffff'], /no case ffff/],
      [['propose', caseId, '--target', 'moon'], /no target moon[\s\S]*edge, core/],
      [['propose', caseId, '--target', '__proto__'], /no target __proto__/],
      [['propose', caseId, '--network', '203.0.113.300'], /no network/],
      [['propose', caseId, '--network', '203.0.113.7; reboot'], /no network/],
      [['propose', caseId, '--ports', '22'], /no ports/],
      [['propose', caseId, '--ports', 'tcp/0'], /no ports/],
      [['propose', caseId, '--ports', `tcp/${Array.from({ length: 65 }, (_, k) => k + 1)}`], /at most 64/],
      [['propose', caseId, '--rate', '5'], /no rate/],
      [['propose', caseId, '--rate', '0/0'], /no rate/],
      [['propose', caseId, '--for', 'soon'], /no time/],
      [['propose', caseId, '--for', '8d'], /longer than 7 d[\s\S]*respond\.limits\.longest/],
      [['propose', caseId, '--measure', 'kill'], /block, throttle/],
      [['propose', caseId, '--author', 'sweepwatch'], /cannot be the author/],
    ]
    const said = desk.each(wrong.map(([words]) => ['plan', ...words]))
    for (const [k, [words, says, status = 2]] of wrong.entries()) {
      assert.match(said[k]?.stderr ?? '', says, words.join(' '))
      assert.deepEqual([said[k]?.status, said[k]?.stdout], [status, ''], words.join(' '))
      assert.doesNotMatch(said[k]?.stderr ?? '', /unexpected error/)
    }
  })

  test('of what is ours nothing is left, whoever asks for it', () => {
    const { caseId } = desk.plan
    const networks = ['192.0.2.5', '192.0.2.0/25', '127.0.0.1', '203.0.0.0/15', '64:ff9b::/64']
    const pages = desk.each(networks.map((network) => ['plan', 'propose', caseId, '--network', network, ...reason]))
    for (const { stdout } of pages) assert.match(stdout, /nothing is left to contain[\s\S]*Kept out by the guard/)
    const ids = pages.map(({ stdout }) => /plan ([0-9a-f]{12})/.exec(stdout)?.[1] ?? '')
    for (const { status, stderr } of desk.each(ids.map((id) => ['plan', 'approve', id, '--enforce', ...reason]))) {
      assert.match(stderr, /the guard lets nothing of plan/)
      assert.equal(status, 2)
    }
    assert.deepEqual(desk.standing(), [])
  })
})

describe('what is not configured', () => {
  test('no state: told what makes one', () => {
    const desk = new Desk(net)
    for (const { status, stderr } of desk.each([['plan'], ['ledger'], ['enforce']])) {
      assert.match(stderr, /no directory state[\s\S]*analyze --state/)
      assert.equal(status, 2)
    }
  })

  test('enforcement by the configuration: --enforce alone does nothing', () => {
    const desk = new Desk(`${net}respond: {targets: {edge: {kind: debug}}}\n`, analysed)
    const { id } = desk.plan
    desk.refused(['plan', 'approve', id, '--enforce', ...reason], /configuration does not let anything be enforced/)
    desk.refused(['enforce', '--enforce', '--once'], /configuration does not let anything be enforced/)
    assert.deepEqual([desk.plan.status, desk.standing()], ['proposed', []])
  })

  test('our networks: no guard, so nothing is approved', () => {
    const desk = new Desk(
      'state: state\nrespond: {enforce: true, targets: {edge: {kind: debug}, core: {kind: debug}}}\n',
      analysed,
    )
    const { id } = desk.plan
    desk.refused(['plan', 'approve', id, '--enforce', ...reason], /our networks are not known/)
    desk.refused(['enforce', '--enforce', '--once'], /our networks are not known/)
    assert.deepEqual(desk.standing(), [])
  })

  test('a target that a plan names is there no more: told, and nothing is changed elsewhere', () => {
    const desk = new Desk(`${net}respond: {enforce: true, targets: {edge: {kind: debug}}}\n`, analysed)
    desk.refused(['plan', 'approve', desk.plan.id, ...reason], /no target core/)
  })
})

test('two people approve: not one twice, not one login under two names, as sudo tells it', () => {
  const desk = new Desk(enforcing.replace('enforce: true', 'enforce: true\n  approvals: 2'), analysed)
  const { id } = desk.plan
  const words = ['plan', 'approve', id, '--enforce', ...reason]
  assert.match(desk.ok(words), /1 more with a login of their own/)
  desk.refused(words, /has approved/)
  desk.refused([...words, '--author', 'zoe'], /has approved/)
  desk.refused([...words, '--author', 'alice'], /has approved/, 2, { SUDO_USER: 'bob' })
  assert.deepEqual(desk.standing(), [])
  assert.match(desk.ok([...words, '--author', 'bob'], { SUDO_USER: 'bob' }), /edge: applied/)
  assert.deepEqual(desk.standing(), ['203.0.113.70/32'])
  const [approved] = desk.json(['plan', 'show', id]) as { approvals: { login: string }[] }[]
  assert.deepEqual(
    approved?.approvals.map(({ login }) => login),
    ['alice', 'bob'],
  )
})

test('what others take away by hand is held, and stands again by a word', () => {
  const desk = new Desk(enforcing, analysed)
  const { id, caseId } = desk.plan
  desk.ok(['plan', 'reject', id, ...reason])
  desk.ok([
    'plan',
    'propose',
    caseId,
    '--network',
    '203.0.113.70',
    '--network',
    '203.0.113.71',
    '--for',
    '20m',
    ...reason,
  ])
  const two = desk.plan.id
  desk.ok(['plan', 'approve', two, '--enforce', ...reason])
  const file = join(desk.folder, 'state/targets/edge/blocks.json')
  const listed = JSON.parse(readFileSync(file, 'utf8')) as { network: string }[]
  writeFileSync(file, JSON.stringify(listed.filter(({ network }) => network !== '203.0.113.71/32')))
  assert.match(desk.ok(['enforce', '--enforce', '--once']), /edge: 203\.0\.113\.71 taken away by others, and left so/)
  assert.deepEqual([desk.standing().length, desk.standing('core').length], [1, 2])
  assert.match(desk.ok(['plan', 'reapply', two, '--enforce', ...reason]), /edge: applied/)
  assert.equal(desk.standing().length, 2)
})

test('a case that is closed tells what of its plans stands or waits; an old proposal of a harmless one is not approved', () => {
  const desk = new Desk(enforcing, analysed)
  const { id, caseId } = desk.plan
  const words = ['case', 'close', caseId, '--as', 'false-alarm', '--lesson', 'none', '--change', 'none', ...reason]
  const { stdout, stderr, status } = desk.run(words)
  assert.equal(status, 0, stderr)
  assert.ok(`${stdout}${stderr}`.includes(id), `${stdout}${stderr}`)
  desk.refused(['plan', 'approve', id, '--enforce', ...reason], /closed as false-alarm/)
})

describe('the ledger by command', () => {
  let desk: Desk
  before(() => {
    desk = new Desk(enforcing, analysed)
    desk.ok(['plan', 'approve', desk.plan.id, '--enforce', ...reason])
  })

  test('is listed, verified, and held against a hash that was noted', () => {
    assert.match(desk.ok(['ledger']), /proposed[\s\S]*alice: approved until/)
    const head = desk.ok(['ledger', 'verify']).trim().split('\n')[1] ?? ''
    assert.match(head, /^[0-9a-f]{64}$/)
    assert.match(desk.ok(['ledger', 'verify', '--expect', head]), /the noted hash is entry 4/)
    assert.deepEqual(desk.json(['ledger', 'verify'])[0], { entries: 4, head, intact: true, broken: null, anchor: null })
    assert.equal(desk.json(['ledger', '--limit', '2']).length, 2)
    desk.refused(['ledger', 'verify', '--expect', 'f'.repeat(64)], /BROKEN[\s\S]*noted is in no entry/, 1)
    desk.refused(['ledger', 'verify', '--expect', 'abc'], /no hash/)
    const [limit, bogus] = desk.each([
      ['ledger', '--limit', '0'],
      ['ledger', 'bogus'],
    ])
    assert.match(`${limit?.status} ${limit?.stderr}`, /^2 [\s\S]*a number from 1/)
    assert.match(`${bogus?.status} ${bogus?.stderr}`, /^2 [\s\S]*no such action/)
  })

  test('that was changed is broken, and the command ends with 1', () => {
    const database = new DatabaseSync(databasePath(join(desk.folder, 'state')))
    const triggers = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'")
      .all()
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`)
    database.exec("UPDATE ledger_entry SET reason = 'x' WHERE seq = 2")
    database.close()
    desk.refused(['ledger', 'verify'], /BROKEN at entry 2/, 1)
    const { status, stdout } = desk.run(['ledger', 'verify', '--json'])
    assert.deepEqual([status, (JSON.parse(stdout) as { intact: boolean }).intact], [1, false])
  })
})

describe('watch and enforce', () => {
  const automatic = '  automatic: [{name: scanners, decisions: [E1], confidence: 0.5, withoutHistory: true}]\n'
  const words = ['watch', '--until-end', capture]

  test('a rule approves what watch --enforce finds, and it stands', () => {
    const desk = new Desk(`${enforcing}${automatic}`)
    desk.ok([...words, '--enforce'])
    assert.deepEqual([desk.plan.status, desk.standing()], ['approved', ['203.0.113.70/32']])
    assert.match(desk.ok(['plan', 'show', desk.plan.id]), /by rule scanners/)
  })

  test('without --enforce it is proposed only, rule or not; with --enforce and no rule as well', () => {
    for (const [config, more] of [
      [`${enforcing}${automatic}`, []],
      [enforcing, ['--enforce']],
    ] as const) {
      const desk = new Desk(config)
      desk.ok([...words, ...more])
      assert.deepEqual([desk.plan.status, desk.standing()], ['proposed', []])
    }
  })

  test('--enforce without the configuration is refused before anything is read', () => {
    new Desk(`${net}respond: {targets: {edge: {kind: debug}}}\n`).refused(
      [...words, '--enforce'],
      /does not let anything be enforced/,
    )
  })

  test('while another process enforces, it is waited for; a second one is refused', async () => {
    const desk = new Desk(enforcing, analysed)
    const service = spawn(process.execPath, [program, 'enforce', '--enforce'], {
      cwd: desk.folder,
      env: environment({}),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    service.stdout.on('data', (text) => (out += text))
    const ended = new Promise((resolve) => service.on('close', resolve))
    try {
      for (let k = 0; k < 200 && !existsSync(join(desk.folder, 'state/enforce.lock')); k++) await sleep(50)
      await sleep(500)
      desk.refused(['enforce', '--enforce', '--once'], /another process enforces/, 1)
      assert.match(desk.ok(['plan', 'approve', desk.plan.id, '--enforce', ...reason]), /edge: applied/)
      assert.deepEqual(desk.standing(), ['203.0.113.70/32'])
      desk.ok(['plan', 'revoke', desk.plan.id, ...reason])
      assert.deepEqual(desk.standing(), [])
    } finally {
      service.kill('SIGTERM')
    }
    assert.equal(await ended, 0)
    assert.match(out, /edge: applied[\s\S]*edge: taken away/)
  })
})
