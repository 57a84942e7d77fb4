import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Mark, Outcome } from '../src/event/batch.ts'
import { Protocol } from '../src/event/protocol.ts'
import { arp, be16, be32, bytes, ethernet, icmp, ip4, ip6, pcapFile, tcp, udp, v6 } from './packet-build.ts'
import { type Row, readCapture } from './packet-capture.ts'

function read(packet: Uint8Array, linkType = 1) {
  const { rows, tally } = readCapture(pcapFile([packet], { linkType }))
  assert.ok(rows.length <= 1)
  return { row: rows[0], tally }
}

/** The one row a packet becomes. */
function rowOf(packet: Uint8Array, linkType = 1): Row {
  const { row, tally } = read(packet, linkType)
  assert.ok(row, `no row: ${JSON.stringify(tally)}`)
  assert.equal(tally.malformed, 0)
  return row
}

function assertSyn(row: Row): void {
  const { src, dst, srcPort, dstPort, protocol, flags } = row
  const expected = { src: '192.0.2.1', dst: '198.51.100.2', srcPort: 1234, dstPort: 80, protocol: 6, flags: 2 }
  assert.deepEqual({ src, dst, srcPort, dstPort, protocol, flags }, expected)
}

const syn = ip4(tcp())
const inner = Mark.hasTtl | Mark.dontFragment

test('a TCP segment: every header column, options, payload', () => {
  const options = [2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0]
  const data = [...Buffer.from('hello')]
  const row = rowOf(bytes(ethernet(ip4(tcp(2, options, data))), 0, 0, 0))
  assertSyn(row)
  assert.equal(row.seq, 0xfedcba98)
  assert.equal(row.ack, 0x89abcdef)
  assert.equal(row.window, 1024)
  assert.equal(row.ttl, 64)
  assert.equal(row.ipId, 7)
  assert.equal(row.tcpOptions, 0x54321)
  assert.equal(row.mss, 1460)
  assert.equal(row.payload, 'hello', 'Ethernet padding is no payload')
  assert.equal(row.bytesOut, 20 + 40 + 5)
  assert.equal(row.marks, inner | Mark.data)
  assert.equal(row.time, 1_700_000_000e6)
})

test('odd options: cut short, without end, more than eight', () => {
  const options = (list: readonly number[]) => {
    const { tcpOptions, mss } = rowOf(ethernet(ip4(tcp(4, list))))
    return [tcpOptions, mss]
  }
  assert.deepEqual(options([2, 4, 5, 0xb4]), [1, 1460], 'masscan announces a segment size in its resets')
  assert.deepEqual(options([1, 1, 1, 2]), [0x1222, 0], 'no length')
  assert.deepEqual(options([3, 0, 1, 1]), [0x3, 0], 'a length of 0')
  assert.deepEqual(options([0, 1, 1, 1]), [0x7, 0], 'nothing after the end')
  assert.deepEqual(options([34, 2, 5, 2]), [0x6f, 0], 'fast open, and a SACK without blocks')
  assert.deepEqual(options(Array(12).fill(1)), [0x22222222, 0])
})

test('which TCP packets answer', () => {
  const outcome = (flags: number) => rowOf(ethernet(ip4(tcp(flags)))).outcome
  assert.equal(outcome(0x12), Outcome.response)
  assert.equal(outcome(0x14), Outcome.response)
  assert.equal(outcome(0x04), Outcome.response)
  assert.equal(outcome(0x02), Outcome.unknown)
  assert.equal(outcome(0x10), Outcome.unknown)
  assert.equal(outcome(0x29), Outcome.unknown)
})

