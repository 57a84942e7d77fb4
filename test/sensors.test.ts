import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { analyze } from '../src/pipeline/analyze.ts'
import { measureSensors } from '../src/pipeline/measure-sensors.ts'
import type { SensorReport } from '../src/pipeline/sensor-report.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-sensors-'))
after(() => rmSync(folder, { recursive: true }))
const net = ['192.0.2.0/24']

function lab(name: string, as: string): string {
  const path = join(folder, as)
  writeFileSync(path, gunzipSync(readFileSync(join(root, 'fixtures', 'lab', name))))
  return path
}

/** The capture with every time moved. */
function shifted(capture: string, seconds: number, as: string): string {
  const bytes = readFileSync(capture)
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + seconds, at)
  }
  const path = join(folder, as)
  writeFileSync(path, bytes)
  return path
}

const capture = lab('nmap_syn_horiz_3ports.pcap.gz', 'edge.pcap')
const firewall = lab('nmap_syn_horiz_3ports.fw.log.gz', 'fw.log')

test('one scan seen by three sensors is one scan, with the share of each, and counts its probes once', async () => {
  const again = join(folder, 'core.pcap')
  copyFileSync(capture, again)
  const alone = (await analyze({ paths: [capture], net, threads: 1 })).scans.map(({ scan }) => scan)
  const all = (await analyze({ paths: [capture, firewall, again], net, threads: 1 })).scans.map(({ scan }) => scan)
  assert.equal(all.length, 1)
  const [one] = all
  assert.equal(one?.probes, alone[0]?.probes)
  assert.deepEqual(one?.outcomes, alone[0]?.outcomes)
  assert.deepEqual(one?.score.terms, alone[0]?.score.terms)
  assert.deepEqual(
    one?.sensors.map(({ source, events }) => [source, events > 700]),
    [capture, firewall, again].map((path) => [path, true]),
  )
})

test('a client seen by two sensors is no poller: its connections count once', async () => {
  const conn = (second: number, port: number) =>
    `${1700000000 + second}.5\tC${port}\t203.0.113.9\t${port}\t192.0.2.10\t443\ttcp\t-\t1\t0\t0\tS0\t-\t-\t0\tS\t1\t40\t0\t0\t-`
  const header =
    '#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n'
  const rows = Array.from({ length: 12 }, (_, k) => `${conn(k * 60, 40_000 + k)}\n`).join('')
  const a = join(folder, 'a.log')
  const b = join(folder, 'b.log')
  for (const path of [a, b]) writeFileSync(path, header + rows)
  const { Tracker } = await import('../src/track/tracker.ts')
  const { decodeAllInto } = await import('./decode-into.ts')
  const tracker = new Tracker()
  tracker.severalSensors = true
  for (const [sensor, path] of [a, b].entries()) await decodeAllInto(path, sensor, (batch) => tracker.observe(batch))
  assert.equal(tracker.journal.length, 1)
  assert.equal(tracker.journal.repeats[0], 11)
})

test('a clock that is a time zone off is measured and said', async () => {
  const off = shifted(capture, 7200, 'off.pcap')
  const { summary, scans } = await analyze({ paths: [capture, off], net, threads: 1 })
  assert.equal(scans.length, 1)
  const [clock] = summary.clocks
  assert.equal(clock?.source, off)
  assert.equal(clock?.seconds, 7200)
  assert.ok((clock?.connections ?? 0) > 700)
  assert.ok(summary.warnings.some((line) => line.includes('7200 s ahead') && line.includes('time zone (2 h)')))
})

test('a clock that is half a minute off is no time zone; one that is right is not mentioned', async () => {
  const off = shifted(capture, -31, 'slow.pcap')
  const { summary } = await analyze({ paths: [capture, off], net, threads: 1 })
  const said = summary.warnings.filter((line) => line.includes('its clock'))
  assert.equal(said.length, 1)
  assert.match(said[0] as string, /31 s behind/)
  assert.doesNotMatch(said[0] as string, /time zone/)
  const same = join(folder, 'same.pcap')
  copyFileSync(capture, same)
  const both = await analyze({ paths: [capture, same], net, threads: 1 })
  assert.deepEqual(both.summary.warnings, [])
  assert.equal(both.summary.clocks[0]?.seconds, 0)
})

const say = (reports: readonly SensorReport[], source: string) =>
  reports.find((each) => each.source === source)?.blind.join('; ') ?? ''

test('sensors: directions, answers, and what each cannot see', async () => {
  const reports = await measureSensors({ paths: [capture, firewall], net, warn: () => {} })
  const [pcap, log] = reports
  assert.deepEqual(
    reports.map(({ source }) => source),
    [capture, firewall],
  )
  assert.equal(pcap?.events, (await analyze({ paths: [capture], net, threads: 1 })).summary.events)
  assert.ok((pcap?.directions?.['inbound']?.answered ?? 0) > 50)
  assert.deepEqual(pcap?.formats, ['pcap'])
  assert.deepEqual(log?.formats, ['kernel-log'])
  assert.match(say(reports, firewall), /no responses: none of \d+ inbound contacts/)
  assert.match(say(reports, firewall), /outbound: no contact of ours/)
  assert.doesNotMatch(say(reports, capture), /no responses/)
})

