/** The lab's runs as flow records: scans are found as in the captures, ordinary traffic is silent. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { analyze } from '../src/pipeline/analyze.ts'
import { labNetworks } from './lab-set.ts'
import { WatchRun } from './watch-run.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'lab', 'netflow')
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-netflow-'))
after(() => rmSync(temporary, { recursive: true }))

/** What each run is, by the truth files: who scans, how many targets (address and port) it has. */
const truth: Readonly<Record<string, readonly (readonly [source: string, targets: number, shape: string])[]>> = {
  benign_backscatter: [],
  benign_web_in: [],
  ipv6_nmap_syn: [['2001:db8:ff::66', 746, 'horizontal']],
  killchain: [
    ['203.0.113.88', 712, 'horizontal'],
    ['192.0.2.20', 746, 'horizontal'],
  ],
  masscan_20_p80_r2000: [['203.0.113.70', 4096, 'horizontal']],
  nmap_sn_default: [['100.64.0.2', 930, 'horizontal']],
  nmap_syn_block_20ports: [['100.64.0.2', 5120, 'block']],
  nmap_syn_horiz_3ports: [['100.64.0.2', 768, 'horizontal']],
}

const expected = (file: string) => truth[file.replace(/\..*/, '')] ?? assert.fail(`${file}: no truth`)

for (const file of readdirSync(folder)) {
  test(`${file}: what the capture shows, as flow records`, async () => {
    const { scans, backscatter, summary } = await analyze({ paths: [join(folder, file)], net: labNetworks, threads: 1 })
    assert.equal(summary.malformed, 0)
    assert.deepEqual(
      scans.map(({ scan }) => [scan.sources[0], scan.probes, scan.shape]),
      expected(file),
    )
    assert.equal(backscatter.length, file.startsWith('benign_backscatter') ? 1 : 0)
  })
}

test('an ordinary day stays silent where only one packet in ten, a hundred or a thousand was looked at', async () => {
  for (const rate of [10, 100, 1000]) {
    for (const file of readdirSync(folder).filter((name) => name.startsWith('benign') && name.includes('v5'))) {
      const path = join(temporary, `sampled-${rate}-${file.replace('.gz', '')}`)
      writeFileSync(path, sampled(gunzipSync(readFileSync(join(folder, file))), rate))
      const { scans, summary } = await analyze({ paths: [path], net: labNetworks, threads: 1 })
      assert.ok(summary.events > 1000)
      assert.deepEqual(scans, [], `${file} 1:${rate}`)
    }
  }
})

test('a scan is found through a sensor that samples one packet in ten', async () => {
  const path = join(temporary, 'sampled-scan.pcap')
  const whole = gunzipSync(readFileSync(join(folder, 'masscan_20_p80_r2000.v5.export.pcap.gz')))
  writeFileSync(path, thinned(sampled(whole, 10), 10))
  const { scans } = await analyze({ paths: [path], net: labNetworks, threads: 1 })
  assert.deepEqual(
    scans.map(({ scan }) => scan.sources[0]),
    ['203.0.113.70'],
  )
  assert.ok((scans[0]?.scan.probes ?? 0) > 300)
})

const recordBytes = 48
/** Ethernet, IPv4 and UDP before the NetFlow header in softflowd's captures (link type Ethernet or BSD loopback). */
function netflowAt(packet: Buffer): number {
  const at = packet.indexOf(Buffer.from([0, 5, 0]))
  return at
}

function* recordsOf(capture: Buffer): Generator<{ from: number; to: number }> {
  for (let at = 24; at < capture.length; ) {
    const length = capture.readUInt32LE(at + 8)
    yield { from: at + 16, to: at + 16 + length }
    at += 16 + length
  }
}

/** The capture as if the exporter had said that it samples. */
function sampled(capture: Buffer, rate: number): Buffer {
  for (const { from, to } of recordsOf(capture)) {
    const packet = capture.subarray(from, to)
    packet.writeUInt16BE((1 << 14) | rate, netflowAt(packet) + 22)
  }
  return capture
}

/** One record in `rate` of each packet, as sampling of single-packet flows would leave. */
function thinned(capture: Buffer, rate: number): Buffer {
  let seen = 0
  for (const { from, to } of recordsOf(capture)) {
    const packet = capture.subarray(from, to)
    const at = netflowAt(packet)
    const count = packet.readUInt16BE(at + 2)
    let kept = 0
    for (let r = 0; r < count; r++) {
      if (seen++ % rate !== 0) continue
      packet.copy(packet, at + 24 + recordBytes * kept++, at + 24 + recordBytes * r, at + 24 + recordBytes * (r + 1))
    }
    packet.writeUInt16BE(kept, at + 2)
  }
  return capture
}

test('NetFlow 5, 9 and IPFIX over a live socket: the scan is told, and nothing is lost', async () => {
  for (const version of ['v5', 'v9', 'v10']) {
    const capture = gunzipSync(readFileSync(join(folder, `nmap_syn_horiz_3ports.${version}.export.pcap.gz`)))
    const state = join(temporary, `state-${version}`)
    const run = new WatchRun([
      ...labNetworks.flatMap((net) => ['--net', net]),
      '--state',
      state,
      'netflow+udp://127.0.0.1:0',
    ])
    await run.until((each) => /listening on port \d+/.test(each.err))
    const port = Number(/listening on port (\d+)/.exec(run.err)?.[1])
    const socket = createSocket('udp4')
    for (const { from, to } of recordsOf(capture)) {
      const packet = capture.subarray(from, to)
      // The UDP header stands behind the IPv4 header, whose first byte is 0x45.
      const payload = packet.subarray(packet.indexOf(0x45, 4) + 28)
      await new Promise((resolve) => socket.send(payload, port, '127.0.0.1', resolve))
    }
    socket.close()
    await run.until((each) => each.scans.some(({ sources }) => sources[0] === '100.64.0.2'))
    assert.equal(await run.kill('SIGTERM'), 0, run.err)
    assert.equal(run.scans.at(-1)?.probes, 768, version)
  }
})
