import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Mark } from '../src/event/batch.ts'
import { be32, bytes, ethernet, type Ip4, ip4, ip6, pcapFile, tcp } from './packet-build.ts'
import { type Row, readCapture } from './packet-capture.ts'

const MORE = 0x2000
const segment = tcp(2, [2, 4, 5, 0xb4])
const marks = Mark.fragment | Mark.tinyFragment | Mark.hasTtl

function readAll(...packets: Uint8Array[]): { rows: Row[]; ignored: number } {
  const { rows, tally } = readCapture(pcapFile(packets.map((packet) => ethernet(packet))))
  assert.equal(tally.malformed, 0)
  return { rows, ignored: tally.ignored }
}

/** The segment in fragments of `size` bytes. */
function fragments(size: number, ip: Ip4 = {}): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < segment.length; at += size) {
    const more = at + size < segment.length ? MORE : 0
    parts.push(ip4(segment.subarray(at, at + size), { ...ip, fragment: (at / 8) | more }))
  }
  return parts
}

test('a header over tiny fragments becomes one row, in whatever order they come', () => {
  const [a, b, c] = fragments(8) as [Uint8Array, Uint8Array, Uint8Array]
  for (const order of [
    [a, b, c],
    [c, b, a],
    [b, a, c],
    [a, a, b, c, c],
  ]) {
    const { rows, ignored } = readAll(...order)
    assert.equal(rows.length, 1)
    const { srcPort, dstPort, flags, seq, mss, payload, marks: bits, bytesOut } = rows[0] as Row
    assert.deepEqual([srcPort, dstPort, flags, seq, mss, payload], [1234, 80, 2, 0xfedcba98, 1460, ''])
    assert.equal(bits, marks)
    assert.equal(ignored, order.length - 1)
    if (order.length === 3) assert.equal(bytesOut, 84)
  }
  assert.equal(readAll(...fragments(16)).rows[0]?.marks, marks)
})

test('fragments of different packets are kept apart; one that is missing gives no row', () => {
  const mixed = [0, 1, 2].flatMap((part) => [1, 2, 3].map((id) => fragments(8, { id })[part] as Uint8Array))
  assert.equal(readAll(...mixed).rows.length, 3)
  const [a, b] = fragments(8) as [Uint8Array, Uint8Array]
  assert.equal(readAll(a, b).rows.length, 0)
  const other = fragments(8, { dst: '198.51.100.3' })[2] as Uint8Array
  assert.equal(readAll(a, b, other).rows.length, 0)
})

test('the identification may be used again', () => {
  assert.equal(readAll(...fragments(8), ...fragments(8)).rows.length, 2)
})

test('a first fragment with its header is a packet; what follows is ignored', () => {
  const first = ip4(tcp(16, [], Array(60).fill(65)), { fragment: MORE })
  const later = ip4(bytes(Array(80).fill(66)), { fragment: 10 })
  const { rows, ignored } = readAll(first, later)
  assert.deepEqual([rows.length, ignored, rows[0]?.dstPort, rows[0]?.payload.length], [1, 1, 80, 60])
  assert.equal(rows[0]?.marks, Mark.fragment | Mark.hasTtl | Mark.data)
})

test('a flood of first fragments costs no memory, and only the headers it displaces', () => {
  const flood = Array.from({ length: 20_000 }, (_, id) => fragments(8, { id })[0] as Uint8Array)
  assert.equal(readAll(...flood, ...fragments(8, { id: 60_000 })).rows.length, 1)
})

test('IPv6 fragments likewise', () => {
  const part = (at: number, more: number) =>
    ip6(bytes(6, 0, [at >> 5, (at << 3) | more], be32(77), segment.subarray(at * 8, at * 8 + 8)), 44)
  const packets = [part(0, 1), part(1, 1), part(2, 0)].map((packet) => ethernet(packet, 0x86dd))
  const { rows } = readCapture(pcapFile(packets))
  assert.deepEqual([rows.length, rows[0]?.dstPort, rows[0]?.marks], [1, 80, marks])
})

test('nmap -f and nmap --mtu 16, as captured', () => {
  const file = readFileSync(new URL('../fixtures/format/pcap/nmap-fragments.pcap', import.meta.url))
  const probes = readCapture(file).rows.filter((row) => row.protocol === 6)
  const seen = probes.map((row) => `${row.dst} ${row.dstPort} ${row.flags} ${row.marks === marks}`).sort()
  const syn = [10, 11, 12].flatMap((host) => [443, 80].map((port) => `192.0.2.${host} ${port} 2 true`))
  assert.deepEqual(seen, [...syn, '192.0.2.20 22 1 true', '192.0.2.21 22 1 true'])
})
