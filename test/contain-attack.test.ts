/** What an attack on containment found once, and must not find again. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databasePath } from '../src/store/database.ts'
import { capture, Desk, enforcing, environment, program } from './contain-desk.ts'

describe('containment under attack', () => {
  let template: Desk
  let id: string

  before(() => {
    template = new Desk(enforcing)
    template.ok(['analyze', capture])
    id = (template.json(['plan'])[0] as { id: string }).id
  })

  test('on the word of a ledger that was tampered with nothing is enforced', () => {
    const desk = new Desk(enforcing, template)
    desk.ok(['plan', 'approve', id, '--enforce', '--reason', 'a test'])
    const database = new DatabaseSync(databasePath(join(desk.folder, 'state')))
    database.exec(`DROP TRIGGER ledger_entry_kept_as_it_is;
      UPDATE ledger_entry SET body = replace(body, '203.0.113.70', '9.9.9.9')`)
    database.close()
    const { status, stderr } = desk.run(['enforce', '--enforce', '--once'])
    assert.equal(status, 1)
    assert.match(stderr, /the ledger is broken at entry 1, so nothing is enforced/)
    assert.doesNotMatch(JSON.stringify(desk.standing('edge')), /9\.9\.9\.9/)
  })

  test('a service whose configuration is broken while it runs still takes blocks away', async () => {
    const desk = new Desk(enforcing, template)
    writeFileSync(join(desk.folder, 'good.yaml'), enforcing)
    const service = spawn(process.execPath, [program, 'enforce', '--enforce'], {
      cwd: desk.folder,
      env: environment({}),
    })
    let said = ''
    service.stderr.on('data', (text) => (said += text))
    const ended = new Promise((resolve) => service.on('close', resolve))
    try {
      for (let k = 0; k < 200 && !/enforcing at edge/.test(said); k++) await sleep(100)
      desk.ok(['plan', 'approve', id, '--enforce', '--reason', 'x', '--config', 'good.yaml'])
      assert.equal(desk.standing('edge').length, 1)
      appendFileSync(join(desk.folder, 'sweepwatch.yaml'), '\nrespond: [broken\n')
      desk.ok(['plan', 'revoke', id, '--reason', 'customer is down', '--config', 'good.yaml'])
      assert.deepEqual(desk.standing('edge'), [])
      // What the service said arrives once this process listens again.
      for (let k = 0; k < 50 && !/goes on/.test(said); k++) await sleep(100)
      assert.match(said, /the guard goes on with what it knows/)
    } finally {
      service.kill('SIGTERM')
      await ended
    }
  })

  test('a name in the environment is no login for who is not root', {
    skip: process.getuid?.() !== 0 && 'needs root',
  }, () => {
    const script = `import { loginName } from ${JSON.stringify(join(import.meta.dirname, '..', 'src/command/respond-site.ts'))}; process.setgid(65534); process.setuid(65534); process.stdout.write(loginName({}))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, SUDO_USER: 'somebody-else' },
    })
    let name = ''
    child.stdout.on('data', (text) => (name += text))
    return new Promise<void>((resolve, reject) => {
      child.on('close', () =>
        name !== '' && name !== 'somebody-else' ? resolve() : reject(new Error(`login: ${name}`)),
      )
    })
  })

  test('a network with a slip in it is not planned for', () => {
    const desk = new Desk(enforcing, template)
    const [{ caseId }] = desk.json(['plan']) as unknown as [{ caseId: string }]
    for (const network of ['203.0.113.88/24', '203.0.113.088']) {
      const { status, stderr } = desk.run(['plan', 'propose', caseId, '--network', network])
      assert.equal(status, 2, stderr)
      assert.match(stderr, /no network/)
    }
  })
})
