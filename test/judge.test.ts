import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePrefix } from '../src/base/prefix.ts'
import { Detector, emptyMemory, type Findings } from '../src/detect/detector.ts'
import { Score } from '../src/detect/judge/score.ts'
import { ratios } from '../src/detect/judge/terms.ts'
import { OwnNetworks } from '../src/detect/network/own-networks.ts'
import { Tracker } from '../src/track/tracker.ts'
import { ack, type Packet, rst, session, small, syn, track } from './contacts.ts'
import { checkTerms, replay } from './score-replay.ts'

const own = new OwnNetworks(
  ['192.0.2.0/24', '10.0.0.0/8'].map((text) => parsePrefix(text)!),
  'option',
)
const scanner = '203.0.113.9'

function detect(packets: readonly Packet[], options: { causal?: boolean } = {}): Findings {
  const tracker = track([...packets].sort((x, y) => x.at - y.at))
  const detector = new Detector({ own, inputs: ['test'], content: tracker.content, ...options })
  return detector.finish(tracker.journal)
}

/** A SYN and, where a port is refused, its RST. */
function probe(at: number, to: string, dstPort: number, refused = false, from = scanner): Packet[] {
  const out: Packet = { at, from, to, srcPort: 40000, dstPort, flags: syn }
  return refused
    ? [out, { at: at + 0.001, from: to, to: from, srcPort: dstPort, dstPort: 40000, flags: rst | ack }]
    : [out]
}

/** Ordinary life: clients of one server, so that the network is seen to answer. */
const life = Array.from({ length: 20 }, (_, i) =>
  session(i * 0.5, `198.51.100.${i}`, '192.0.2.10', 443, 51000 + i),
).flat()

/** A fixed order without structure. */
const scattered = [77, 12, 201, 143, 9, 250, 66, 181, 33, 118, 229, 54, 160, 97, 214, 21]

test('eight dark addresses in no order are a scan, found by the fourth or fifth', () => {
  const { scans } = detect([
    ...life,
    ...scattered.slice(0, 8).flatMap((host, i) => probe(20 + i, `192.0.2.${host}`, 22)),
  ])
  assert.equal(scans.length, 1)
  assert.deepEqual(scans[0]!.scan.sources, [scanner])
  assert.ok(scans[0]!.scan.probesToDetect <= 5, String(scans[0]!.scan.probesToDetect))
})

test('three dark addresses are none: one below the floor', () => {
  const { scans } = detect([
    ...life,
    ...scattered.slice(0, 3).flatMap((host, i) => probe(20 + i, `192.0.2.${host}`, 22)),
  ])
  assert.equal(scans.length, 0)
})

test('eight refused ports of one host are a vertical scan, five are none', () => {
  const ports = [21, 22, 23, 25, 110, 143, 3306, 3389]
  const scan = (count: number) =>
    detect([...life, ...ports.slice(0, count).flatMap((port, i) => probe(20 + i, '192.0.2.10', port, true))])
  assert.equal(scan(8).scans[0]?.scan.shape, 'vertical')
  assert.equal(scan(5).scans.length, 0)
})

test('an outage accuses nobody: all clients fail on what has served them', () => {
  const servers = Array.from({ length: 12 }, (_, i) => `192.0.2.${20 + i}`)
  const before = servers.flatMap((server, s) =>
    Array.from({ length: 6 }, (_, c) => session(s + c / 10, `198.51.100.${c}`, server, 443, 52000 + c)).flat(),
  )
  const during = servers.flatMap((server, s) =>
    [1, 2, 3].flatMap((c) => probe(100 + s + c / 10, server, 443, false, `198.51.100.${100 + c}`)),
  )
  assert.deepEqual(detect([...before, ...during]).scans, [])
})

