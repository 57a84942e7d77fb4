/** Packets and captures made by hand: the expected rows follow from the arguments, not from the code under test. */

export function bytes(...parts: (number | readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])))
}

export const be16 = (value: number): number[] => [(value >>> 8) & 255, value & 255]
export const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value)]
const le32 = (value: number): number[] => be32(value).reverse()

const dotted = (address: string): number[] => address.split('.').map(Number)

export interface Ip4 {
  src?: string
  dst?: string
  protocol?: number
  id?: number
  /** Flags and offset as on the wire. */
  fragment?: number
  options?: readonly number[]
  total?: number
}

export function ip4(payload: Uint8Array, ip: Ip4 = {}): Uint8Array {
  const options = ip.options ?? []
  const header = 20 + options.length
  const total = ip.total ?? header + payload.length
  return bytes(
    0x40 | (header / 4),
    0,
    be16(total),
    be16(ip.id ?? 7),
    be16(ip.fragment ?? 0x4000),
    64,
    ip.protocol ?? 6,
    0,
    0,
    dotted(ip.src ?? '192.0.2.1'),
    dotted(ip.dst ?? '198.51.100.2'),
    options,
    payload,
  )
}

/** 2001:db8::`last`. */
export const v6 = (last: number): number[] => [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, ...be32(last)]

export function ip6(payload: Uint8Array, next = 6, length = payload.length): Uint8Array {
  return bytes(0x60, 0, 0, 0, be16(length), next, 61, v6(1), v6(2), payload)
}

/** SYN by default, 1234 to 80. */
export function tcp(flags = 2, options: readonly number[] = [], data: readonly number[] = []): Uint8Array {
  const header = be16(1234).concat(be16(80), be32(0xfedcba98), be32(0x89abcdef))
  return bytes(header, ((20 + options.length) / 4) << 4, flags, be16(1024), 0, 0, 0, 0, options, data)
}

export function udp(data: Uint8Array = bytes(), source = 5000, destination = 53): Uint8Array {
  return bytes(be16(source), be16(destination), be16(8 + data.length), 0, 0, data)
}

export function icmp(type: number, code: number, rest: readonly number[], data: Uint8Array = bytes()): Uint8Array {
  return bytes(type, code, 0, 0, rest, data)
}

export function ethernet(payload: Uint8Array, ...types: number[]): Uint8Array {
  const path = types.length === 0 ? [0x0800] : types
  const tags = path.flatMap((type, i) => (i === 0 ? be16(type) : [0, 5, ...be16(type)]))
  return bytes([2, 0, 0, 0, 0, 2], [2, 0, 0, 0, 0, 1], tags, payload)
}

export function arp(operation: number, sender: string, target: string): Uint8Array {
  const hardware = [2, 0, 0, 0, 0, 9]
  return bytes(0, 1, 8, 0, 6, 4, be16(operation), hardware, dotted(sender), hardware, dotted(target))
}

export interface Capture {
  linkType?: number
  magic?: number
  isLittle?: boolean
  /** Bytes between the lengths and the packet (Kuznetzov's variant has 8). */
  extra?: number
  snapLength?: number
  second?: number
  fraction?: number
}

/** A classic capture of the packets, one microsecond (or nanosecond) apart. */
export function pcapFile(packets: readonly Uint8Array[], capture: Capture = {}): Uint8Array {
  const word = capture.isLittle === false ? be32 : le32
  const parts: (readonly number[] | Uint8Array)[] = [
    word(capture.magic ?? 0xa1b2c3d4),
    capture.isLittle === false ? [0, 2, 0, 4] : [2, 0, 4, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
    word(65535),
    word(capture.linkType ?? 1),
  ]
  packets.forEach((packet, i) => {
    const kept = packet.subarray(0, capture.snapLength ?? packet.length)
    const time = [...word(capture.second ?? 1_700_000_000), ...word((capture.fraction ?? 0) + i)]
    parts.push(time, word(kept.length), word(packet.length), Array(capture.extra ?? 0).fill(0), kept)
  })
  return bytes(...parts)
}

/** A pcapng block: the body is padded to a multiple of four. */
export function block(type: number, body: Uint8Array, isLittle = true): Uint8Array {
  const word = isLittle ? le32 : be32
  const padding = (4 - (body.length % 4)) % 4
  const length = word(12 + body.length + padding)
  return bytes(word(type), length, body, Array(padding).fill(0), length)
}

export function section(isLittle = true): Uint8Array {
  const word = isLittle ? le32 : be32
  return block(
    0x0a0d0d0a,
    bytes(word(0x1a2b3c4d), isLittle ? [1, 0, 0, 0] : [0, 1, 0, 0], Array(8).fill(255)),
    isLittle,
  )
}

export function interfaceBlock(linkType: number, options: readonly number[] = [], isLittle = true): Uint8Array {
  const word = isLittle ? le32 : be32
  const short = isLittle ? [linkType & 255, linkType >> 8] : be16(linkType)
  return block(1, bytes(short, 0, 0, word(0), options), isLittle)
}

export function enhanced(packet: Uint8Array, high: number, low: number, number = 0, isLittle = true): Uint8Array {
  const word = isLittle ? le32 : be32
  const head = [number, high, low, packet.length, packet.length].flatMap((value) => word(value))
  return block(6, bytes(head, packet), isLittle)
}
