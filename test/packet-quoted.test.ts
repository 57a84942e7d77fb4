import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Mark, Outcome } from '../src/event/batch.ts'
import { be32, bytes, ethernet, icmp, ip4, ip6, pcapFile, tcp, udp } from './packet-build.ts'
import { type Row, readCapture } from './packet-capture.ts'

function rowOf(packet: Uint8Array, type = 0x0800): Row {
  const { rows, tally } = readCapture(pcapFile([ethernet(packet, type)]))
  assert.equal(tally.malformed, 0)
  assert.equal(rows.length, 1)
  return rows[0] as Row
}

const router = { src: '203.0.113.9', dst: '192.0.2.1', protocol: 1 }

function errorOf(type: number, code: number, quote: Uint8Array): Row {
  return rowOf(ip4(icmp(type, code, [0, 0, 0, 0], quote), router))
}

const { unanswered, refused, blocked, response } = Outcome

test('an ICMP error is the packet it quotes', () => {
  const row = errorOf(3, 3, ip4(udp(bytes(Array(40).fill(1))), { protocol: 17, id: 99 }).subarray(0, 28))
  assert.deepEqual(
    [row.protocol, row.src, row.srcPort, row.dst, row.dstPort],
    [17, '192.0.2.1', 5000, '198.51.100.2', 53],
  )
  assert.deepEqual([row.icmpType, row.icmpCode, row.via, row.outcome], [3, 3, '203.0.113.9', refused])
  assert.deepEqual([row.ipId, row.bytesOut, row.payload], [99, 68, ''])
  assert.equal(row.marks, Mark.quoted | Mark.hasTtl | Mark.dontFragment)
})

test('what an error says of the packet', () => {
  const quote = ip4(tcp()).subarray(0, 28)
  const outcomes: [number, number, number][] = [
    [3, 0, unanswered],
    [3, 1, unanswered],
    [3, 2, refused],
    [3, 3, refused],
    [3, 9, blocked],
    [3, 10, blocked],
    [3, 13, blocked],
    [4, 0, unanswered],
    [5, 1, unanswered],
    [11, 0, unanswered],
    [12, 0, unanswered],
  ]
  for (const [type, code, outcome] of outcomes) {
    const row = errorOf(type, code, quote)
    assert.deepEqual([row.outcome, row.dstPort, row.seq], [outcome, 80, 0xfedcba98], `${type}/${code}`)
  }
})

test('the same for ICMPv6', () => {
  const outcomes: [number, number, number][] = [
    [1, 0, unanswered],
    [1, 1, blocked],
    [1, 3, unanswered],
    [1, 4, refused],
    [1, 5, blocked],
    [1, 6, blocked],
    [2, 0, unanswered],
    [3, 0, unanswered],
    [4, 1, unanswered],
  ]
  for (const [type, code, outcome] of outcomes) {
    const row = rowOf(ip6(icmp(type, code, be32(0), ip6(tcp())), 58), 0x86dd)
    assert.deepEqual([row.protocol, row.dstPort, row.outcome], [6, 80, outcome], `${type}/${code}`)
    assert.deepEqual([row.via, row.marks & Mark.quoted], ['2001:db8::1', Mark.quoted])
  }
})

test('a quoted echo request keeps its identifier; the type is that of the error', () => {
  const row = errorOf(11, 0, ip4(icmp(8, 0, [0x12, 0x34, 0, 1]), { protocol: 1 }))
  assert.deepEqual([row.protocol, row.srcPort, row.icmpType, row.outcome], [1, 0x1234, 11, unanswered])
})

test('a quoted packet of a protocol without ports', () => {
  const row = errorOf(3, 2, ip4(bytes(Array(8).fill(0)), { protocol: 47 }))
  assert.deepEqual([row.protocol, row.dst, row.outcome], [47, '198.51.100.2', refused])
})

test('a length quoted in the wrong byte order does no harm', () => {
  assert.equal(errorOf(3, 3, ip4(udp(), { protocol: 17, total: 0x1c00 })).dstPort, 53)
  assert.equal(errorOf(3, 3, ip4(udp(), { protocol: 17, total: 8 })).dstPort, 53)
})

test('an error that quotes nothing usable is an ICMP packet that answers', () => {
  for (const quote of [bytes(), bytes(0x45, 0, 0), ip4(tcp()).subarray(0, 22), ip4(tcp(), { fragment: 0x2005 })]) {
    const row = errorOf(3, 1, quote)
    assert.deepEqual([row.protocol, row.src, row.dst], [1, '203.0.113.9', '192.0.2.1'])
    assert.deepEqual([row.icmpType, row.icmpCode, row.outcome], [3, 1, response])
    assert.equal(row.marks & Mark.quoted, 0)
  }
})

test('an error inside a tunnel', () => {
  const error = ip4(icmp(3, 3, [0, 0, 0, 0], ip4(udp(), { protocol: 17 })), router)
  const row = rowOf(ip4(error, { src: '10.0.0.1', dst: '10.0.0.2', protocol: 4 }))
  assert.deepEqual([row.dstPort, row.via], [53, '203.0.113.9'])
  assert.equal(row.marks & (Mark.quoted | Mark.tunnelled), Mark.quoted | Mark.tunnelled)
})
