import { writeFileSync } from 'node:fs'
import { type Address, isIpv4 } from '../../src/base/address.ts'

/** TCP flags (RFC 9293). */
const [fin, syn, rst, psh, ack] = [1, 2, 4, 8, 16]

/** Both ends of one TCP connection, seen from who opens it. */
export interface Ends {
  readonly src: Address
  readonly dst: Address
  readonly srcPort: number
  readonly dstPort: number
}

interface Segment {
  readonly time: number
  readonly from: Address
  readonly to: Address
  readonly fromPort: number
  readonly toPort: number
  readonly flags: number
  readonly payload: number
}

const recordHeader = 16
const ethernet = 14
const tcp = 20
/** What a modern SYN carries: MSS, SACK permitted, timestamps, window scale. No scanning tool writes this. */
const synOptions = [0x020405b4, 0x0402080a, 0x00112233, 0, 0x01030307]
const roundTrip = 20_000

/** A capture under way: TCP conversations at given times, written as a classic pcap in time order. */
export class Capture {
  readonly #segments: Segment[] = []

  get length(): number {
    return this.#segments.length
  }

  /** A SYN that nothing answers. */
  silent(at: number, ends: Ends): void {
    this.#forth(at, ends, syn)
  }

  /** A SYN answered by RST: the port is closed. */
  refused(at: number, ends: Ends): void {
    this.#forth(at, ends, syn)
    this.#back(at + roundTrip, ends, rst | ack)
  }

  /** A SYN whose SYN-ACK is met with RST: a half-open probe of an open port. */
  halfOpen(at: number, ends: Ends): void {
    this.#forth(at, ends, syn)
    this.#back(at + roundTrip, ends, syn | ack)
    this.#forth(at + roundTrip + 200, ends, rst)
  }

  /** A client that is served: handshake, request, answer, close. */
  served(at: number, ends: Ends): void {
    const steps = [
      [0, true, syn, 0],
      [1, false, syn | ack, 0],
      [1, true, ack, 0],
      [1, true, psh | ack, 300],
      [2, false, psh | ack, 900],
      [3, true, fin | ack, 0],
      [4, false, fin | ack, 0],
      [4, true, ack, 0],
    ] as const
    for (const [n, [trips, forth, flags, payload]] of steps.entries()) {
      const time = at + trips * roundTrip + n
      if (forth) this.#forth(time, ends, flags, payload)
      else this.#back(time, ends, flags, payload)
    }
  }

  #forth(time: number, { src, dst, srcPort, dstPort }: Ends, flags: number, payload = 0): void {
    this.#segments.push({ time, from: src, to: dst, fromPort: srcPort, toPort: dstPort, flags, payload })
  }

  #back(time: number, { src, dst, srcPort, dstPort }: Ends, flags: number, payload = 0): void {
    this.#segments.push({ time, from: dst, to: src, fromPort: dstPort, toPort: srcPort, flags, payload })
  }

  write(path: string): void {
    const segments = this.#segments.map((segment, order) => ({ segment, order }))
    segments.sort((x, y) => x.segment.time - y.segment.time || x.order - y.order)
    const file = Buffer.alloc(24 + segments.reduce((sum, { segment }) => sum + recordHeader + sizeOf(segment), 0))
    file.writeUInt32LE(0xa1b2c3d4, 0)
    file.writeUInt16LE(2, 4)
    file.writeUInt16LE(4, 6)
    file.writeUInt32LE(65535, 16)
    file.writeUInt32LE(1, 20)
    let at = 24
    for (const { segment, order } of segments) {
      writeRecord(file, at, segment, order)
      at += recordHeader + sizeOf(segment)
    }
    writeFileSync(path, file)
  }
}

function sizeOf({ from, flags, payload }: Segment): number {
  return ethernet + (isIpv4(from) ? 20 : 40) + tcp + (flags & syn ? 4 * synOptions.length : 0) + payload
}

function writeRecord(file: Buffer, at: number, segment: Segment, order: number): void {
  const size = sizeOf(segment)
  const seconds = Math.floor(segment.time / 1e6)
  file.writeUInt32LE(seconds, at)
  file.writeUInt32LE(Math.floor(segment.time - seconds * 1e6), at + 4)
  file.writeUInt32LE(size, at + 8)
  file.writeUInt32LE(size, at + 12)
  const frame = at + recordHeader
  file.write('020000000002020000000001', frame, 'hex')
  const v4 = isIpv4(segment.from)
  file.writeUInt16BE(v4 ? 0x0800 : 0x86dd, frame + 12)
  const ip = frame + ethernet
  if (v4) writeIpv4(file, ip, segment, size - ethernet, order)
  else writeIpv6(file, ip, segment, size - ethernet - 40)
  writeTcp(file, ip + (v4 ? 20 : 40), segment, order)
}

function writeIpv4(file: Buffer, at: number, segment: Segment, length: number, order: number): void {
  file.writeUInt32BE(0x45000000 + length, at)
  // Linux counts IDs up and forbids fragments.
  file.writeUInt32BE(((Math.imul(order, 2654435761) >>> 16) * 65536 + 0x4000) >>> 0, at + 4)
  file.writeUInt32BE(0x34060000, at + 8)
  file.writeUInt32BE(segment.from[3], at + 12)
  file.writeUInt32BE(segment.to[3], at + 16)
}

function writeIpv6(file: Buffer, at: number, segment: Segment, length: number): void {
  file.writeUInt32BE(0x60000000, at)
  file.writeUInt32BE(length * 65536 + 0x0634, at + 4)
  for (let word = 0; word < 4; word++) {
    file.writeUInt32BE(segment.from[word]!, at + 8 + 4 * word)
    file.writeUInt32BE(segment.to[word]!, at + 24 + 4 * word)
  }
}

function writeTcp(file: Buffer, at: number, segment: Segment, order: number): void {
  const isSyn = (segment.flags & syn) !== 0
  file.writeUInt16BE(segment.fromPort, at)
  file.writeUInt16BE(segment.toPort, at + 2)
  file.writeUInt32BE(Math.imul(order + 1, 0x9e3779b1) >>> 0, at + 4)
  file.writeUInt32BE(segment.flags & ack ? Math.imul(order + 1, 0x85ebca6b) >>> 0 : 0, at + 8)
  file.writeUInt32BE(((isSyn ? 10 : 5) * 2 ** 28 + segment.flags * 65536 + 64240) >>> 0, at + 12)
  if (isSyn) for (const [word, option] of synOptions.entries()) file.writeUInt32BE(option, at + 20 + 4 * word)
}