test('sensors: a pause, a sensor gone silent, damage, and where our networks are not known', async () => {
  const line = (minute: number, host: number) => {
    const clock = new Date(Date.UTC(2026, 10, 21, 0, minute)).toISOString().slice(11, 19)
    return `Nov 21 ${clock} fw kernel: DROP IN=ext0 OUT=lan0 SRC=203.0.113.9 DST=192.0.2.${host} LEN=44 TTL=51 ID=7 PROTO=TCP SPT=6100 DPT=80 WINDOW=1024 SYN`
  }
  const minutes = [...Array(60).keys(), ...Array.from({ length: 60 }, (_, k) => 400 + k)]
  const broken = 'Nov 21 00:00:00 fw kernel: DROP IN=ext0 OUT= SRC=nonsense DST=192.0.2.1 PROTO=TCP SPT=1 DPT=2'
  const quiet = join(folder, 'quiet.log')
  writeFileSync(quiet, `${minutes.map((minute) => line(minute, 1 + (minute % 200))).join('\n')}\n${broken}\n`)
  const later = join(folder, 'later.log')
  writeFileSync(later, `${Array.from({ length: 60 }, (_, k) => line(1300 + k, k + 1)).join('\n')}\n`)
  const reports = await measureSensors({ paths: [quiet, later], net, warn: () => {} })
  const [first] = reports
  assert.deepEqual(
    first?.gaps.map(({ seconds }) => seconds),
    [341 * 60],
  )
  assert.equal(first?.malformed, 1)
  assert.equal(first?.malformedShare, Math.round(1e6 / 121) / 1e6)
  assert.match(say(reports, quiet), /silent since 2026-11-21T07:39/)
  assert.match(say(reports, quiet), /denies only/)
  assert.doesNotMatch(say(reports, later), /silent/)
})

function sweepwatch(...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'src', 'cli.ts'), ...args], { cwd: folder, encoding: 'utf8' })
}

test('the command prints sensors for people and as JSON, of files and of a service', () => {
  const text = sweepwatch('sensors', '--net', '192.0.2.0/24', 'edge.pcap', 'fw.log')
  assert.equal(text.status, 0, text.stderr)
  assert.match(text.stdout, /edge\.pcap[\s\S]*Directions[\s\S]*inbound[\s\S]*fw\.log[\s\S]*Cannot see/)
  const service = sweepwatch('watch', '--net', '192.0.2.0/24', '--until-end', '--state', 'state', 'fw.log')
  assert.equal(service.status, 0, service.stderr)
  const kept = sweepwatch('sensors', '--json', '--state', 'state')
  const { source, events } = JSON.parse(kept.stdout) as SensorReport
  assert.deepEqual({ source, events }, { source: 'fw.log', events: 1438 })
  assert.equal(sweepwatch('sensors').status, 2)
  assert.match(sweepwatch('sensors', '--state', 'nowhere').stderr, /no service has kept its state/)
})

test('check says where every value comes from, and refuses what a service could not start with', () => {
  writeFileSync(join(folder, 'good.yaml'), '# ours\nnetworks: [192.0.2.0/24]\nsources: [fw.log]\n')
  const settings = (...args: string[]) =>
    sweepwatch('check', '--json', ...args)
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; value: unknown; from: string })
  const [networks, sources] = settings('--config', 'good.yaml')
  assert.deepEqual(networks, { key: 'networks', value: ['192.0.2.0/24'], from: 'good.yaml:2' })
  assert.deepEqual(sources, { key: 'sources', value: ['fw.log'], from: 'good.yaml:3' })
  assert.equal(settings('--config', 'good.yaml', '--net', '10.0.0.0/8')[0]?.from, '--net')
  assert.match(settings()[0]?.from ?? '', /default/)
  writeFileSync(join(folder, 'bad.yaml'), 'networks: [192.0.2.0/24]\nsources: [syslog+upd://:5514]\n')
  const bad = sweepwatch('check', '--config', 'bad.yaml')
  assert.equal(bad.status, 2)
  assert.match(bad.stderr, /no such kind of source/)
})

test('replay shows which scans another configuration judges differently', () => {
  writeFileSync(join(folder, 'sweepwatch.yaml'), 'networks: [192.0.2.0/24]\n')
  writeFileSync(join(folder, 'new.yaml'), 'networks: [198.18.0.0/20]\n')
  const changed = sweepwatch('replay', '--config', 'new.yaml', '--json', 'edge.pcap')
  assert.equal(changed.status, 0, changed.stderr)
  const differences = changed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { change: string; differences: { field: string; before: string }[] })
  assert.equal(differences.length, 1)
  assert.equal(differences[0]?.change, 'changed')
  assert.ok(differences[0]?.differences.some(({ field, before }) => field === 'direction' && before === 'inbound'))
  const same = sweepwatch('replay', '--config', 'sweepwatch.yaml', 'edge.pcap')
  assert.match(same.stdout, /1 scans before, 1 after; 1 alike, 0 differ/)
  assert.equal(sweepwatch('replay', 'edge.pcap').status, 2)
})
