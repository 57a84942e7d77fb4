import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import { isoTime } from '../src/base/time.ts'
import { EventBatch } from '../src/event/batch.ts'
import { communityId } from '../src/event/community-id.ts'
import { protocolNumber } from '../src/event/protocol.ts'
import { flagLetters } from '../src/event/record.ts'

function idOf(protocol: string, src: string, first: number, dst: string, second: number, seed = 0): string {
  const batch = new EventBatch(8)
  const row = batch.begin()
  const c = batch.column
  const from = parseAddress(src)!
  const to = parseAddress(dst)!
  for (const [columns, address] of [
    [[c.src0, c.src1, c.src2, c.src3], from],
    [[c.dst0, c.dst1, c.dst2, c.dst3], to],
  ] as const) {
    columns.forEach((column, word) => {
      column[row] = address[word]!
    })
  }
  c.protocol[row] = protocolNumber(protocol)!
  if (protocol.startsWith('icmp')) {
    c.icmpType[row] = first
    c.icmpCode[row] = second
  } else {
    c.srcPort[row] = first
    c.dstPort[row] = second
  }
  return communityId(batch, row, seed)
}

test('known answers of the Community ID specification and of Suricata', () => {
  const tcp = '1:LQU9qZlK+B5F3KDmev6m5PMibrg='
  assert.equal(idOf('tcp', '128.232.110.120', 34855, '66.35.250.204', 80), tcp)
  assert.equal(idOf('tcp', '66.35.250.204', 80, '128.232.110.120', 34855), tcp)
  assert.equal(idOf('tcp', '172.26.0.39', 35958, '172.217.14.206', 443, 7), '1:IwiTNfuO7aCaamMijl+7/X9uLx0=')
  assert.equal(idOf('udp', '192.168.1.52', 54585, '8.8.8.8', 53), '1:d/FP5EW3wiY1vCndhwleRRKHowQ=')
  const echo = '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='
  assert.equal(idOf('icmp', '192.168.0.89', 8, '192.168.0.1', 0), echo)
  assert.equal(idOf('icmp', '192.168.0.1', 0, '192.168.0.89', 0), echo)
  const neighbour = '1:dGHyGvjMfljg6Bppwm3bg0LO8TY='
  assert.equal(idOf('icmp6', 'fe80::200:86ff:fe05:80da', 135, 'fe80::260:97ff:fe07:69ea', 0), neighbour)
})

test('an ICMP error has a direction', () => {
  const there = idOf('icmp', '192.0.2.1', 3, '203.0.113.1', 1)
  assert.notEqual(there, idOf('icmp', '203.0.113.1', 3, '192.0.2.1', 1))
})

test('times and flags as text', () => {
  assert.equal(isoTime(Date.UTC(2026, 10, 22, 3, 27) * 1000 + 603857.5), '2026-11-22T03:27:00.603857Z')
  assert.equal(isoTime(Number.MAX_VALUE), '9999-12-31T23:59:59.999999Z')
  assert.deepEqual([0x12, 0x29, 0, 0xc2].map(flagLetters), ['SA', 'FPU', '', 'SEC'])
})
