/** The command line against a running service: what it prints, who may, what cannot be forged, what is not let near the server's files. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Role, roles } from '../src/account/role.ts'
import type { Scope } from '../src/account/scope.ts'
import { remoteList } from '../src/command/remote/allowed.ts'
import type { AuditNote, Gate } from '../src/server/access.ts'
import { openSite, type Site } from '../src/server/site.ts'
import { Listening } from './server-listening.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-remote-'))
const state = join(folder, 'state')
const config = join(folder, 'sweepwatch.yaml')
const audit: AuditNote[] = []
let site: Site
let service: Listening
let server: string
let caseId: string

/** A token is `NAME.ROLE`, or `NAME.ROLE.SCOPE`: what accounts do is tested with accounts. */
const gate: Gate = {
  async identify({ headers, ip }) {
    const [name = '', role, scope] = (headers.authorization ?? '').replace('Bearer ', '').split('.')
    return roles.includes(role as Role)
      ? {
          name,
          role: role as Role,
          via: 'token',
          ...(scope && { scopes: [scope as Scope] }),
          credential: 'test',
          from: ip,
        }
      : undefined
  },
  audit: (note) => void audit.push(note),
}

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(words: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [join(root, 'src', 'cli.ts'), ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function run(words: readonly string[], environment?: Record<string, string>): Promise<Ran> {
  const child = start(words, environment)
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout!), text(child.stderr!), ended])
  return { code, out, err }
}

function tokenOf(role: Role, name = 'alice'): string {
  const file = join(folder, `${name}.${role}.token`)
  writeFileSync(file, `${name}.${role}\n`, { mode: 0o600 })
  return file
}

/** Processes of commands that the service, which is this process, runs. */
function commandsOfService(): readonly string[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
  return stdout.split('\n').filter((line) => line.includes('remote/run.ts'))
}

const remote = (role: Role, words: readonly string[], name?: string) =>
  run(['--server', server, '--token-file', tokenOf(role, name), ...words])

before(async () => {
  writeFileSync(
    config,
    `networks: [192.0.2.0/24]\nstate: ${state}\narchive: {directory: ${folder}/archive}\nassets: {partners: [{name: P, networks: [198.51.100.0/24]}]}\nallow: [{id: weekly, sources: [192.0.2.200], owner: VM, reason: weekly, expires: 2099-01-31}]\n`,
  )
  const demo = join(root, 'fixtures', 'demo', 'masscan-sweep.pcap')
  assert.equal((await run(['analyze', '--state', state, '--config', config, demo])).code, 0)
  assert.equal((await run(['archive', 'add', '--config', config, demo])).code, 0)
  site = openSite(state, config, {
    program: fileURLToPath(new URL('../src/command/remote/run.ts', import.meta.url)),
    allow: [],
    list: remoteList(),
  })
  service = await Listening.open(site, gate)
  server = service.address
  caseId = site.cases.list({ limit: 1 })[0]!.id
})
after(async () => {
  await service.close()
  rmSync(folder, { recursive: true })
})

test('each command that reads prints over HTTP what it prints here, with the same exit code', async () => {
  const commands = [
    ['cases'],
    ['case', 'show', caseId],
    ['case', 'export', caseId, '--as', 'cacao'],
    ['decide', '--explain', caseId],
    ['ledger', 'verify', '--json'],
    ['watchlist'],
    ['targets'],
    ['allow', 'list'],
    ['allow', 'test', '--at', '2026-11-22T02:30Z', '--source', '203.0.113.1'],
    ['assets', 'find', '198.51.100.7'],
    ['archive', 'status'],
    ['hunt', '--sql', 'SELECT dst_port, count(*) AS n FROM events GROUP BY ALL ORDER BY n DESC, dst_port', '--csv'],
    ['explain', 'spoofable'],
    ['case', 'show', 'zzzz'],
    ['cases', '--limit', 'many'],
  ]
  const files = ['--config', config]
  const noConfig = new Set(['formats', 'explain'])
  for (const words of commands) {
    const here = await run([...words, ...(noConfig.has(words[0]!) ? [] : files)])
    const there = await remote('analyst', words)
    const withoutTime = (ran: Ran) => ({ ...ran, err: ran.err.replace(/, [\d.]+ m?s$/m, '') })
    assert.deepEqual(withoutTime(there), withoutTime(here), words.join(' '))
  }
})

test('a change stands under the account, whatever the options and the environment say, and in the audit log', async () => {
  const noted = await run(
    ['--server', server, '--token-file', tokenOf('analyst'), 'case', 'note', caseId, 'owner asked'],
    {
      SWEEPWATCH_AUTHOR: 'mallory',
    },
  )
  assert.equal(noted.code, 0, noted.err)
  const last = site.cases.find(caseId).history.at(-1)
  assert.equal(last?.author, 'alice')
  assert.ok(
    audit.some(({ actor, about }) => actor?.name === 'alice' && String(about['command']).startsWith('case note')),
  )
  const forged = await remote('analyst', ['case', 'note', caseId, 'x', '--author', 'mallory'])
  assert.equal(forged.code, 2)
  assert.match(forged.err, /--author does not work over --server: your account is the author/)
  assert.ok(!site.cases.find(caseId).history.some(({ author }) => author === 'mallory'))
})

