import { isIPv6 } from 'node:net'

/** Bytes before the datagram in a capture file's record: record header, IPv6 and UDP header at most. */
export const recordHead = 16
export const packetHead = 48

/** The header of a capture file of bare IP packets (link type 101, RAW), little endian, microseconds. */
export function captureHeader(): Uint8Array {
  const header = new DataView(new ArrayBuffer(24))
  header.setUint32(0, 0xa1b2c3d4, true)
  header.setUint16(4, 2, true)
  header.setUint16(6, 4, true)
  header.setUint32(16, 262_144, true)
  header.setUint32(20, 101, true)
  return new Uint8Array(header.buffer)
}

/** Writes received datagrams as records of a capture file, so that what is live reads like a capture of it. */
export class DatagramFrame {
  readonly #port: number
  /** Addresses seen last, as bytes; few exporters send to one socket. */
  readonly #known = new Map<string, Uint8Array>()

  /** @param port that the datagrams came to */
  constructor(port: number) {
    this.#port = port
  }

  /** @returns where the record ends @param at where it begins in `into` @param now milliseconds */
  write(into: Uint8Array, at: number, datagram: Uint8Array, address: string, port: number, now: number): number {
    const bytes = this.#bytesOf(address)
    const isV6 = bytes.length === 16
    const head = isV6 ? 40 : 20
    const length = head + 8 + datagram.length
    const view = new DataView(into.buffer, into.byteOffset)
    view.setUint32(at, Math.floor(now / 1000), true)
    view.setUint32(at + 4, (now % 1000) * 1000, true)
    view.setUint32(at + 8, length, true)
    view.setUint32(at + 12, length, true)
    const ip = at + recordHead
    into.fill(0, ip, ip + head)
    if (isV6) {
      into[ip] = 0x60
      view.setUint16(ip + 4, 8 + datagram.length)
      into[ip + 6] = 17
      into[ip + 7] = 64
      into.set(bytes, ip + 8)
    } else {
      into[ip] = 0x45
      view.setUint16(ip + 2, length)
      into[ip + 8] = 64
      into[ip + 9] = 17
      into.set(bytes, ip + 12)
    }
    const udp = ip + head
    view.setUint16(udp, port)
    view.setUint16(udp + 2, this.#port)
    view.setUint16(udp + 4, 8 + datagram.length)
    view.setUint16(udp + 6, 0)
    into.set(datagram, udp + 8)
    return udp + 8 + datagram.length
  }

  #bytesOf(address: string): Uint8Array {
    let bytes = this.#known.get(address)
    if (bytes) return bytes
    // Senders are forged at will.
    if (this.#known.size > 4096) this.#known.clear()
    bytes = isIPv6(address) ? v6(address) : Uint8Array.from(address.split('.'), Number)
    this.#known.set(address, bytes)
    return bytes
  }
}

/** The bytes of an IPv6 address as the socket writes it. */
function v6(address: string): Uint8Array {
  const [text = ''] = address.split('%')
  const v4 = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text)
  const hex = (high: string | undefined, low: string | undefined) => (Number(high) * 256 + Number(low)).toString(16)
  const plain = v4 ? `${v4[1]}${hex(v4[2], v4[3])}:${hex(v4[4], v4[5])}` : text
  const [left = '', right = ''] = plain.split('::')
  const before = left === '' ? [] : left.split(':')
  const after = right === '' ? [] : right.split(':')
  const groups = [...before, ...new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  return Uint8Array.from(groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]))
}
