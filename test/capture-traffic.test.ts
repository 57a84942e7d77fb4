import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { summariseTraffic } from '../src/capture/traffic.ts'
import { hasTshark } from './capture-oracle.ts'
import { bytes, ethernet, icmp, ip4, pcapFile, tcp, udp } from './packet-build.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-traffic-'))
after(() => rmSync(folder, { recursive: true }))
const host = '192.0.2.10'
const peer = '203.0.113.5'
const start = 1_700_000_000_000
const ever = [{ name: 'during', from: start, to: start + 1000 }]

function file(name: string, packets: readonly Uint8Array[]): string {
  const path = join(folder, name)
  writeFileSync(path, pcapFile(packets))
  return path
}

test('T1 packets and bytes each way, services, times, of each peer', async () => {
  const path = file('a.pcap', [
    ethernet(ip4(tcp(2), { src: peer, dst: host })),
    ethernet(ip4(tcp(16, [], Array(100).fill(0)), { src: host, dst: peer })),
    ethernet(ip4(udp(bytes(), 40_000, 53), { src: host, dst: '192.0.2.53', protocol: 17 })),
    ethernet(ip4(icmp(8, 0, [0, 1, 0, 1]), { src: peer, dst: host, protocol: 1 })),
  ])
  assert.deepEqual(await summariseTraffic({ paths: [path], hosts: [host], phases: ever }), [
    {
      phase: 'during',
      host,
      peer,
      packetsOut: 1,
      bytesOut: 154,
      packetsIn: 2,
      bytesIn: 96,
      services: ['icmp', 'tcp/80'],
      first: '2023-11-14T22:13:20.000000Z',
      last: '2023-11-14T22:13:20.000003Z',
    },
    {
      phase: 'during',
      host,
      peer: '192.0.2.53',
      packetsOut: 1,
      bytesOut: 42,
      packetsIn: 0,
      bytesIn: 0,
      services: ['udp/53'],
      first: '2023-11-14T22:13:20.000002Z',
      last: '2023-11-14T22:13:20.000002Z',
    },
  ])
})

test('T1 phases part the time; between two hosts the first of the list is the host', async () => {
  const path = file('b.pcap', [
    ethernet(ip4(tcp(2), { src: '192.0.2.11', dst: host })),
    ethernet(ip4(tcp(2), { src: host, dst: '192.0.2.11' })),
    ethernet(ip4(tcp(2), { src: peer, dst: '192.0.2.11' })),
  ])
  const phases = [
    { name: 'before', from: start - 1000, to: start + 0.001 },
    { name: 'during', from: start + 0.001, to: start + 0.002 },
    { name: 'after', from: start + 0.002, to: start + 1000 },
  ]
  const rows = await summariseTraffic({ paths: [path], hosts: [host, '192.0.2.11'], phases })
  assert.deepEqual(
    rows.map((row) => [row.phase, row.host, row.peer, row.packetsOut, row.packetsIn]),
    [
      ['before', host, '192.0.2.11', 0, 1],
      ['during', host, '192.0.2.11', 1, 0],
      ['after', '192.0.2.11', peer, 0, 1],
    ],
  )
})

test('T1 tunnels count by their inside, ICMP errors by those who exchange them', async () => {
  const inner = ip4(tcp(2), { src: host, dst: peer })
  const path = file('c.pcap', [
    ethernet(ip4(inner, { src: '198.51.100.1', dst: '198.51.100.2', protocol: 4 })),
    ethernet(ip4(icmp(3, 1, [0, 0, 0, 0], inner), { src: '198.51.100.9', dst: host, protocol: 1 })),
  ])
  const rows = await summariseTraffic({ paths: [path], hosts: [host], phases: ever })
  assert.deepEqual(rows.map((row) => [row.peer, row.packetsOut, row.packetsIn, row.services]).sort(), [
    ['198.51.100.9', 0, 1, ['icmp']],
    [peer, 1, 0, ['tcp/80']],
  ])
})

test('T1 the sums are those of tshark', { skip: hasTshark ? false : 'tshark is missing' }, async () => {
  const path = join(folder, 'killchain.pcap')
  writeFileSync(path, gunzipSync(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'lab', 'killchain.pcap.gz'))))
  const phases = [{ name: 'all', from: 0, to: 4e12 }]
  for (const address of ['192.0.2.20', '192.0.2.12']) {
    const fields = ['-e', 'ip.src', '-e', 'ip.dst', '-e', 'frame.len']
    const filter = `ip.src == ${address} || ip.dst == ${address}`
    const text = execFileSync(
      'tshark',
      ['-n', '-r', path, '-Y', filter, '-T', 'fields', '-E', 'occurrence=f', ...fields],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 1 << 28,
      },
    ).toString()
    const sums = new Map<string, number[]>()
    for (const line of text.trim().split('\n')) {
      const [src = '', dst = '', length] = line.split('\t')
      // A packet that an ICMP error between others quotes.
      if (src !== address && dst !== address) continue
      const isOut = src === address
      const sum = sums.get(isOut ? dst : src) ?? [0, 0, 0, 0]
      sums.set(isOut ? dst : src, sum)
      sum[isOut ? 0 : 2]! += 1
      sum[isOut ? 1 : 3]! += Number(length)
    }
    const rows = await summariseTraffic({ paths: [path], hosts: [address], phases, index: join(folder, 'index') })
    const ip = rows.filter((row) => row.services.join() !== 'arp')
    assert.deepEqual(
      ip.map((row) => [row.peer, row.packetsOut, row.bytesOut, row.packetsIn, row.bytesIn].join()).sort(),
      [...sums].map(([other, sum]) => [other, ...sum].join()).sort(),
    )
    assert.ok(ip.length > 0)
  }
})