test('each action needs its role; what is not known is refused', async () => {
  const denied: readonly (readonly [Role, readonly string[]])[] = [
    ['viewer', ['case', 'note', caseId, 'x']],
    ['viewer', ['hunt', '--sql', 'SELECT 1']],
    ['viewer', ['watchlist', 'add', '203.0.113.9', '--for', '1d', '--reason', 'x']],
    ['analyst', ['plan', 'approve', 'abc', '--reason', 'x']],
    ['analyst', ['plan', 'revoke', '--all', '--reason', 'x']],
  ]
  for (const [role, words] of denied) {
    const { code, err } = await remote(role, words)
    assert.match(err, new RegExp(`this needs the role (analyst|responder); you have ${role}`), words.join(' '))
    assert.equal(code, 1)
  }
  assert.ok(audit.some(({ code, status }) => code === 'not-allowed' && status === 403))
  for (const words of [
    ['case', 'pack', caseId, '/tmp/x'],
    ['plan', 'prove', 'abc'],
    ['archive', 'prune'],
    ['plan', 'constructor'],
  ]) {
    const { code, err } = await remote('admin', words)
    assert.equal(code, 2)
    assert.match(err, /does not work over --server/)
  }
  for (const command of ['analyze', 'watch', 'serve', 'backup', 'restore', 'enforce', 'decoy', 'events']) {
    assert.match((await remote('admin', [command, 'x'])).err, /does not work against a service/)
    const body = { words: [command, 'x'] }
    const answer = await service.app.inject({
      method: 'POST',
      url: '/api/cli',
      payload: body,
      headers: { authorization: 'Bearer a.admin' },
    })
    assert.match(answer.body, /unknown command/, command)
  }
})

test('a token does no more over a command than its scope says, whatever its owner may', async () => {
  const asked = async (token: string, ...words: readonly string[]) => {
    const file = join(folder, `${token}.token`)
    writeFileSync(file, token, { mode: 0o600 })
    return run(['--server', server, '--token-file', file, ...words])
  }
  assert.match(
    (await asked('alice.responder.cases', 'plan', 'revoke', '--all', '--reason', 'x')).err,
    /this needs the scope plans; the token has cases/,
  )
  assert.match((await asked('alice.responder.plans', 'case', 'note', caseId, 'x')).err, /needs the scope cases/)
  assert.equal((await asked('alice.responder.plans', 'plan', 'revoke', '--all', '--reason', 'x')).code, 0)
  assert.equal((await asked('alice.responder.cases', 'cases')).code, 0)
})

test('options and words that name files of the service, or say what is ours, are refused', async () => {
  for (const words of [
    ['cases', '--state', '/tmp'],
    ['cases', '--config', '/etc/passwd'],
    ['case', 'export', caseId, '--as', 'stix', '--pseudonymise', '/etc/passwd'],
    ['plan', 'propose', caseId, '--net', '198.51.100.0/24'],
    ['plan', '--allow', '/etc/passwd'],
    ['review', '--ruleset', '/etc/passwd'],
    ['review', '/etc/passwd'],
    ['sensors', '/etc'],
    ['allow', 'check', '/etc/passwd'],
    ['allow', 'add', '/tmp/allow.yaml', '--id', 'x'],
    ['assets', 'check', '/etc/passwd'],
    ['hunt', '--archive', '/tmp'],
  ]) {
    const { code, out, err } = await remote('admin', words)
    assert.equal(code, 2, words.join(' '))
    assert.equal(out, '')
    assert.match(err, /machine where the service runs|the service knows our networks/, words.join(' '))
  }
})

test('--out is written here, and not at all where the command fails', async () => {
  const out = join(folder, 'review.json')
  const exported = await remote('analyst', ['review', '--json', '--days', '3000', '--out', out])
  assert.equal(exported.code, 0, exported.err)
  assert.equal(exported.out, '')
  assert.equal(typeof JSON.parse(readFileSync(out, 'utf8')), 'object')
  const failed = await remote('analyst', ['plan', 'export', 'zzzz', '--as', 'json', `--out=${join(folder, 'none')}`])
  assert.equal(failed.code, 2)
  assert.throws(() => readFileSync(join(folder, 'none')))
})

test('tokens that others can read, wrong tokens and services that are not there are told in words', async () => {
  const open = tokenOf('viewer', 'bob')
  chmodSync(open, 0o644)
  assert.match((await run(['--server', server, '--token-file', open, 'cases'])).err, /others can read the token file/)
  const nobody = join(folder, 'nobody.token')
  writeFileSync(nobody, 'nobody.nothing\n', { mode: 0o600 })
  assert.match((await run(['--server', server, '--token-file', nobody, 'cases'])).err, /you are not signed in/)
  const good = tokenOf('viewer')
  assert.match((await run(['--server', 'http://127.0.0.1:9', '--token-file', good, 'cases'])).err, /cannot be asked/)
  assert.match((await run(['--server', 'http://192.0.2.1', '--token-file', good, 'cases'])).err, /in clear text/)
  assert.match((await run(['--server', server, 'cases'])).err, /no token for the service/)
  const environment = { SWEEPWATCH_SERVER: server, SWEEPWATCH_TOKEN_FILE: good }
  assert.equal((await run(['cases', '--json'], environment)).code, 0)
  assert.equal((await run(['version'], environment)).code, 0)
})

test('a command whose client goes away is ended', async () => {
  const slow = ['hunt', '--sql', 'SELECT count(*) FROM range(100000000000) a, range(1000000000)', '--timeout', '5m']
  const child = start(['--server', server, '--token-file', tokenOf('analyst'), ...slow])
  const lane = site.lanes.commands
  const places = () => Promise.all(Array.from({ length: 4 }, () => lane.enter('bob', AbortSignal.timeout(10_000))))
  for (let k = 0; k < 200 && commandsOfService().length === 0; k++) await wait(100)
  assert.equal(commandsOfService().length, 1, 'it runs')
  child.kill('SIGKILL')
  // All four places are free again, long before the command would have ended.
  for (const leave of await places()) leave()
  assert.deepEqual(commandsOfService(), [])
})
