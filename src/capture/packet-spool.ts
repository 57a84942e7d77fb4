import { closeSync, readSync, unlinkSync } from 'node:fs'
import { createNew, writeAll } from './output-file.ts'

/** The head of a packet in the spool: time, length on the wire, interface. */
export interface SpooledPacket {
  /** Seconds since the epoch, and nanoseconds of the second. */
  seconds: number
  nanoseconds: number
  wire: number
  interface: number
  /** What was captured; the same memory is used for the next. */
  bytes: Uint8Array
}

const headBytes = 20
const window = 4 << 20
const firstCapacity = 1 << 12

/**
 * Packets that were found, in a file of their own until all of them are known: then they are read in the order of their times.
 * In memory stand 20 bytes for each.
 */
export class PacketSpool {
  count = 0
  /** Bytes of packets, without what stands around them. */
  bytes = 0
  readonly #fd: number
  readonly #out = Buffer.alloc(window)
  #filled = 0
  #flushed = 0
  #seconds = new Uint32Array(firstCapacity)
  #nanoseconds = new Uint32Array(firstCapacity)
  #offsets = new Float64Array(firstCapacity)
  #isOrdered = true

  /** @param path of a file that is not there; it loses its name at once */
  constructor(path: string) {
    this.#fd = createNew(path)
    unlinkSync(path)
  }

  /** @param time nanoseconds since the epoch */
  add(time: bigint, wire: number, number: number, bytes: Uint8Array): void {
    const k = this.count++
    if (k === this.#seconds.length) this.#grow()
    const seconds = Math.min(0xffffffff, Math.max(0, Number(time / 1_000_000_000n)))
    const nanoseconds = time < 0n ? 0 : Number(time % 1_000_000_000n)
    this.#seconds[k] = seconds
    this.#nanoseconds[k] = nanoseconds
    this.#isOrdered &&= k === 0 || this.#compare(k - 1, k) <= 0
    if (this.#filled + headBytes + bytes.length > window) this.#flush()
    this.#offsets[k] = this.#flushed + this.#filled
    const at = this.#filled
    this.#out.writeUInt32LE(seconds, at)
    this.#out.writeUInt32LE(nanoseconds, at + 4)
    this.#out.writeUInt32LE(wire >>> 0, at + 8)
    this.#out.writeUInt32LE(number, at + 12)
    this.#out.writeUInt32LE(bytes.length, at + 16)
    this.#out.set(bytes, at + headBytes)
    this.#filled += headBytes + bytes.length
    this.bytes += bytes.length
  }

  /** The packets in the order of their times; those of one time in the order in which they were found. */
  *inOrder(): Generator<SpooledPacket> {
    this.#flush()
    const order = Uint32Array.from({ length: this.count }, (_, k) => k)
    if (!this.#isOrdered) order.sort((x, y) => this.#compare(x, y) || x - y)
    const view = new SpoolView(this.#fd)
    for (const k of order) yield view.at(this.#offsets[k]!)
  }

  close(): void {
    closeSync(this.#fd)
  }

  #compare(x: number, y: number): number {
    return this.#seconds[x]! - this.#seconds[y]! || this.#nanoseconds[x]! - this.#nanoseconds[y]!
  }

  #grow(): void {
    const twice = this.#seconds.length * 2
    const [seconds, nanoseconds, offsets] = [this.#seconds, this.#nanoseconds, this.#offsets]
    this.#seconds = new Uint32Array(twice)
    this.#nanoseconds = new Uint32Array(twice)
    this.#offsets = new Float64Array(twice)
    this.#seconds.set(seconds)
    this.#nanoseconds.set(nanoseconds)
    this.#offsets.set(offsets)
  }

  #flush(): void {
    writeAll(this.#fd, this.#out.subarray(0, this.#filled))
    this.#flushed += this.#filled
    this.#filled = 0
  }
}

/** Reads packets of the spool, mostly one behind the other. */
class SpoolView {
  readonly #fd: number
  readonly #buffer = Buffer.alloc(window)
  #base = 0
  #filled = 0
  readonly #packet: SpooledPacket = { seconds: 0, nanoseconds: 0, wire: 0, interface: 0, bytes: this.#buffer }

  constructor(fd: number) {
    this.#fd = fd
  }

  at(offset: number): SpooledPacket {
    if (!this.#holds(offset, headBytes)) this.#load(offset)
    let at = offset - this.#base
    const length = this.#buffer.readUInt32LE(at + 16)
    if (!this.#holds(offset, headBytes + length)) this.#load(offset)
    at = offset - this.#base
    const packet = this.#packet
    packet.seconds = this.#buffer.readUInt32LE(at)
    packet.nanoseconds = this.#buffer.readUInt32LE(at + 4)
    packet.wire = this.#buffer.readUInt32LE(at + 8)
    packet.interface = this.#buffer.readUInt32LE(at + 12)
    packet.bytes = this.#buffer.subarray(at + headBytes, at + headBytes + length)
    return packet
  }

  #holds(offset: number, length: number): boolean {
    return offset >= this.#base && offset + length <= this.#base + this.#filled
  }

  #load(offset: number): void {
    this.#base = offset
    this.#filled = readSync(this.#fd, this.#buffer, 0, window, offset)
  }
}
