/** `sweepwatch review` from logs and rules on the disk to the page. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-review-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const place = (name: string) => join(folder, name)
const [rules, logs, state, temporary] = [
  join(root, 'fixtures/review/edge.nft'),
  place('logs'),
  place('state'),
  mkdtempSync(join(folder, 'tmp-')),
]
const net = ['--net', '192.0.2.0/24']
const start = Date.UTC(2026, 9, 24)
const day = 86_400

function run(...words: readonly string[]) {
  const env = { ...process.env, TMPDIR: temporary, NO_COLOR: '1', LC_ALL: 'C.UTF-8' }
  return spawnSync(process.execPath, ['src/cli.ts', ...words], { cwd: root, encoding: 'utf8', env, timeout: 60_000 })
}

/** A month of a Zeek sensor and of a server's logins. */
function writeLogs(): void {
  const contact = (at: number, source: string, target: string, port: number, state = 'SF') =>
    JSON.stringify({
      ...{
        ts: at,
        uid: `C${at}${port}`,
        'id.orig_h': source,
        'id.orig_p': 40_000 + (at % 1000),
        'id.resp_h': target,
        'id.resp_p': port,
      },
      ...{ proto: 'tcp', duration: 1.5, orig_bytes: 900, resp_bytes: 5000, conn_state: state, local_orig: false },
      ...{ missed_bytes: 0, history: 'ShADadFf', orig_pkts: 8, orig_ip_bytes: 1300, resp_pkts: 9, resp_ip_bytes: 5500 },
    })
  const days = Array.from({ length: 29 }, (_, k) => start / 1000 + k * day)
  const lines = days.flatMap((at) => [
    contact(at + 10, '198.51.100.7', '192.0.2.20', 22),
    contact(at + 20, '203.0.113.88', '192.0.2.20', 22),
    ...Array.from({ length: 20 }, (_, k) => contact(at + 30 + k, `198.51.100.${k + 20}`, '192.0.2.10', 443)),
    contact(at + 90, '198.51.100.99', '192.0.2.30', 8080),
  ])
  writeFileSync(place('logs/conn.log'), `${lines.join('\n')}\n`)
  const logins = days.flatMap((at) => [
    `${new Date(1000 * (at + 11)).toISOString()} srv20 sshd[71]: Accepted password for alice from 198.51.100.7 port 40010 ssh2`,
    `${new Date(1000 * (at + 21)).toISOString()} srv20 sshd[72]: Failed password for invalid user ro\u001bot from 203.0.113.88 port 40020 ssh2`,
  ])
  writeFileSync(place('logs/auth.log'), `${logins.join('\n')}\n`)
}

before(() => {
  spawnSync('mkdir', ['-p', logs])
  writeLogs()
  // The scan of the kill chain comes from 203.0.113.88.
  const analyzed = run('analyze', ...net, '--state', state, 'fixtures/lab/killchain.pcap.gz')
  assert.equal(analyzed.status, 0, analyzed.stderr)
})

test('C3 logs, cases and rules together: who needs what is open, and the tighter rule', () => {
  const done = run('review', '--ruleset', rules, '--state', state, ...net, '--json', logs)
  assert.equal(done.status, 0, done.stderr)
  const found = JSON.parse(done.stdout)
  const ssh = found.findings.find((finding: { rule: { handle: number } }) => finding.rule.handle === 11)
  assert.equal(ssh.level, 'high')
  assert.deepEqual(ssh.proposal.commands, [
    `nft 'add rule inet edge services handle 11 ip saddr 198.51.100.7 tcp dport 22 counter accept comment "ssh for everybody"'`,
    "nft 'delete rule inet edge services handle 11'",
  ])
  assert.equal(ssh.proposal.cut.scanners.connections, 29)
  assert.equal(ssh.proposal.cut.legitimate.connections, 0)
  const wide = found.findings.find((finding: { rule: { handle: number } }) => finding.rule.handle === 12)
  assert.match(wide.proposal.commands[0], /handle 12 ip daddr 192\.0\.2\.30 tcp dport 8080 counter accept'$/)
  assert.deepEqual(
    found.logins
      .map(({ account, failures, successes, who }: Record<string, unknown>) => [account, failures, successes, who])
      .sort(),
    [
      ['alice', 0, 29, 'legitimate'],
      ['ro\u001bot', 29, 0, 'scanner'],
    ],
  )
  const exposed = found.exposures.find(
    (one: { address: string; port: number }) => one.address === '192.0.2.20' && one.port === 22,
  )
  assert.match(exposed.learned.banner, /OpenSSH/)
  assert.deepEqual(readdirSync(temporary), [])
})

test('C3 a case is asked for alone, on a page that is for its owner, and nothing of a log acts on a terminal', () => {
  const out = place('page.txt')
  const [id] = JSON.parse(run('cases', '--state', state, '--json').stdout.split('\n')[0] as string).id.match(/^.{8}/)
  const done = run('review', '--ruleset', rules, '--state', state, '--case', id, ...net, '--out', out, logs)
  assert.equal(done.status, 0, done.stderr)
  assert.equal(done.stdout, '')
  assert.equal(statSync(out).mode & 0o777, 0o600)
  const page = readFileSync(out, 'utf8')
  assert.match(page, /29 connections of 1 scanner; nobody else/)
  assert.match(page, /"ro\\u\{1b\}ot" on srv20 \(.*\) from 203\.0\.113\.88, a scanner: 29 failures/)
  assert.doesNotMatch(page.replaceAll('\n', ''), /\p{C}/u)
  // Who is no scanner is still a reason to keep a rule.
  assert.match(page, /ip saddr 198\.51\.100\.7 tcp dport 22/)
})

test('C3 what is wrong is said, with what to do', () => {
  const wrong = [
    [['review'], 2, /nothing to review/],
    [['review', '--ruleset', 'README.md'], 2, /no ruleset of a kind that is known/],
    [['review', '--ruleset', rules, '--case', 'x'], 2, /give --state DIR/],
    [['review', '--ruleset', rules, '--archive', state, logs], 2, /not both/],
  ] as const
  for (const [words, status, message] of wrong) {
    const done = run(...words)
    assert.deepEqual([done.status, message.test(done.stderr)], [status, true], done.stderr)
  }
})