test('a thousand good contacts buy no credit', () => {
  const good = Array.from({ length: 1000 }, (_, i) =>
    session(i * 0.01, scanner, `192.0.2.${10 + (i % 40)}`, 1000 + Math.floor(i / 40), 50000),
  ).flat()
  const others = Array.from({ length: 40 }, (_, i) =>
    session(i * 0.01, `198.51.100.${i}`, `192.0.2.${10 + i}`, 1000),
  ).flat()
  const probes = [60, 201, 143, 77, 250, 99, 181, 133, 118, 229].flatMap((host, i) =>
    probe(100 + i, `192.0.2.${host}`, 23),
  )
  const { scans } = detect([...others, ...good, ...probes])
  assert.equal(scans.length, 1)
  assert.equal(scans[0]!.scan.targets.addresses, 10)
})

test('a monitor that asks a few dead hosts again and again is no scanner', () => {
  const hosts = scattered.slice(0, 12)
  const rounds = Array.from({ length: 30 }, (_, round) =>
    hosts
      .flatMap((host, i) => probe(20 + round * 60 + i, `192.0.2.${host}`, 9100))
      .map((p) => ({ ...p, srcPort: 30000 + round })),
  )
  assert.deepEqual(detect([...life, ...rounds.flat()]).scans, [])
})

test('a scanner that sweeps a block again and again is still a scanner, and one record', () => {
  const sweep = (at: number) =>
    Array.from({ length: 200 }, (_, i) => probe(at + i * 0.01, `192.0.2.${20 + i}`, 23)).flat()
  const { scans } = detect([
    ...life,
    ...[0, 300, 600, 900, 1200].flatMap((at) => sweep(20 + at).map((p) => ({ ...p, srcPort: 30000 + at }))),
  ])
  assert.equal(scans.length, 1)
})

test('a second scan of another target set is a second record', () => {
  const first = Array.from({ length: 50 }, (_, i) => probe(20 + i * 0.1, `192.0.2.${100 + i}`, 22)).flat()
  const second = Array.from({ length: 50 }, (_, i) => probe(900 + i * 0.1, `10.1.1.${100 + i}`, 3389)).flat()
  const { scans } = detect([...life, ...first, ...second])
  assert.deepEqual(
    scans.map(({ scan }) => scan.targets.ports),
    [[22], [3389]],
  )
})

test('a scan that is slow stays one record however long it runs', () => {
  const slow = scattered.flatMap((host, i) => probe(20 + i * 21600, `192.0.2.${host}`, 22))
  const { scans } = detect([...life, ...slow])
  assert.equal(scans.length, 1)
  assert.equal(scans[0]!.scan.probes, scattered.length)
  assert.ok(scans[0]!.scan.probesToDetect <= 5)
})

test('one probe each from many sources is one distributed scan that names them', () => {
  const probes = Array.from({ length: 160 }, (_, i) =>
    probe(20 + i * 0.05, `192.0.2.${(i * 37) % 256}`, 23, false, `203.0.113.${i}`),
  ).flat()
  const { scans } = detect([...life, ...probes])
  assert.equal(scans.length, 1)
  assert.ok(scans[0]!.scan.distributed)
  assert.ok(scans[0]!.scan.sources.length >= 0.8 * 160)
  assert.equal(scans[0]!.scan.members?.length, scans[0]!.scan.sources.length)
})

test('as many sources that choose at random are not joined', () => {
  let state = 99
  const next = () => (state = (state * 48271) % 2147483647)
  const probes = Array.from({ length: 160 }, (_, i) =>
    probe(20 + i * 0.05, `192.0.2.${next() % 256}`, 23, false, `203.0.113.${i}`),
  ).flat()
  assert.deepEqual(detect([...life, ...probes]).scans, [])
})

test('answers to forged packets are backscatter, never a scan', () => {
  const answers = Array.from(
    { length: 200 },
    (_, i): Packet => ({
      at: 20 + i,
      from: '198.51.100.250',
      to: `192.0.2.${i}`,
      srcPort: 80,
      dstPort: 1024 + i,
      flags: i % 2 ? syn | ack : rst,
    }),
  )
  const found = detect([...life, ...answers])
  assert.deepEqual(found.scans, [])
  assert.deepEqual(
    found.backscatter.map(({ source, victims }) => [source, victims]),
    [['198.51.100.250', 200]],
  )
})

