import { createHash } from 'node:crypto'
import { mapped } from '../base/address.ts'
import type { EventBatch } from './batch.ts'
import { icmpCounterpart } from './icmp.ts'
import { Protocol } from './protocol.ts'

/**
 * Community ID version 1 (github.com/corelight/community-id-spec): the same text for both directions of a flow,
 * whichever tool with the same 16-bit seed wrote it. Cold: one hash a call.
 */
export function communityId(batch: EventBatch, row: number, seed = 0): string {
  const c = batch.column
  const src = addressBytes(c.src0[row]!, c.src1[row]!, c.src2[row]!, c.src3[row]!)
  const dst = addressBytes(c.dst0[row]!, c.dst1[row]!, c.dst2[row]!, c.dst3[row]!)
  const protocol = c.protocol[row]!
  const [from, to, oneWay] = portsOf(protocol, batch, row)
  const order = Buffer.compare(src, dst)
  const ordered = oneWay || order < 0 || (order === 0 && from < to)
  const head = Buffer.from([seed >> 8, seed & 255])
  const ends = ordered ? [src, dst] : [dst, src]
  const ports = hasPorts(protocol) ? portBytes(ordered ? [from, to] : [to, from]) : Buffer.alloc(0)
  const bytes = Buffer.concat([head, ...ends, Buffer.from([protocol, 0]), ports])
  return `1:${createHash('sha1').update(bytes).digest('base64')}`
}

function portsOf(protocol: number, batch: EventBatch, row: number): [from: number, to: number, oneWay: boolean] {
  const c = batch.column
  if (!isIcmp(protocol)) return [c.srcPort[row]!, c.dstPort[row]!, false]
  const type = c.icmpType[row]!
  const counterpart = icmpCounterpart(protocol, type)
  return counterpart < 0 ? [type, c.icmpCode[row]!, true] : [type, counterpart, false]
}

function isIcmp(protocol: number): boolean {
  return protocol === Protocol.icmp || protocol === Protocol.icmp6
}

function hasPorts(protocol: number): boolean {
  return isIcmp(protocol) || protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp
}

function portBytes([from, to]: readonly [number, number]): Buffer {
  return Buffer.from([from >> 8, from & 255, to >> 8, to & 255])
}

function addressBytes(a0: number, a1: number, a2: number, a3: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(a0, 0)
  bytes.writeUInt32BE(a1, 4)
  bytes.writeUInt32BE(a2, 8)
  bytes.writeUInt32BE(a3, 12)
  return a0 === 0 && a1 === 0 && a2 === mapped ? bytes.subarray(12) : bytes
}