test('link layers lead to the same packet', () => {
  const sll = bytes(be16(0), be16(1), be16(6), [0, 0, 0, 0, 0, 0, 0, 0], be16(0x0800))
  const sll2 = bytes(be16(0x0800), be16(0), be32(3), be16(1), 0, 6, Array(8).fill(0))
  const snap = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]
  const wifi = [8, 1, ...Array(22).fill(0)]
  const qos = [0x88, 1, ...Array(24).fill(0)]
  const layers: [string, number, Uint8Array][] = [
    ['VLAN', 1, ethernet(syn, 0x8100, 0x0800)],
    ['QinQ', 1, ethernet(syn, 0x88a8, 0x8100, 0x0800)],
    ['old QinQ', 1, ethernet(syn, 0x9100, 0x8100, 0x0800)],
    ['VN-Tag', 1, ethernet(bytes(0, 0, 0, 0, be16(0x0800), syn), 0x8926)],
    ['provider backbone', 1, ethernet(bytes(0, 0, 0, 1, ethernet(syn)), 0x88e7)],
    ['MPLS', 1, ethernet(bytes(0, 0, 0, 9, 0, 0, 1, 9, syn), 0x8847)],
    ['MPLS pseudowire', 1, ethernet(bytes(0, 0, 1, 9, 0, 0, 0, 0, ethernet(syn)), 0x8847)],
    ['PPPoE', 1, ethernet(bytes(0x11, 0, 0, 1, 0, 42, 0, 0x21, syn), 0x8864)],
    ['SNAP', 1, ethernet(bytes(snap, syn), 48)],
    ['cooked', 113, bytes(sll, syn)],
    ['cooked 2', 276, bytes(sll2, syn)],
    ['raw', 101, syn],
    ['raw BSD', 12, syn],
    ['raw OpenBSD', 14, syn],
    ['IPv4', 228, syn],
    ['null, little-endian', 0, bytes(2, 0, 0, 0, syn)],
    ['null, big-endian', 0, bytes(0, 0, 0, 2, syn)],
    ['loop', 108, bytes(0, 0, 0, 2, syn)],
    ['PPP', 9, bytes(0xff, 3, 0, 0x21, syn)],
    ['PPP, compressed', 9, bytes(0x21, syn)],
    ['802.11', 105, bytes(wifi, snap, syn)],
    ['802.11 QoS', 105, bytes(qos, snap, syn)],
    ['radiotap', 127, bytes(0, 0, 8, 0, 0, 0, 0, 0, wifi, snap, syn)],
    ['frame check sequence in the link type', 0x14000001, ethernet(syn)],
  ]
  for (const [name, linkType, packet] of layers) {
    const row = rowOf(packet, linkType)
    assertSyn(row)
    assert.equal(row.marks, inner, name)
  }
})

test('IPv6 over the links that name it by number', () => {
  const packet = ip6(tcp())
  for (const family of [10, 24, 28, 30]) assert.equal(rowOf(bytes(family, 0, 0, 0, packet), 0).dst, '2001:db8::2')
  assert.equal(rowOf(packet, 229).src, '2001:db8::1')
  assert.equal(rowOf(packet, 101).dstPort, 80)
  assert.equal(rowOf(ethernet(packet, 0x86dd)).ttl, 61)
  assert.equal(rowOf(ethernet(packet, 0x86dd)).bytesOut, 60)
})

test('tunnels: the packet inside is the row, and says so', () => {
  const outer = { src: '203.0.113.1', dst: '203.0.113.2' }
  const vxlan = bytes(8, 0, 0, 0, 0, 0, 1, 0, ethernet(syn))
  const geneve = bytes(1, 0, be16(0x6558), 0, 0, 1, 0, be32(0), ethernet(syn))
  const gre =
    (...header: number[]) =>
    (payload: Uint8Array) =>
      ip4(bytes(header, payload), { ...outer, protocol: 47 })
  const tunnels: [string, Uint8Array][] = [
    ['GRE', gre(0, 0, 8, 0)(syn)],
    ['GRE, checksum key sequence', gre(0xb0, 0, 8, 0, ...Array(12).fill(1))(syn)],
    ['GRE, Ethernet', gre(0, 0, 0x65, 0x58)(ethernet(syn))],
    ['GRE of PPTP', gre(0x30, 0x81, 0x88, 0x0b, ...Array(12).fill(1))(bytes(0xff, 3, 0, 0x21, syn))],
    ['ERSPAN I', gre(0, 0, 0x88, 0xbe)(ethernet(syn))],
    ['ERSPAN II', gre(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, ...Array(8).fill(0))(ethernet(syn))],
    ['ERSPAN III', gre(0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, ...Array(12).fill(0))(ethernet(syn))],
    ['VXLAN', ip4(udp(vxlan, 40000, 4789), { ...outer, protocol: 17 })],
    ['Geneve', ip4(udp(geneve, 40000, 6081), { ...outer, protocol: 17 })],
    ['GRE in UDP', ip4(udp(bytes(0, 0, 8, 0, syn), 40000, 4754), { ...outer, protocol: 17 })],
    ['IP in IP', ip4(syn, { ...outer, protocol: 4 })],
    ['IP in IP in IP', ip4(ip4(syn, { ...outer, protocol: 4 }), { ...outer, protocol: 4 })],
  ]
  for (const [name, packet] of tunnels) {
    const row = rowOf(ethernet(packet))
    assertSyn(row)
    assert.equal(row.marks, inner | Mark.tunnelled, name)
    assert.equal(row.bytesOut, 40, name)
  }
  assert.equal(rowOf(ethernet(ip4(ip6(tcp()), { protocol: 41 }))).dst, '2001:db8::2')
  assert.equal(rowOf(ethernet(ip6(syn, 4), 0x86dd)).dst, '198.51.100.2')
})