test('an IPv6 sender that changes its address in a /64 is found by its prefix', () => {
  const v6 = new OwnNetworks([parsePrefix('2001:db8:1::/64')!], 'option')
  const packets = Array.from(
    { length: 24 },
    (_, i): Packet => ({
      at: i,
      from: `2001:db8:ff:1::${((i * 7919) & 0xffff).toString(16)}`,
      to: `2001:db8:1::${(i * 31 + 5).toString(16)}`,
      dstPort: 22,
      flags: syn,
    }),
  )
  const seen = session(0.5, '2001:db8:aa::1', '2001:db8:1::443', 443)
  const tracker = track([...packets, ...seen].sort((x, y) => x.at - y.at))
  const { scans } = new Detector({ own: v6, inputs: ['test'], content: tracker.content }).finish(tracker.journal)
  assert.equal(scans.length, 1)
  assert.equal(scans[0]!.scan.prefix, '2001:db8:ff:1::/64')
})

test('over many epochs the same scanners are found as in one, a slow one among them', () => {
  const sweep = Array.from({ length: 200 }, (_, i) => probe(5 + i * 2, `192.0.2.${(i * 91) % 256}`, 23)).flat()
  const slow = scattered
    .slice(0, 10)
    .flatMap((host, i) => probe(10 + i * 40, `192.0.2.${host}`, 3389, false, '203.0.113.77'))
  const clients = Array.from({ length: 600 }, (_, i) =>
    session(i * 0.7, `198.51.${100 + (i >> 8)}.${i & 255}`, '192.0.2.10', 443, 50000 + i),
  ).flat()
  const packets = [...sweep, ...slow, ...clients].sort((x, y) => x.at - y.at)
  const tracker = new Tracker({ ...small, journal: 64 })
  const detector = new Detector({ own, inputs: ['test'], content: tracker.content, memory: emptyMemory() })
  for (let from = 0; from < packets.length; from += 32) {
    track(packets.slice(from, from + 32), tracker)
    if (tracker.journal.length > 30) {
      detector.epoch(tracker.journal)
      tracker.rollOver(tracker.newest - 1e6)
    }
  }
  const sources = detector.finish(tracker.journal).scans.flatMap(({ scan }) => scan.sources)
  assert.deepEqual(new Set(sources), new Set([scanner, '203.0.113.77']))
  assert.deepEqual(new Set(detect(packets).scans.flatMap(({ scan }) => scan.sources)), new Set(sources))
})

test('what is held against a source outlives the input, and an accusation clears it', () => {
  const memory = emptyMemory()
  const run = (packets: readonly Packet[]) => {
    const tracker = track([...packets].sort((x, y) => x.at - y.at))
    const { scans } = new Detector({ own, inputs: ['test'], content: tracker.content, memory }).finish(tracker.journal)
    for (const { scan } of scans) {
      replay(scan)
      checkTerms(scan)
    }
    return scans
  }
  const days = scattered.map((host, day) => [...life, ...probe(86_400 * day, `192.0.2.${host}`, 22)])
  const accusedOn = days.flatMap((day, n) => (run(day).length > 0 ? [n] : []))
  assert.ok(accusedOn[0]! <= 5, `first accused on day ${accusedOn[0]}`)
  assert.ok(accusedOn.length < 6, `accused on days ${accusedOn}: each accusation needs new proof`)
})

test('the statistic keeps its promises: no inertia, starts at 0, a bonus is added once', () => {
  const score = new Score()
  assert.equal(score.total, 0)
  for (let i = 0; i < 1000; i++) score.contact(ratios['popular service'])
  assert.ok(score.total < 3, `stands at ${score.total}`)
  let probes = 0
  for (; score.total < 16.1; probes++) score.contact(ratios['dark address'])
  assert.ok(probes <= 5, `${probes} dark contacts`)
  const before = score.total
  score.bonus(8)
  assert.equal(score.total, before + 8)
})

test('every likelihood ratio is a positive number and the good ones are below 1', () => {
  for (const [name, ratio] of Object.entries(ratios)) assert.ok(ratio > 0 && Number.isFinite(ratio), name)
  for (const name of [
    'popular service',
    'known service',
    'service outage',
    'ping answered',
    'answered outside',
  ] as const)
    assert.ok(ratios[name] < 1, name)
})
