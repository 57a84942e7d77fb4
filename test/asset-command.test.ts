import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseConfig } from '../src/config/load.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-assets-'))
after(() => rmSync(folder, { recursive: true }))
const hosts = join(root, 'fixtures', 'asset', 'hosts.csv')
const capture = join(root, 'fixtures', 'lab', 'nmap_sV_banner.pcap.gz')

function run(...words: readonly string[]) {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', XDG_CACHE_HOME: join(folder, 'cache') }
  const { status, stdout, stderr } = spawnSync(join(root, 'bin', 'sweepwatch'), words, {
    cwd: folder,
    encoding: 'utf8',
    env,
  })
  return { status, stdout, stderr }
}

test('Q2 assets find says whose an address is', () => {
  writeFileSync(
    join(folder, 'sweepwatch.yaml'),
    `assets: {inventory: ${hosts}, partners: [{name: Pentest Ltd, networks: [203.0.113.64/28], contact: soc@example.net}]}\n`,
  )
  assert.deepEqual(run('assets', 'find', '192.0.2.10'), {
    status: 0,
    stdout:
      'ours        www.example.org, 192.0.2.10\nowner       Web team\ncriticality high\nroles       web, public\n',
    stderr: '',
  })
  const partner = run('assets', 'find', '203.0.113.65', '--json')
  assert.deepEqual(JSON.parse(partner.stdout), {
    address: '203.0.113.65',
    asset: null,
    partner: { name: 'Pentest Ltd', networks: ['203.0.113.64/28'], contact: 'soc@example.net' },
  })
  assert.equal(run('assets', 'find', '9.9.9.9').status, 1)
  assert.equal(run('assets', 'find', 'www').status, 2)
  assert.equal(run('assets', 'list', '--json').stdout.trim().split('\n').length, 6)
  rmSync(join(folder, 'sweepwatch.yaml'))
  assert.equal(run('assets', 'list').status, 2)
})

test('Q2 assets check says which rows are not used, and exits 4', () => {
  const { status, stdout } = run('assets', 'check', hosts)
  assert.equal(status, 4)
  assert.match(
    stdout,
    /: 6 networks and hosts; 2 rows not usable; 1 described before\n {2}line 6: "192.0.2.300" is no address/,
  )
  assert.equal(run('assets', 'check', join(folder, 'missing.csv')).status, 2)
})

test('T3 pcap cut writes a capture and says what is in it; a second one reads the index', () => {
  const out = join(folder, 'cut.pcapng')
  const first = run('pcap', 'cut', capture, '--address', '192.0.2.20', '--out', out, '--json')
  assert.equal(first.status, 0, first.stderr)
  const result = JSON.parse(first.stdout) as { packets: number; indexed: number; bytes: number }
  assert.ok(result.packets > 10 && result.indexed > 0)
  assert.equal(readFileSync(out).length, result.bytes)
  assert.ok(existsSync(join(folder, 'cache', 'sweepwatch', 'captures')))
  const second = run('pcap', 'cut', capture, '--address', '192.0.2.20', '--out', join(folder, 'again.pcap'))
  assert.match(
    second.stdout,
    /again\.pcap: [\d,]+ packets of 1 capture[\s\S]*SHA-256 [0-9a-f]{64}\n.* of captures read\n$/,
  )
  assert.equal(run('pcap', 'cut', capture, '--address', '192.0.2.20', '--out', out).status, 1)
  assert.equal(run('pcap', 'cut', capture, '--out', join(folder, 'x.pcap')).status, 2)
  assert.equal(run('pcap', 'cut', capture, '--address', '192.0.2.20').status, 2)
  assert.equal(run('pcap', 'cut', '--address', '192.0.2.20', '--out', join(folder, 'x.pcap')).status, 2)
})

test('T3 pcap index tells what was read, and nothing new the second time', () => {
  const index = join(folder, 'index')
  assert.match(
    run('pcap', 'index', capture, '--index', index).stdout,
    /^1 capture, [\d,]+ packets; .* read \(index in /,
  )
  assert.match(run('pcap', 'index', capture, '--index', index).stdout, /; nothing new \(index in /)
  writeFileSync(join(folder, 'sweepwatch.yaml'), `capture: {paths: ${capture}, index: ${index}}\n`)
  assert.match(run('pcap', 'index').stdout, /; nothing new/)
})

test('Q2 T3 the sections of the configuration say what is wrong, all at once', async () => {
  const text =
    'assets: {partners: [{name: P, networks: [nowhere]}], kev: ""}\ncapture: {seconds: 0, paths: 1}\nallow: [{id: x}]\n'
  await assert.rejects(parseConfig(text, 'x.yaml'), (error: Error) => {
    for (const said of [
      /assets.partners.0.networks.0: "nowhere" is no network/,
      /assets.kev: is empty/,
      /capture.seconds/,
      /allow.0.owner: is missing/,
    ]) {
      assert.match(error.message, said)
    }
    return true
  })
  const { assets, capture: site } = await parseConfig('assets: {inventory: a.csv}\ncapture: {paths: /p}\n', 'x.yaml')
  assert.deepEqual(assets, { inventory: ['a.csv'], partners: [] })
  assert.deepEqual(site, { paths: ['/p'], seconds: 600, megabytes: 500 })
})
