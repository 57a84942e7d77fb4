import { isIpv4, parseAddress } from '../../base/address.ts'

/** A piece of what was said. */
export interface Said {
  /** Microseconds. */
  readonly at: number
  readonly fromClient: boolean
  readonly bytes: Buffer
}

export interface PacketEnds {
  readonly src: string
  readonly srcPort: number
  readonly dst: string
  readonly dstPort: number
}

export interface SpokenSession {
  readonly ends: PacketEnds
  readonly transport: 'tcp' | 'udp'
  readonly at: number
  readonly endAt: number
  readonly said: readonly Said[]
}

const flags = { fin: 1, syn: 2, psh: 8, ack: 16 } as const
const largestSegment = 1440
const largestDatagram = 65_000
const linkRaw = 101
/** Sequence numbers are made up; those of the kernel cannot be had. */
const firstSequence = 1

/**
 * A session as a pcap (libpcap's file format, LINKTYPE_RAW, microseconds): the packets that carried the bytes, with the right addresses,
 * ports and times. What the kernel did beneath (options, windows, retries, acknowledgements of their own) was not seen and is made up.
 */
export function sessionPcap(session: SpokenSession): Buffer {
  const parts: Buffer[] = [fileHeader()]
  const add = (at: number, packet: Buffer) => parts.push(recordHeader(at, packet.length), packet)
  if (session.transport === 'udp') {
    for (const { at, fromClient, bytes } of session.said) add(at, datagram(session.ends, fromClient, bytes))
  } else tcpPackets(session, add)
  return Buffer.concat(parts)
}

function tcpPackets({ ends, at, endAt, said }: SpokenSession, add: (at: number, packet: Buffer) => void): void {
  const next = [firstSequence, firstSequence]
  const send = (time: number, fromClient: boolean, bits: number, bytes: Buffer = Buffer.alloc(0)) => {
    const [mine, other] = fromClient ? [0, 1] : [1, 0]
    const acknowledged = bits & flags.ack ? (next[other] as number) : 0
    add(time, segment(ends, fromClient, next[mine] as number, acknowledged, bits, bytes))
    next[mine] = (next[mine] as number) + bytes.length + (bits & (flags.syn | flags.fin) ? 1 : 0)
  }
  send(at, true, flags.syn)
  send(at, false, flags.syn | flags.ack)
  send(at, true, flags.ack)
  for (const piece of said) {
    for (let from = 0; from < piece.bytes.length; from += largestSegment) {
      const bytes = piece.bytes.subarray(from, from + largestSegment)
      send(piece.at, piece.fromClient, flags.psh | flags.ack, bytes)
    }
  }
  send(endAt, false, flags.fin | flags.ack)
  send(endAt, true, flags.fin | flags.ack)
  send(endAt, false, flags.ack)
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(262_144, 16)
  header.writeUInt32LE(linkRaw, 20)
  return header
}

function recordHeader(at: number, length: number): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt32LE(Math.floor(at / 1e6), 0)
  header.writeUInt32LE(Math.floor(at % 1e6), 4)
  header.writeUInt32LE(length, 8)
  header.writeUInt32LE(length, 12)
  return header
}

function segment(ends: PacketEnds, fromClient: boolean, seq: number, ack: number, bits: number, bytes: Buffer): Buffer {
  const tcp = Buffer.alloc(20 + bytes.length)
  tcp.writeUInt16BE(fromClient ? ends.srcPort : ends.dstPort, 0)
  tcp.writeUInt16BE(fromClient ? ends.dstPort : ends.srcPort, 2)
  tcp.writeUInt32BE(seq, 4)
  tcp.writeUInt32BE(ack, 8)
  tcp[12] = 5 << 4
  tcp[13] = bits
  tcp.writeUInt16BE(64_240, 14)
  bytes.copy(tcp, 20)
  return inIp(ends, fromClient, 6, tcp, 16)
}

function datagram(ends: PacketEnds, fromClient: boolean, bytes: Buffer): Buffer {
  const cut = bytes.subarray(0, largestDatagram)
  const udp = Buffer.alloc(8 + cut.length)
  udp.writeUInt16BE(fromClient ? ends.srcPort : ends.dstPort, 0)
  udp.writeUInt16BE(fromClient ? ends.dstPort : ends.srcPort, 2)
  udp.writeUInt16BE(udp.length, 4)
  cut.copy(udp, 8)
  return inIp(ends, fromClient, 17, udp, 6)
}

/** Puts an IP header before a segment, and its checksum (RFC 1071, with the pseudo-header) into it. */
function inIp(ends: PacketEnds, fromClient: boolean, protocol: number, body: Buffer, checksumAt: number): Buffer {
  const from = addressBytes(fromClient ? ends.src : ends.dst)
  const to = addressBytes(fromClient ? ends.dst : ends.src)
  const pseudo = Buffer.alloc(4)
  pseudo.writeUInt16BE(protocol, 0)
  pseudo.writeUInt16BE(body.length, 2)
  const sum = checksum(Buffer.concat([from, to, pseudo, body]))
  body.writeUInt16BE(sum === 0 && protocol === 17 ? 0xffff : sum, checksumAt)
  return Buffer.concat([
    from.length === 4 ? ipv4Header(from, to, protocol, body) : ipv6Header(from, to, protocol, body),
    body,
  ])
}

function ipv4Header(from: Buffer, to: Buffer, protocol: number, body: Buffer): Buffer {
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header.writeUInt16BE(20 + body.length, 2)
  header[6] = 0x40
  header[8] = 64
  header[9] = protocol
  from.copy(header, 12)
  to.copy(header, 16)
  header.writeUInt16BE(checksum(header), 10)
  return header
}

function ipv6Header(from: Buffer, to: Buffer, protocol: number, body: Buffer): Buffer {
  const header = Buffer.alloc(40)
  header[0] = 0x60
  header.writeUInt16BE(body.length, 4)
  header[6] = protocol
  header[7] = 64
  from.copy(header, 8)
  to.copy(header, 24)
  return header
}

/** 4 or 16 bytes. */
function addressBytes(text: string): Buffer {
  const address = parseAddress(text) ?? [0, 0, 0, 0]
  const bytes = Buffer.alloc(16)
  for (const [k, word] of address.entries()) bytes.writeUInt32BE(word, 4 * k)
  return isIpv4(address) ? bytes.subarray(12) : bytes
}

function checksum(bytes: Buffer): number {
  let sum = 0
  for (let k = 0; k + 1 < bytes.length; k += 2) sum += bytes.readUInt16BE(k)
  if (bytes.length % 2 === 1) sum += (bytes[bytes.length - 1] as number) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65_536)
  return ~sum & 0xffff
}
