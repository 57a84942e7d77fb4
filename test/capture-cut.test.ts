import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { Problem } from '../src/base/problem.ts'
import { type CutOptions, type CutResult, cutCapture } from '../src/capture/cut-capture.ts'
import { hasTshark, packetsOf } from './capture-oracle.ts'
import {
  arp,
  be16,
  be32,
  block,
  bytes,
  enhanced,
  ethernet,
  icmp,
  interfaceBlock,
  ip4,
  ip6,
  pcapFile,
  section,
  tcp,
  udp,
} from './packet-build.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-cut-'))
after(() => rmSync(folder, { recursive: true }))
const lab = join(import.meta.dirname, '..', 'fixtures', 'lab')

let made = 0
/** A name of its own in the test's folder. */
function place(end: string): string {
  return join(folder, `${made++}${end}`)
}

function file(content: Uint8Array, end = '.pcap'): string {
  const path = place(end)
  writeFileSync(path, content)
  return path
}

/** Cuts into a pcap file, whose packets are told. */
async function cut(
  paths: readonly string[],
  networks: readonly string[],
  more: Partial<CutOptions> & Partial<CutOptions['filter']> = {},
) {
  const { peers, from, to, ...options } = more
  const filter = {
    networks,
    ...(peers && { peers }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
  const result = await cutCapture({ paths, filter, out: place('.pcap'), ...options })
  return { ...result, found: packetsOf(result.out) }
}

const a = '192.0.2.1'
const b = '198.51.100.2'
const from = (src: string, dst = b) => ethernet(ip4(tcp(), { src, dst }))

test('T3 packets of an address, either way, and of no other', async () => {
  const path = file(
    pcapFile([from(a), from('192.0.2.9'), ethernet(ip4(tcp(), { src: b, dst: a })), from('192.0.2.11')]),
  )
  const { packets, found, first, last } = await cut([path], [a])
  assert.equal(packets, 2)
  assert.deepEqual(
    found.map((each) => each.split(' ')[0]),
    ['1700000000.000000000', '1700000000.000002000'],
  )
  assert.deepEqual([first, last], ['2023-11-14T22:13:20.000000Z', '2023-11-14T22:13:20.000002Z'])
  assert.equal((await cut([path], ['192.0.2.8/30'])).packets, 2)
  assert.equal((await cut([path], [])).packets, 4)
  assert.equal((await cut([path], ['203.0.113.1'])).packets, 0)
})

test('T3 the other end, and the time, narrow it down', async () => {
  const path = file(
    pcapFile([from(a), from(a, '198.51.100.3'), from('192.0.2.9'), ethernet(ip4(tcp(), { src: b, dst: a }))]),
  )
  assert.equal((await cut([path], [a], { peers: [b] })).packets, 2)
  assert.equal((await cut([path], [a], { peers: ['198.51.100.0/31'] })).packets, 0)
  // Two addresses that are both near do not talk to a peer.
  assert.equal((await cut([path], [a, b], { peers: [a, b] })).packets, 2)
  const at = 1_700_000_000_000
  assert.equal((await cut([path], [a], { from: at + 0.001 })).packets, 2)
  assert.equal((await cut([path], [a], { to: at + 0.001 })).packets, 2)
  assert.equal((await cut([path], [a], { from: at + 0.001, to: at + 0.001 })).packets, 1)
  assert.equal((await cut([path], [], { from: at + 1000 })).packets, 0)
})

test('T3 every layer counts: VLAN tags, tunnels inside and outside, what ICMP quotes, ARP, neighbour discovery', async () => {
  const inner = ip4(tcp(), { src: '10.0.0.1', dst: '10.0.0.2' })
  const vxlan = bytes(8, 0, 0, 0, 0, 0, 1, 0, ethernet(inner))
  const solicitation = icmp(135, 0, [0, 0, 0, 0], bytes([0x20, 1, 0x0d, 0xb8], Array(11).fill(0), 0x77))
  const layered: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['VLAN', ethernet(ip4(tcp(), { src: a }), 0x8100, 0x0800), [a, b]],
    ['two tags', ethernet(ip4(tcp(), { src: a }), 0x88a8, 0x8100, 0x0800), [a, b]],
    ['IP in IP', ethernet(ip4(inner, { src: a, dst: b, protocol: 4 })), [a, b, '10.0.0.1', '10.0.0.2']],
    ['GRE', ethernet(ip4(bytes(0, 0, 8, 0, inner), { src: a, dst: b, protocol: 47 })), [a, b, '10.0.0.1']],
    ['VXLAN', ethernet(ip4(udp(vxlan, 5000, 4789), { src: a, dst: b, protocol: 17 })), [a, b, '10.0.0.2']],
    [
      'ICMP error',
      ethernet(ip4(icmp(3, 1, [0, 0, 0, 0], inner), { src: a, dst: b, protocol: 1 })),
      [a, b, '10.0.0.1', '10.0.0.2'],
    ],
    ['ARP', ethernet(arp(1, '192.0.2.5', '192.0.2.6'), 0x0806), ['192.0.2.5', '192.0.2.6']],
    ['ARP announcement', ethernet(arp(1, '192.0.2.5', '192.0.2.5'), 0x0806), ['192.0.2.5']],
    ['neighbour discovery', ethernet(ip6(solicitation, 58), 0x86dd), ['2001:db8::1', '2001:db8::77']],
    ['a later fragment', ethernet(ip4(bytes(1, 2, 3, 4, 5, 6, 7, 8), { src: a, dst: b, fragment: 0x0005 })), [a, b]],
  ]
  for (const [what, packet, addresses] of layered) {
    const path = file(pcapFile([packet, from('203.0.113.1', '203.0.113.2')]))
    for (const address of addresses) assert.equal((await cut([path], [address])).packets, 1, `${what}: ${address}`)
    assert.equal((await cut([path], ['172.16.0.0/12'])).packets, 0, what)
  }
})

test('T3 files of several sensors are put together in the order of time', async () => {
  const early = file(pcapFile([from(a), from(a), from(a)], { second: 1_700_000_000 }))
  const late = file(pcapFile([from(a), from(a)], { second: 1_700_000_001 }))
  const between = file(pcapFile([from(a)], { second: 1_700_000_000, fraction: 1 }))
  const { found, files } = await cut([late, early, between], [a])
  const times = found.map((each) => each.split(' ')[0])
  assert.deepEqual(times, [...times].sort())
  assert.deepEqual(
    files.map(({ packets }) => packets),
    [2, 3, 1],
  )
  // Packets within one file may be out of order, too.
  const second = [...pcapFile([from(a), from(a)], { second: 1_700_000_009 })]
  const mixed = file(Uint8Array.from([...second, ...pcapFile([from(a)], { second: 1_700_000_003 }).subarray(24)]))
  const order = (await cut([mixed], [a])).found.map((each) => each.slice(0, 10))
  assert.deepEqual(order, ['1700000003', '1700000009', '1700000009'])
})

/** Words of a 64-bit count. */
const words = (count: bigint): [number, number] => [Number(count >> 32n), Number(count & 0xffff_ffffn)]
const resolution = (value: number) => [9, 0, 1, 0, value, 0, 0, 0, 0, 0, 0, 0]

test('T3 nanoseconds are kept, whatever the clock of the capture', async () => {
  const packet = from(a)
  for (const [what, content, time] of [
    ['pcap', pcapFile([packet], { magic: 0xa1b23c4d, fraction: 123_456_789 }), '1700000000.123456789'],
    [
      'pcap of the other byte order',
      pcapFile([packet], { magic: 0xa1b23c4d, isLittle: false, fraction: 7 }),
      '1700000000.000000007',
    ],
    [
      'pcapng in nanoseconds',
      bytes(section(), interfaceBlock(1, resolution(9)), enhanced(packet, ...words(1_700_000_000_123_456_789n))),
      '1700000000.123456789',
    ],
    [
      'pcapng in picoseconds',
      bytes(section(), interfaceBlock(1, resolution(12)), enhanced(packet, ...words(1_700_000_000_123_456n))),
      '0000001700.000000123',
    ],
    [
      'pcapng in 2^-32 s',
      bytes(section(), interfaceBlock(1, resolution(0x80 | 32)), enhanced(packet, 1_700_000_000, 0x8000_0000)),
      '1700000000.500000000',
    ],
  ] as const) {
    const { found } = await cut([file(content)], [a])
    assert.deepEqual(
      found.map((each) => each.split(' ')[0]?.padStart(20, '0')),
      [time],
      what,
    )
  }
})

test('T3 several link types make a pcapng with several interfaces, and no pcap', {
  skip: hasTshark ? false : 'tshark is missing',
}, async () => {
  const raw = ip4(tcp(), { src: a })
  const paths = [file(pcapFile([from(a)])), file(pcapFile([raw, raw], { linkType: 101 }))]
  const out = place('.pcapng')
  const { packets, sha256 } = await cutCapture({ paths, filter: { networks: [a] }, out })
  assert.equal(packets, 3)
  assert.equal(createHash('sha256').update(readFileSync(out)).digest('hex'), sha256)
  const info = spawnSync('capinfos', ['-c', '-E', '-I', out], { encoding: 'utf8' })
  assert.equal(info.status, 0, info.stderr)
  assert.match(info.stdout, /Number of interfaces in file: 2/)
  const { stdout } = spawnSync(
    'tshark',
    ['-n', '-r', out, '-T', 'fields', '-e', 'frame.interface_id', '-e', 'ip.src'],
    { encoding: 'utf8' },
  )
  assert.deepEqual(stdout.trim().split('\n').sort(), [`0\t${a}`, `1\t${a}`, `1\t${a}`])
  await assert.rejects(cut(paths, [a]), /2 link types/)
})

test('T3 an empty cut is a valid file', { skip: hasTshark ? false : 'capinfos is missing' }, async () => {
  const path = file(pcapFile([from(a)]))
  for (const end of ['.pcap', '.pcapng']) {
    const out = place(end)
    const { packets, first } = await cutCapture({ paths: [path], filter: { networks: ['203.0.113.9'] }, out })
    assert.deepEqual([packets, first], [0, null])
    assert.equal(spawnSync('capinfos', [out]).status, 0, end)
  }
})

test('T3 compressed captures, sections, simple and old blocks, and unknown files among them', async () => {
  const packet = from(a)
  const older = block(
    2,
    bytes(
      0,
      0,
      0,
      0,
      [...words(1_700_000_000_000_000n), packet.length, packet.length].flatMap((n) => be32(n).reverse()),
      packet,
    ),
  )
  const simple = block(3, bytes(be32(packet.length).reverse(), packet))
  const mixed = bytes(section(), interfaceBlock(1), older, simple, section(false), interfaceBlock(101, [], false))
  const second = enhanced(ip4(tcp(), { src: a }), ...words(1_700_000_001_000_000n), 0, false)
  const out = place('.pcapng')
  const paths = [
    file(gzipSync(pcapFile([packet]))),
    file(zstdCompressSync(pcapFile([packet]))),
    file(bytes(mixed, second)),
  ]
  const text = file(Buffer.from('no capture'), '.txt')
  const { packets, skipped, malformed } = await cutCapture({ paths: [...paths, text], filter: { networks: [a] }, out })
  assert.deepEqual([packets, skipped, malformed], [5, [text], 0])
  await assert.rejects(cut([text], [a]), (error) => error instanceof Problem && error.code === 'no-captures')
  await assert.rejects(
    cut([join(folder, 'missing')], [a]),
    (error) => error instanceof Problem && error.code === 'no-such-file',
  )
  await assert.rejects(cut(paths, ['nonsense']), (error) => error instanceof Problem && error.code === 'bad-network')
})

test('T3 nothing is overwritten, and a cut that fails leaves nothing behind', async () => {
  const path = file(pcapFile([from(a)]))
  const before = readdirSync(folder).length
  const out = file(Buffer.from('evidence'), '.pcapng')
  await assert.rejects(cutCapture({ paths: [path], filter: { networks: [a] }, out }), /is there already/)
  assert.equal(readFileSync(out, 'utf8'), 'evidence')
  await assert.rejects(
    cutCapture({ paths: [path], filter: { networks: [a] }, out: join(folder, 'none', 'x.pcap') }),
    Problem,
  )
  assert.equal(readdirSync(folder).length, before + 1)
})

test('T3 a limit of packets or bytes is kept, and told', async () => {
  const path = file(pcapFile(Array.from({ length: 100 }, () => from(a))))
  const byPackets = await cut([path, path], [a], { limit: { packets: 7 } })
  assert.deepEqual([byPackets.packets, byPackets.isTruncated], [7, true])
  const byBytes = await cut([path], [a], { limit: { bytes: 54 * 3 } })
  assert.deepEqual([byBytes.packets, byBytes.isTruncated], [3, true])
  assert.equal((await cut([path], [a], { limit: { packets: 100 } })).isTruncated, false)
})

test('T3 damage inside captures costs what is damaged, is counted, and never throws', async () => {
  const sound = Buffer.from(pcapFile(Array.from({ length: 50 }, () => from(a))))
  const middle = Buffer.from(sound)
  middle.fill(0xff, 1000, 1040)
  const { packets, malformed } = await cut([file(middle)], [a])
  assert.ok(packets >= 46 && packets < 50, `${packets}`)
  assert.ok(malformed > 0)
  const cutShort = await cut([file(sound.subarray(0, sound.length - 10))], [a])
  assert.deepEqual([cutShort.packets, cutShort.malformed], [49, 1])
  const index = place('.index')
  const results: CutResult[] = []
  await fc.assert(
    fc.asyncProperty(fc.nat(sound.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), async (at, noise) => {
      const damaged = Buffer.from(sound)
      damaged.set(noise.subarray(0, damaged.length - at), at)
      const path = file(damaged)
      const whole = await cut([path], [a]).catch((error) =>
        error instanceof Problem ? undefined : Promise.reject(error),
      )
      const indexed = await cut([path], [a], { index }).catch((error) =>
        error instanceof Problem ? undefined : Promise.reject(error),
      )
      assert.deepEqual(indexed?.found, whole?.found)
      if (whole) results.push(whole)
    }),
    { seed: 7, numRuns: 150 },
  )
  assert.ok(results.length > 100)
})

test('T3 a cut by the index is the cut of whole files, and both of compressed ones', async () => {
  const directory = place('')
  mkdirSync(directory)
  for (const name of readdirSync(lab).filter((each) =>
    /^(killchain|nmap_s|masscan_24|ipv6|nmap_decoy).*\.pcap\.gz$/.test(each),
  )) {
    writeFileSync(join(directory, name.replace('.gz', '')), gunzipSync(readFileSync(join(lab, name))))
  }
  const index = place('.index')
  for (const networks of [
    ['203.0.113.88'],
    ['203.0.113.0/24', '2001:db8:ff::66'],
    ['192.0.2.10'],
    ['10.0.0.0/8'],
    ['198.51.100.77'],
  ]) {
    const whole = await cut([directory], networks)
    const indexed = await cut([directory], networks, { index })
    assert.equal(indexed.sha256, whole.sha256, networks.join())
    const compressed = await cut([join(lab, 'killchain.pcap.gz')], networks, { index })
    const plain = await cut([join(directory, 'killchain.pcap')], networks)
    assert.equal(compressed.sha256, plain.sha256)
    assert.ok(indexed.read <= whole.read)
  }
  const again = await cut([directory], ['203.0.113.88'], { index })
  assert.equal(again.indexed, 0)
  assert.ok(again.packets > 1000)
  assert.equal((await cut([directory], ['192.88.99.1'], { index })).read < 4 << 20, true)
})

test('T3 a description of interfaces that comes late describes what follows, in every block', async () => {
  const parts: Uint8Array[] = [section(), interfaceBlock(1)]
  const raw = ip4(tcp(2, [], Array(1200).fill(1)), { src: a })
  for (let k = 0; k < 3000; k++) {
    if (k === 1500) parts.push(interfaceBlock(101, resolution(9)))
    const time = words(1_700_000_000_000_000n * (k < 1500 ? 1n : 1000n) + BigInt(k))
    parts.push(k < 1500 ? enhanced(ethernet(raw), ...time, 0) : enhanced(raw, ...time, 1))
  }
  const path = file(Buffer.concat(parts), '.pcapng')
  const index = place('.index')
  for (const options of [{}, { index }, { index }]) {
    const out = place('.pcapng')
    const result = await cutCapture({ paths: [path], filter: { networks: [a] }, out, ...options })
    assert.deepEqual([result.packets, result.malformed, result.first], [3000, 0, '2023-11-14T22:13:20.000000Z'])
  }
})

test('T3 link types that are not decoded are cut by time only', async () => {
  const path = file(pcapFile([bytes(be16(1), be16(2))], { linkType: 189 }))
  assert.equal((await cut([path], [])).packets, 1)
  assert.equal((await cut([path], [a])).packets, 0)
})
