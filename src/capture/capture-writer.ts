import { createHash } from 'node:crypto'
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { createNew, writeAll } from './output-file.ts'
import type { SpooledPacket } from './packet-spool.ts'

/** What is told of the packets of one link type. */
export interface WrittenInterface {
  readonly linkType: number
  /** The longest of its packets, captured. */
  readonly snapLength: number
}

export interface WrittenCapture {
  readonly bytes: number
  readonly sha256: string
}

const window = 1 << 20
const program = 'Sweepwatch'

/**
 * Writes packets as pcapng (draft-ietf-opsawg-pcapng): one section, an interface for each link type, times in nanoseconds. The file
 * takes its name when it is whole.
 *
 * @throws Problem `capture-output` where it cannot be written, or is there already
 */
export function writePcapng(
  path: string,
  interfaces: readonly WrittenInterface[],
  packets: Iterable<SpooledPacket>,
): WrittenCapture {
  const out = new CaptureOutput(path)
  return out.write(() => {
    const application = options([4, Buffer.from(program)])
    out.block(0x0a0d0d0a, 16, application, (b, at) => {
      b.writeUInt32LE(0x1a2b3c4d, at)
      b.writeUInt16LE(1, at + 4)
      b.fill(0xff, at + 8, at + 16)
    })
    for (const { linkType, snapLength } of interfaces) {
      out.block(1, 8, options([9, Buffer.from([9])]), (b, at) => {
        b.writeUInt16LE(linkType, at)
        b.writeUInt32LE(snapLength, at + 4)
      })
    }
    for (const packet of packets) {
      const time = BigInt(packet.seconds) * 1_000_000_000n + BigInt(packet.nanoseconds)
      out.block(6, 20, packet.bytes, (b, at) => {
        b.writeUInt32LE(packet.interface, at)
        b.writeUInt32LE(Number(time >> 32n), at + 4)
        b.writeUInt32LE(Number(time & 0xffffffffn), at + 8)
        b.writeUInt32LE(packet.bytes.length, at + 12)
        b.writeUInt32LE(Math.max(packet.wire, packet.bytes.length), at + 16)
      })
    }
  })
}

/** Writes packets of one link type as pcap, with times in nanoseconds. @throws Problem as `writePcapng` */
export function writePcap(
  path: string,
  { linkType, snapLength }: WrittenInterface,
  packets: Iterable<SpooledPacket>,
): WrittenCapture {
  const out = new CaptureOutput(path)
  return out.write(() => {
    const header = Buffer.alloc(24)
    header.writeUInt32LE(0xa1b23c4d, 0)
    header.writeUInt16LE(2, 4)
    header.writeUInt16LE(4, 6)
    header.writeUInt32LE(Math.max(snapLength, 65535), 16)
    header.writeUInt32LE(linkType, 20)
    out.add(header)
    const head = Buffer.alloc(16)
    for (const { seconds, nanoseconds, wire, bytes } of packets) {
      head.writeUInt32LE(seconds, 0)
      head.writeUInt32LE(nanoseconds, 4)
      head.writeUInt32LE(bytes.length, 8)
      head.writeUInt32LE(Math.max(wire, bytes.length), 12)
      out.add(head)
      out.add(bytes)
    }
  })
}

/** Options of a block: code and value each, closed by the end of options. */
function options(...list: readonly (readonly [number, Uint8Array])[]): Buffer {
  const parts = list.map(([code, value]) => {
    const part = Buffer.alloc(4 + padded(value.length))
    part.writeUInt16LE(code, 0)
    part.writeUInt16LE(value.length, 2)
    part.set(value, 4)
    return part
  })
  return Buffer.concat([...parts, Buffer.alloc(4)])
}

function padded(length: number): number {
  return (length + 3) & ~3
}

/** A file that is written through a buffer and digested on the way. */
class CaptureOutput {
  readonly #path: string
  readonly #fd: number
  readonly #hash = createHash('sha256')
  readonly #buffer = Buffer.alloc(window)
  #filled = 0
  #written = 0

  constructor(path: string) {
    this.#path = path
    // The name is taken first, so that nothing that is there is overwritten.
    closeSync(createNew(path))
    this.#fd = openSync(`${path}.part`, 'w', 0o600)
  }

  write(fill: () => void): WrittenCapture {
    try {
      fill()
      this.#flush()
      closeSync(this.#fd)
      renameSync(`${this.#path}.part`, this.#path)
      return { bytes: this.#written, sha256: this.#hash.digest('hex') }
    } catch (error) {
      rmSync(`${this.#path}.part`, { force: true })
      rmSync(this.#path, { force: true })
      throw error
    }
  }

  /** A pcapng block of `head` bytes, which `fill` writes, and what follows them. */
  block(type: number, head: number, rest: Uint8Array, fill: (buffer: Buffer, at: number) => void): void {
    const length = 12 + head + padded(rest.length)
    if (this.#filled + length > window) this.#flush()
    const b = this.#buffer
    const at = this.#filled
    b.fill(0, at, at + length)
    b.writeUInt32LE(type, at)
    b.writeUInt32LE(length, at + 4)
    fill(b, at + 8)
    b.set(rest, at + 8 + head)
    b.writeUInt32LE(length, at + length - 4)
    this.#filled += length
  }

  add(bytes: Uint8Array): void {
    if (this.#filled + bytes.length > window) this.#flush()
    this.#buffer.set(bytes, this.#filled)
    this.#filled += bytes.length
  }

  #flush(): void {
    const bytes = this.#buffer.subarray(0, this.#filled)
    this.#hash.update(bytes)
    writeAll(this.#fd, bytes)
    this.#written += this.#filled
    this.#filled = 0
  }
}
