/** Unused addresses of a block become decoys: real nftables, real scanners, in networks made here. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { decodeAll, inputOf } from './decode-fixture.ts'
import { Lab } from './decoy-lab.ts'
import { decoyUser, folderFor, type Line, RunningDecoy, whyNot } from './decoy-parts.ts'

const skip = whyNot('nft', 'conntrack', 'setpriv', 'nmap', 'curl', 'ip')
const folder = folderFor('redirect')
const used = join(folder, 'used')
writeFileSync(used, '192.0.2.10 # a server\n192.0.2.64/26\n2001:db8:b::80\n')
const block = ['--net', '192.0.2.0/24', '--net', '2001:db8:b::/64', '--used', used]
const words = [...block, '--redirect', '--any', '--user', decoyUser, '--json']

let lab: Lab
let decoy: RunningDecoy
before(async () => {
  if (skip) return
  lab = new Lab()
  decoy = await RunningDecoy.start(lab.decoy, words)
})
after(async () => {
  await decoy?.remove()
  lab?.remove()
  rmSync(folder, { recursive: true })
})

const tables = () => lab.decoy.run(['nft', 'list', 'tables'])
const to = (address: string) => decoy.touches().filter(({ dst }) => dst === address)
const curl = (url: string) => lab.run(['curl', '-s', '-g', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', url])

test('C4 a session is told with the address and port that were touched, of a service and of none, in IPv4 and IPv6', {
  skip,
}, async () => {
  for (const url of ['http://192.0.2.20/x', 'http://192.0.2.20:31337/y', 'http://[2001:db8:b::99]:8080/z']) {
    assert.match(await curl(url), /^(?:200|401|404)$/)
  }
  await decoy.until(() => decoy.touches().filter(({ ended }) => ended !== 'half-open').length >= 3)
  const told = ({ src, dst, dstPort, decoy: service, redirected, uri }: Line) => [
    src,
    dst,
    dstPort,
    service,
    redirected,
    uri,
  ]
  assert.deepEqual([...to('192.0.2.20'), ...to('2001:db8:b::99')].map(told), [
    ['203.0.113.66', '192.0.2.20', 80, 'http', true, '/x'],
    ['203.0.113.66', '192.0.2.20', 31_337, 'any', true, '/y'],
    ['2001:db8:a::2', '2001:db8:b::99', 8080, 'http', true, '/z'],
  ])
})

test('C4 what is in use is never redirected', { skip }, async () => {
  const report = await lab.run([
    'nmap',
    '-n',
    '-Pn',
    '-sT',
    '--max-retries',
    '0',
    '--host-timeout',
    '6s',
    '-p',
    '22,80,4444',
    '192.0.2.10',
    '192.0.2.65',
  ])
  assert.ok(!/\bopen\b/.test(report), report)
  assert.deepEqual([...to('192.0.2.10'), ...to('192.0.2.65')], [])
})

test('C4 a SYN scan, which completes no handshake, is told touch by touch', { skip }, async () => {
  const report = await lab.run(['nmap', '-n', '-Pn', '-sS', '-p', '22,443,5555', '192.0.2.30-33'])
  assert.equal(report.match(/\bopen\b/g)?.length, 12, report)
  const found = () =>
    decoy.touches().filter(({ dst, ended }) => /^192\.0\.2\.3[0-3]$/.test(dst) && ended === 'half-open')
  await decoy.until(() => found().length >= 12)
  const ends = new Set(found().map(({ dst, dstPort, src }) => `${src} ${dst}:${dstPort}`))
  assert.equal(ends.size, 12)
  assert.equal(found().length, 12, 'each once')
  assert.ok(ends.has('203.0.113.66 192.0.2.33:5555'))
})

test('C4 a connect scan, whose client is gone at once, is told once for each port, with its source', {
  skip,
}, async () => {
  await lab.run(['nmap', '-n', '-Pn', '-sT', '--max-retries', '0', '-T5', '-p', '1-40', '192.0.2.50'])
  await decoy.until(() => to('192.0.2.50').length >= 40)
  await wait(1500)
  assert.deepEqual(
    to('192.0.2.50')
      .map(({ dstPort }) => dstPort)
      .sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, k) => k + 1),
  )
  assert.ok(to('192.0.2.50').every(({ src }) => src === '203.0.113.66'))
})

test('C4 datagrams from one port to several addresses are told apart', { skip }, async () => {
  await lab.run(['nmap', '-n', '-Pn', '-sU', '-g', '4000', '--max-retries', '0', '-p', '161,5060', '192.0.2.40-42'])
  const found = () => decoy.touches().filter(({ transport }) => transport === 'udp')
  await decoy.until(() => new Set(found().map(({ dst, dstPort }) => `${dst}:${dstPort}`)).size === 6)
  assert.ok(
    found().every(
      ({ src, srcPort, dst }) => src === '203.0.113.66' && srcPort === 4000 && /^192\.0\.2\.4[0-2]$/.test(dst),
    ),
  )
})

test('C4 its own ports cannot be reached but through the redirect; it is unprivileged; it connected to nobody', {
  skip,
}, async () => {
  const listening = lab.decoy
    .run(['ss', '-Htln'])
    .split('\n')
    .map((line) => /:(\d+)\s/.exec(line)?.[1])
    .filter(Boolean)
  assert.ok(listening.length >= 12)
  const report = await lab.run([
    'nmap',
    '-n',
    '-Pn',
    '-sT',
    '--max-retries',
    '0',
    '-p',
    listening.join(','),
    '203.0.113.1',
  ])
  assert.ok(!/\bopen\b/.test(report), report)
  const status = lab.decoy.run(['cat', `/proc/${decoy.pid}/status`])
  const uid = spawnSync('id', ['-u', decoyUser], { encoding: 'utf8' }).stdout.trim()
  assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'))
  assert.match(status, /^CapEff:\t0+$/m)
  assert.match(status, /^Groups:\t\d+ $/m)
  assert.equal(lab.connections().opened, 0)
})

test('C4 a second redirect is refused, and leaves the first', { skip }, async () => {
  await assert.rejects(RunningDecoy.start(lab.decoy, words), /belongs to a decoy that runs/)
  assert.match(tables(), /sweepwatch_decoy/)
})

test('C4 what was told is read back as canaries', { skip }, async () => {
  const bytes = new Uint8Array(
    Buffer.from(
      decoy
        .lines()
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    ),
  )
  const { records, result } = await decodeAll(inputOf(bytes), 'touches.jsonl')
  assert.equal(result.format, 'sweepwatch-decoy')
  assert.equal(result.tally.malformed, 0)
  assert.ok(
    records.some(({ kind, outcome, dst }) => kind === 'canary' && outcome === 'unanswered' && dst === '192.0.2.33'),
  )
})

test('C4 the table goes with the decoy, also when it is killed; nothing stays behind', { skip }, async () => {
  const here = () =>
    lab.decoy
      .run(['ip', 'netns', 'pids', lab.decoy.name])
      .trim()
      .split('\n')
      .filter((pid) =>
        /nft|conntrack|cli\.ts/.test(spawnSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }).stdout),
      )
  await decoy.end('SIGKILL')
  for (let k = 0; k < 40 && (tables() !== '' || here().length > 0); k++) await wait(50)
  assert.equal(tables(), '')
  const again = await RunningDecoy.start(lab.decoy, words)
  assert.match(tables(), /sweepwatch_decoy/)
  assert.equal(await again.end('SIGTERM'), 0)
  for (let k = 0; k < 40 && tables() !== ''; k++) await wait(50)
  assert.equal(tables(), '')
  await again.remove()
  assert.deepEqual(here(), [])
})

test('C4 without --redirect the rules are printed and nothing is changed', { skip }, () => {
  const said = spawnSync(
    'ip',
    [
      'netns',
      'exec',
      lab.decoy.name,
      process.execPath,
      join(import.meta.dirname, '..', 'src', 'cli.ts'),
      'decoy',
      ...block,
    ],
    { encoding: 'utf8', cwd: folder },
  )
  assert.equal(said.status, 0)
  assert.match(said.stdout, /redirect to/)
  assert.equal(tables(), '')
})
