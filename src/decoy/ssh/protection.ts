import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createHmac,
  type Decipheriv,
  timingSafeEqual,
} from 'node:crypto'
import { poly1305 } from './poly1305.ts'
import { u32 } from './wire.ts'

/** How the packets of one direction are protected (RFC 4253 section 6, RFC 5647, PROTOCOL and PROTOCOL.chacha20poly1305 of OpenSSH). */
export interface Protection {
  /** Blocks that a packet is filled up to, and whether its length counts. */
  readonly block: number
  readonly countsLength: boolean
  /** The bytes on the wire of `length, padding length, payload, padding`. */
  seal(sequence: number, packet: Buffer): Buffer
  /**
   * The packet without its length, and how many bytes it took; undefined where more must come.
   * @throws Error where it was changed on the way, or is too long
   */
  open(sequence: number, bytes: Buffer): { packet: Buffer; taken: number } | undefined
}

export interface ProtectionKeys {
  iv(length: number): Buffer
  key(length: number): Buffer
  mac(length: number): Buffer
}

const longestPacket = 35_000
const tagLength = 16
const macs: Readonly<Record<string, [digest: string, length: number]>> = {
  'hmac-sha2-256': ['sha256', 32],
  'hmac-sha2-512': ['sha512', 64],
  'hmac-sha1': ['sha1', 20],
}

function checked(length: number): number {
  if (length < 5 || length > longestPacket) throw new Error('an SSH packet of a wrong length')
  return length
}

function match(one: Buffer, other: Buffer): void {
  if (one.length !== other.length || !timingSafeEqual(one, other)) throw new Error('an SSH packet that was changed')
}

/** Before any keys. */
export const plain: Protection = {
  block: 8,
  countsLength: true,
  seal: (_sequence, packet) => packet,
  open(_sequence, bytes) {
    if (bytes.length < 4) return undefined
    const taken = 4 + checked(bytes.readUInt32BE(0))
    return bytes.length < taken ? undefined : { packet: bytes.subarray(4, taken), taken }
  },
}

/** @throws Error for what Node's cryptography does not have (UMAC) */
export function protection(cipher: string, mac: string, keys: ProtectionKeys, isSealing: boolean): Protection {
  if (cipher.startsWith('chacha20')) return chacha(keys.key(64))
  const bits = Number(/^aes(\d+)/.exec(cipher)?.[1])
  if (cipher.includes('gcm')) return gcm(bits, keys)
  const isAfter = mac.includes('-etm@')
  const known = macs[mac.replace(/-etm@.*$/, '')]
  if (known === undefined) throw new Error(`${mac} is not to be had`)
  const [iv, key] = [keys.iv(16), keys.key(bits / 8)]
  const stream = isSealing ? createCipheriv(`aes-${bits}-ctr`, key, iv) : createDecipheriv(`aes-${bits}-ctr`, key, iv)
  const secret = keys.mac(known[1])
  const tag = (sequence: number, bytes: Buffer) =>
    createHmac(known[0], secret).update(u32(sequence)).update(bytes).digest()
  return isAfter ? thenMac(stream, tag, known[1]) : withMac(stream, tag, known[1])
}

type Stream = Cipheriv | Decipheriv
type Tag = (sequence: number, bytes: Buffer) => Buffer

/** The length in the clear, the MAC over what was encrypted. */
function thenMac(stream: Stream, tag: Tag, size: number): Protection {
  return {
    block: 16,
    countsLength: false,
    seal(sequence, packet) {
      const sealed = Buffer.concat([packet.subarray(0, 4), stream.update(packet.subarray(4))])
      return Buffer.concat([sealed, tag(sequence, sealed)])
    },
    open(sequence, bytes) {
      if (bytes.length < 4) return undefined
      const end = 4 + checked(bytes.readUInt32BE(0))
      if (bytes.length < end + size) return undefined
      match(tag(sequence, bytes.subarray(0, end)), bytes.subarray(end, end + size))
      return { packet: stream.update(bytes.subarray(4, end)), taken: end + size }
    },
  }
}

/** All encrypted, the MAC over what it was before. */
function withMac(stream: Stream, tag: Tag, size: number): Protection {
  let head: Buffer | undefined
  return {
    block: 16,
    countsLength: true,
    seal: (sequence, packet) => Buffer.concat([stream.update(packet), tag(sequence, packet)]),
    open(sequence, bytes) {
      if (bytes.length < 16) return undefined
      head ??= stream.update(bytes.subarray(0, 16))
      const end = 4 + checked(head.readUInt32BE(0))
      if (bytes.length < end + size) return undefined
      const whole = Buffer.concat([head, stream.update(bytes.subarray(16, end))])
      head = undefined
      match(tag(sequence, whole), bytes.subarray(end, end + size))
      return { packet: whole.subarray(4), taken: end + size }
    },
  }
}

function gcm(bits: number, keys: ProtectionKeys): Protection {
  const [key, nonce] = [keys.key(bits / 8), Buffer.from(keys.iv(12))]
  const name = bits === 128 ? 'aes-128-gcm' : 'aes-256-gcm'
  const next = () => nonce.writeBigUInt64BE((nonce.readBigUInt64BE(4) + 1n) & 0xffff_ffff_ffff_ffffn, 4)
  return {
    block: 16,
    countsLength: false,
    seal(_sequence, packet) {
      const cipher = createCipheriv(name, key, nonce)
      cipher.setAAD(packet.subarray(0, 4))
      const body = Buffer.concat([cipher.update(packet.subarray(4)), cipher.final()])
      next()
      return Buffer.concat([packet.subarray(0, 4), body, cipher.getAuthTag()])
    },
    open(_sequence, bytes) {
      if (bytes.length < 4) return undefined
      const end = 4 + checked(bytes.readUInt32BE(0))
      if (bytes.length < end + tagLength) return undefined
      const decipher = createDecipheriv(name, key, nonce)
      decipher.setAAD(bytes.subarray(0, 4))
      decipher.setAuthTag(bytes.subarray(end, end + tagLength))
      const packet = Buffer.concat([decipher.update(bytes.subarray(4, end)), decipher.final()])
      next()
      return { packet, taken: end + tagLength }
    },
  }
}

/** Two ChaCha20 keys: one for the length, one for the rest. */
function chacha(keys: Buffer): Protection {
  const [main, lengths] = [keys.subarray(0, 32), keys.subarray(32)]
  const stream = (key: Buffer, sequence: number, counter: number) => {
    const iv = Buffer.alloc(16)
    iv.writeUInt32LE(counter, 0)
    iv.writeUInt32BE(sequence, 12)
    return createCipheriv('chacha20', key, iv)
  }
  const tag = (sequence: number, bytes: Buffer) => poly1305(stream(main, sequence, 0).update(Buffer.alloc(32)), bytes)
  return {
    block: 8,
    countsLength: false,
    seal(sequence, packet) {
      const length = stream(lengths, sequence, 0).update(packet.subarray(0, 4))
      const sealed = Buffer.concat([length, stream(main, sequence, 1).update(packet.subarray(4))])
      return Buffer.concat([sealed, tag(sequence, sealed)])
    },
    open(sequence, bytes) {
      if (bytes.length < 4) return undefined
      const end = 4 + checked(stream(lengths, sequence, 0).update(bytes.subarray(0, 4)).readUInt32BE(0))
      if (bytes.length < end + tagLength) return undefined
      match(tag(sequence, bytes.subarray(0, end)), bytes.subarray(end, end + tagLength))
      return { packet: stream(main, sequence, 1).update(bytes.subarray(4, end)), taken: end + tagLength }
    },
  }
}
