/** What the address map is drawn of is what was on the wire: every touch of a scan, held against tshark. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { addressText } from '../console/part/address-map/block.ts'
import { readTouches, type Touches } from '../console/part/address-map/touches.ts'
import { closeApp, openApp } from '../src/server/app.ts'
import type { MapView } from '../src/server/contract.ts'
import { openSite } from '../src/server/site.ts'
import { labInputs } from './lab-set.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-map-'))
after(() => rmSync(folder, { recursive: true, maxRetries: 3 }))
const hasTshark = spawnSync('tshark', ['--version']).status === 0
const nets = ['192.0.2.0/24', '198.18.0.0/20', '2001:db8:1::/64'].flatMap((net) => ['--net', net])

function pathOf(name: string): string | undefined {
  return labInputs.find((input) => input.name === name && input.kind === 'packets')?.path
}

/** Analyses a capture into a state of its own and asks the API for the largest case. */
async function mapOf(path: string): Promise<{ view: MapView; touches: Touches }> {
  const state = mkdtempSync(join(folder, 'state-'))
  const ran = spawnSync(process.execPath, [join(root, 'src/cli.ts'), 'analyze', ...nets, '--state', state, path])
  assert.ok(ran.status === 0 || ran.status === 1, String(ran.stderr))
  const site = openSite(state, undefined)
  const actor = { name: 'alice', role: 'viewer', via: 'token', credential: 'test', from: '127.0.0.1' } as const
  const app = await openApp({ site, version: '0', gate: { identify: async () => actor, audit: () => {} } })
  try {
    const [{ id } = { id: '' }] = site.cases.list().sort((x, y) => y.probes - x.probes)
    const view = await app.inject(`/api/cases/${id}/map`)
    assert.equal(view.statusCode, 200, view.body)
    const bytes = await app.inject(`/api/cases/${id}/map/touches`)
    assert.equal(bytes.headers['content-type'], 'application/octet-stream')
    return { view: view.json() as MapView, touches: await readTouches(new Uint8Array(bytes.rawPayload)) }
  } finally {
    await closeApp(app, site)
  }
}

/** `source target port` of each first SYN of a scanner, with its time in milliseconds. */
function onTheWire(path: string, sources: readonly string[]): Map<string, number> {
  const fields = ['ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'tcp.dstport', 'frame.time_epoch']
  const asked = ['-T', 'fields', ...fields.flatMap((field) => ['-e', field])]
  const syn = 'tcp.flags.syn == 1 && tcp.flags.ack == 0 && !icmp && !icmpv6'
  const { stdout } = spawnSync('tshark', ['-r', path, '-Y', syn, ...asked], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const first = new Map<string, number>()
  for (const line of stdout.split('\n').filter((each) => each.trim() !== '')) {
    const [src4, src6, dst4, dst6, port, time] = line.split('\t')
    const key = `${src4 || src6} ${dst4 || dst6} ${port}`
    if (sources.includes(src4 || src6 || '') && !first.has(key)) first.set(key, Number(time) * 1000)
  }
  return first
}

function told(touches: Touches): Map<string, number> {
  const first = new Map<string, number>()
  for (let i = 0; i < touches.count; i++) {
    if (touches.port[i] === 0) continue
    const key = `${touches.sources[touches.source[i] as number]} ${addressText(touches.address, 4 * i)} ${touches.port[i]}`
    if (!first.has(key)) first.set(key, touches.at[i] as number)
  }
  return first
}

describe('the touches of a case', () => {
  const scans = {
    nmap_sequential: ['sequential'],
    zmap_20_p80: ['permuted', 'random'],
    masscan_24_p80_r1000: ['random'],
    distributed20_masscan_20: ['random', 'unknown', 'permuted'],
    ipv6_nmap_syn: undefined,
  } as const
  for (const [name, orders] of Object.entries(scans)) {
    const path = pathOf(name)
    const skip = !hasTshark ? 'no tshark' : path === undefined ? `no lab capture ${name}` : false
    test(`${name}: the same addresses, ports, sources and times as tshark reads`, { skip }, async () => {
      const { view, touches } = await mapOf(path as string)
      const [mine, truth] = [told(touches), onTheWire(path as string, touches.sources)]
      const missing = [...truth.keys()].filter((key) => !mine.has(key))
      const extra = [...mine.keys()].filter((key) => !truth.has(key))
      assert.deepEqual({ missing: missing.slice(0, 5), extra: extra.slice(0, 5) }, { missing: [], extra: [] })
      for (const [key, at] of truth) assert.ok(Math.abs((mine.get(key) as number) - at) < 0.01, key)
      assert.equal(view.touches, touches.count)
      if (orders) assert.ok((orders as readonly string[]).includes(view.scans[0]?.order ?? ''), view.scans[0]?.order)
      assert.equal(view.scans[0]?.distributed, name.startsWith('distributed'))
      for (let i = 1; i < touches.count; i++) assert.ok((touches.at[i] as number) >= (touches.at[i - 1] as number))
    })
  }
})

test('the bundled capture: as many touches and outcomes as its record counts', async () => {
  const { view, touches } = await mapOf(join(root, 'fixtures/demo/masscan-sweep.pcap'))
  assert.equal(view.scansOmitted, 0)
  assert.equal(view.omitted, 0)
  assert.equal(touches.count, view.touches)
  assert.ok(touches.count > 200)
  assert.ok(touches.outcome.includes(0) && touches.outcome.includes(2))
})