test('a tunnel that carries nothing we can read is a packet of its own', () => {
  const probe = rowOf(
    ethernet(ip4(udp(bytes(8, 0, 0, 0, 0, 0, 1, 0, Array(20).fill(0)), 40000, 4789), { protocol: 17 })),
  )
  assert.deepEqual([probe.protocol, probe.dstPort, probe.marks], [17, 4789, inner | Mark.data])
  const empty = rowOf(ethernet(ip4(bytes(), { protocol: 47 })))
  assert.deepEqual([empty.protocol, empty.src, empty.marks], [47, '192.0.2.1', inner])
  const junk = rowOf(ethernet(ip4(bytes(Array(12).fill(0x45)), { protocol: 4 })))
  assert.deepEqual([junk.protocol, junk.marks], [4, inner | Mark.data])
})

test('tunnels are followed to a depth of eight', () => {
  let packet = syn
  for (let depth = 0; depth < 8; depth++) packet = ip4(packet, { protocol: 4 })
  assertSyn(rowOf(ethernet(packet)))
  assert.equal(rowOf(ethernet(ip4(packet, { protocol: 4 }))).protocol, Protocol.ipip)
})

test('AH is skipped, ESP and unknown protocols are rows without ports', () => {
  const ah = bytes(6, 4, 0, 0, be32(1), be32(1), Array(12).fill(0))
  assertSyn(rowOf(ethernet(ip4(bytes(ah, tcp()), { protocol: 51 }))))
  assert.equal(rowOf(ethernet(ip6(bytes(ah, tcp()), 51), 0x86dd)).dstPort, 80)
  for (const protocol of [50, 2, 89, 250, 6, 17, 51]) {
    const row = rowOf(ethernet(ip4(bytes(), { protocol })))
    assert.deepEqual([row.protocol, row.srcPort, row.dstPort, row.bytesOut], [protocol, 0, 0, 20])
  }
})

test('ICMP of the other IP version is a packet without meaning to us', () => {
  const six = rowOf(ethernet(ip4(icmp(135, 0, be32(0), bytes(v6(0x77))), { protocol: 58 })))
  assert.deepEqual([six.protocol, six.dst, six.icmpType], [58, '198.51.100.2', 0])
  const four = rowOf(ethernet(ip6(icmp(0, 0, be32(0)), 1), 0x86dd))
  assert.deepEqual([four.protocol, four.outcome], [1, Outcome.unknown])
})

test('IPv4 options are skipped', () => assertSyn(rowOf(ethernet(ip4(tcp(), { options: [1, 1, 1, 0] })))))

test('IPv6 extension headers are walked', () => {
  const chain = bytes([43, 0, ...Array(6).fill(0)], [60, 0, ...Array(6).fill(0)], [6, 1, ...Array(14).fill(0)], tcp())
  const row = rowOf(ethernet(ip6(chain, 0), 0x86dd))
  assert.deepEqual([row.protocol, row.dstPort, row.marks], [6, 80, Mark.hasTtl])
  const atomic = rowOf(ethernet(ip6(bytes(6, 0, 0, 0, be32(9), tcp()), 44), 0x86dd))
  assert.deepEqual([atomic.dstPort, atomic.marks], [80, Mark.hasTtl], 'an atomic fragment is no fragment')
  const endless = bytes(...Array.from({ length: 40 }, () => [0, 0, 0, 0, 0, 0, 0, 0]))
  assert.equal(read(ethernet(ip6(endless, 0), 0x86dd)).tally.malformed, 1)
})

test('ARP: requests and answers are rows, announcements and probes are not', () => {
  const request = rowOf(ethernet(arp(1, '192.0.2.1', '192.0.2.9'), 0x0806))
  assert.deepEqual(
    [request.protocol, request.src, request.dst, request.icmpType, request.outcome, request.marks],
    [Protocol.arp, '192.0.2.1', '192.0.2.9', 1, Outcome.unknown, 0],
  )
  const reply = rowOf(ethernet(arp(2, '192.0.2.9', '192.0.2.1'), 0x0806))
  assert.deepEqual([reply.src, reply.icmpType, reply.outcome], ['192.0.2.9', 2, Outcome.response])
  assert.equal(read(ethernet(arp(1, '0.0.0.0', '192.0.2.9'), 0x0806)).tally.ignored, 1)
  assert.equal(read(ethernet(arp(1, '192.0.2.9', '192.0.2.9'), 0x0806)).tally.ignored, 1)
  assert.equal(read(ethernet(arp(3, '192.0.2.1', '192.0.2.9'), 0x0806)).tally.ignored, 1)
})

