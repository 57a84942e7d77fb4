import { ascii, find, hexDigit, readPort } from '../../base/ascii.ts'
import { readAddress } from '../../base/ascii-address.ts'

const rawStart = ascii('saddr=')
const inet = 2
const inet6 = 10
const mapped = 0xffff
/** Bytes of sockaddr_in up to the address's end, and of sockaddr_in6. */
const shortest = 8
const shortest6 = 24
const keys = {
  address: [ascii('laddr='), ascii('host:')],
  port: [ascii('lport='), ascii('serv:')],
  family: [ascii('inet'), ascii('fam=')],
}

/** An address of a socket, as a SOCKADDR record tells it. */
export class SocketAddress {
  readonly words = new Uint32Array(4)
  port = 0
  /** False for local sockets, netlink and other families. */
  isInternet = false

  /** Reads the record whose fields are `bytes[from, to)`: raw or interpreted. False where it has no readable address. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const start = find(bytes, from, to, rawStart)
    if (start < 0) return false
    const value = start + rawStart.length
    return this.#readRaw(bytes, value, to) || this.#readInterpreted(bytes, value, to)
  }

  /** Hexadecimal digits of the structure as it lies in memory: the family in the machine's byte order, the rest in the net's. */
  #readRaw(bytes: Uint8Array, from: number, to: number): boolean {
    let end = from
    while (end < to && hexDigit(bytes[end]!) >= 0) end++
    const length = (end - from) >> 1
    if (length < 2 || (end < to && bytes[end] !== 32 && bytes[end] !== 29)) return false
    const family = byteAt(bytes, from, 0) | byteAt(bytes, from, 1)
    this.isInternet = family === inet || family === inet6
    if (!this.isInternet) return true
    if (length < (family === inet ? shortest : shortest6)) return false
    this.port = (byteAt(bytes, from, 2) << 8) | byteAt(bytes, from, 3)
    const { words } = this
    if (family === inet6) for (let w = 0; w < 4; w++) words[w] = wordAt(bytes, from, 8 + 4 * w)
    else {
      words[0] = words[1] = 0
      words[2] = mapped
      words[3] = wordAt(bytes, from, 4)
    }
    return true
  }

  /** `{ saddr_fam=inet laddr=192.0.2.1 lport=80 }`; older `inet host:192.0.2.1 serv:80`. */
  #readInterpreted(bytes: Uint8Array, from: number, to: number): boolean {
    const address = valueBehind(bytes, from, to, keys.address)
    const port = valueBehind(bytes, from, to, keys.port)
    this.isInternet = address >= 0 && port >= 0
    if (!this.isInternet) {
      const isOther = find(bytes, from, to, keys.family[0]!) < 0
      return isOther && (find(bytes, from, to, keys.family[1]!) >= 0 || bytes[from] !== 123)
    }
    this.port = Math.max(0, readPort(bytes, port, wordEnd(bytes, port, to)))
    return readAddress(bytes, address, wordEnd(bytes, address, to), this.words)
  }
}

function valueBehind(bytes: Uint8Array, from: number, to: number, words: readonly Uint8Array[]): number {
  for (let k = 0; k < words.length; k++) {
    const at = find(bytes, from, to, words[k]!)
    if (at >= 0) return at + words[k]!.length
  }
  return -1
}

function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = from
  while (end < to && bytes[end] !== 32 && bytes[end] !== 125) end++
  return end
}

function byteAt(bytes: Uint8Array, from: number, at: number): number {
  return (hexDigit(bytes[from + 2 * at]!) << 4) | hexDigit(bytes[from + 2 * at + 1]!)
}

function wordAt(bytes: Uint8Array, from: number, at: number): number {
  let word = 0
  for (let k = 0; k < 4; k++) word = (word << 8) | byteAt(bytes, from, at + k)
  return word
}
