/** The command says what is wrong, and takes for unused only what it was told is not in use. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockFile } from '../src/base/lock.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-decoy-command-'))
after(() => rmSync(folder, { recursive: true }))
const isRoot = process.getuid?.() === 0

function run(...words: readonly string[]) {
  const result = spawnSync(process.execPath, [join(root, 'src', 'cli.ts'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { ...result, said: result.stderr }
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

const wrong: readonly (readonly [about: string, words: readonly string[], said: RegExp])[] = [
  ['a service that is none', ['--service', 'sshd'], /no service sshd/],
  ['a port that is none', ['--port', 'ssh=0'], /write SERVICE=PORT/],
  ['a port for two', ['--port', 'http=22'], /both ssh and http/],
  ['an address that is none', ['--listen', '192.0.2.x'], /is no address/],
  ['nobody who says what is in use', ['--net', '198.51.100.0/24'], /nothing says which addresses are in use/],
  ['a list that is not there', ['--net', '198.51.100.0/24', '--used', 'nowhere'], /cannot be read/],
  [
    'a list with a line that is none',
    ['--net', '198.51.100.0/24', '--used', file('bad', '198.51.100.1\nserver\n')],
    /line 2: server/,
  ],
  [
    'an inventory that is not understood',
    ['--net', '198.51.100.0/24', '--inventory', file('bad.csv', 'network,name\n198.51.100.1,a\nnonsense,b\n')],
    /1 rows? cannot be used/,
  ],
  ['a state that is empty', ['--net', '198.51.100.0/24', '--state', folder], /neither analyze nor watch/],
  ['a block that is all in use', ['--net', '198.51.100.0/30', '--used', file('all', '198.51.100.0/24\n')], /is unused/],
  [
    'an address of another machine',
    ['--listen', '198.51.100.77', '--as-root', '--dir', 'd'],
    /must be one of this machine/,
  ],
]
for (const [about, words, said] of wrong) {
  test(`C4 ${about} is said`, () => {
    const result = run('decoy', ...words)
    assert.ok(result.status === 1 || result.status === 2, `${result.status}`)
    assert.match(result.said, said)
  })
}

test('C4 root becomes somebody else, or says that it stays', { skip: isRoot ? false : 'needs root' }, () => {
  assert.match(run('decoy', '--listen', '127.0.0.1').said, /does not run as root/)
  assert.match(run('decoy', '--user', 'root').said, /is root/)
  assert.match(run('decoy', '--user', 'no-such-user').said, /no user/)
  assert.ok(!existsSync(join(folder, 'decoy')))
})

test('C4 a directory that another decoy writes into is refused', () => {
  mkdirSync(join(folder, 'held'))
  const lock = lockFile(join(folder, 'held', 'lock'))
  assert.match(run('decoy', '--dir', 'held', '--as-root', '--listen', '127.0.0.1').said, /another decoy keeps its log/)
  lock?.release()
})

test('C4 a configuration that is wrong is said, key by key', () => {
  const config = file(
    'bad.yaml',
    'decoy:\n  services: {ssh: [70000], gopher: false}\n  banners: {ssh: hello}\n  limits: {sessions: 0}\n',
  )
  const { said, status } = run('decoy', '--config', config)
  assert.equal(status, 2)
  for (const key of ['decoy.services', 'decoy.banners.ssh', 'decoy.limits.sessions'])
    assert.ok(said.includes(key), said)
})

test('C4 hosts of the inventory are in use, but those that are decoys; and so are those that analyze saw alive', () => {
  const hosts = file('hosts.csv', 'network,name,roles\n198.51.100.3,web,web\n198.51.100.4,trap,decoy\n')
  const sets = (...words: readonly string[]) =>
    /unused4 \{ (.*) \}\n/.exec(
      run('decoy', '--net', '198.51.100.0/29', '--service', 'ssh', ...words).stdout.replace(/.*type ipv4_addr.*\n/, ''),
    )?.[1]
  assert.equal(sets('--inventory', hosts), '198.51.100.1-198.51.100.2, 198.51.100.4-198.51.100.6')
  const flow = (dst: string, state: string) =>
    JSON.stringify({
      ts: 1795313620,
      uid: `C${dst}`,
      'id.orig_h': '203.0.113.9',
      'id.orig_p': 4000,
      'id.resp_h': dst,
      'id.resp_p': 80,
      proto: 'tcp',
      conn_state: state,
      orig_pkts: 5,
      resp_pkts: state === 'SF' ? 5 : 0,
    })
  const log = file('conn.log', `${flow('198.51.100.5', 'SF')}\n${flow('198.51.100.6', 'S0')}\n`)
  assert.equal(run('analyze', '--net', '198.51.100.0/24', '--state', 'state', log).status, 0)
  assert.equal(sets('--state', 'state'), '198.51.100.1-198.51.100.4, 198.51.100.6')
})