test('SCTP: ports and the first chunk', () => {
  const packet = (chunk: number) =>
    ip4(bytes(be16(4000), be16(2905), be32(0), be32(0), chunk, 0, 0, 4), { protocol: 132 })
  const init = rowOf(ethernet(packet(1)))
  assert.deepEqual([init.srcPort, init.dstPort, init.icmpType, init.outcome], [4000, 2905, 1, Outcome.unknown])
  assert.equal(rowOf(ethernet(packet(2))).outcome, Outcome.response)
  assert.equal(rowOf(ethernet(packet(6))).outcome, Outcome.response)
})

test('other frames are ignored, nonsense is malformed with a reason', () => {
  assert.equal(read(ethernet(bytes(1, 2, 3, 4), 0x88cc)).tally.ignored, 1)
  const reasonOf = (packet: Uint8Array) => {
    const { tally } = read(packet)
    assert.deepEqual([tally.events, tally.malformed], [0, 1])
    return tally.examples[0]?.reason
  }
  assert.equal(reasonOf(ethernet(bytes(0x44, syn.subarray(1)))), 'IPv4 header length below 20')
  assert.equal(reasonOf(ethernet(bytes(0x65, syn.subarray(1)))), 'IP version is not 4')
  assert.equal(reasonOf(ethernet(ip4(tcp(), { total: 19 }))), 'IPv4 total length below its header')
  assert.equal(reasonOf(ethernet(ip4(tcp().subarray(0, 12)))), 'TCP header cut short')
  assert.equal(
    reasonOf(ethernet(ip4(bytes(tcp().subarray(0, 12), 0x40, tcp().subarray(13))))),
    'TCP header length below 20',
  )
  assert.equal(reasonOf(ethernet(ip4(bytes(1, 2, 3), { protocol: 17 }))), 'UDP header cut short')
  assert.equal(reasonOf(bytes(1, 2, 3)), 'Ethernet header cut short')
})

test('segmentation offload leaves an IP length of 0: what was captured counts', () => {
  const row = rowOf(ethernet(ip4(tcp(16, [], Array(3000).fill(65)), { total: 0 })))
  assert.deepEqual([row.bytesOut, row.payload.length, row.marks & Mark.truncated], [3040, 3000, 0])
})

test('the snaplen: what is left is decoded, and counted as truncated', () => {
  const packet = ethernet(ip4(tcp(2, [2, 4, 5, 0xb4], Array(100).fill(65))))
  const cut = (snapLength: number) => {
    const { rows, tally } = readCapture(pcapFile([packet], { snapLength }))
    assert.deepEqual([tally.truncated, tally.malformed], [1, 0])
    return rows[0]
  }
  const most = cut(80)
  assert.ok(most)
  assertSyn(most)
  assert.deepEqual([most.payload.length, most.bytesOut, most.mss], [22, 144, 1460])
  assert.equal(most.marks & Mark.truncated, Mark.truncated)
  assert.equal(cut(54)?.flags, 2)
  assert.equal(cut(40), undefined, 'without its flags a SYN would look like a NULL probe')
  assert.equal(cut(20), undefined)
})

test('neighbour discovery: who is asked for, who answers', () => {
  const body = (type: number) => bytes(type, 0, 0, 0, be32(0), v6(0x77), 1, 1, 0, 0, 0, 0, 0, 0)
  const asked = rowOf(ethernet(ip6(body(135), 58), 0x86dd))
  assert.deepEqual([asked.src, asked.dst, asked.icmpType], ['2001:db8::1', '2001:db8::77', 135])
  const answered = rowOf(ethernet(ip6(body(136), 58), 0x86dd))
  assert.deepEqual([answered.src, answered.dst, answered.outcome], ['2001:db8::77', '2001:db8::2', Outcome.response])
  const detection = ip6(body(135), 58)
  detection.fill(0, 8, 24)
  assert.equal(read(ethernet(detection, 0x86dd)).tally.ignored, 1)
})

test('ICMP queries keep their identifier as source port', () => {
  for (const [type, outcome] of [
    [8, Outcome.unknown],
    [0, Outcome.response],
    [13, Outcome.unknown],
    [14, Outcome.response],
    [17, Outcome.unknown],
    [18, Outcome.response],
  ] as const) {
    const row = rowOf(ethernet(ip4(icmp(type, 0, [0x12, 0x34, 0, 1], bytes(65, 66)), { protocol: 1 })))
    assert.deepEqual(
      [row.srcPort, row.dstPort, row.icmpType, row.outcome, row.payload],
      [0x1234, 0, type, outcome, 'AB'],
    )
  }
  const echo6 = rowOf(ethernet(ip6(icmp(129, 0, [0x12, 0x34, 0, 1]), 58), 0x86dd))
  assert.deepEqual([echo6.srcPort, echo6.outcome, echo6.protocol], [0x1234, Outcome.response, 58])
})
