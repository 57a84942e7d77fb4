import { EventBatch } from '../event/batch.ts'
import { type Reader, type Sink, Tally } from '../format/format.ts'
import { FILE_HEADER, type PcapHeader, readHeader } from '../framing/pcap.ts'
import { type PacketIntake, PcapReader } from '../framing/pcap-reader.ts'
import { Block, type Interface, read16, readInterface, sectionOrder } from '../framing/pcapng.ts'
import { PcapngReader } from '../framing/pcapng-reader.ts'
import { read32 } from '../framing/read32.ts'
import { Frame } from '../packet/frame.ts'
import type { ByteSource } from '../source/source.ts'
import { Window } from '../source/window.ts'
import { PacketEnds } from './packet-ends.ts'

export type CaptureKind = 'pcap' | 'pcapng'

/** The most bytes that describe the packets of a file: its header, or a section with its interfaces. */
const mostPrelude = 1 << 20

/** Takes the packets of a capture, one after the other; the tap says what and where each is. */
export type TakePacket = (tap: CaptureTap) => void

/**
 * Reads the packets of one capture file without decoding them, from its beginning or from the middle: what stood before must then
 * be told, the prelude.
 *
 * hot: no allocation per packet.
 */
export class CaptureTap implements PacketIntake {
  readonly kind: CaptureKind
  readonly frame: Frame
  readonly ends: PacketEnds
  readonly tally = new Tally()
  /** The packet at hand: `bytes[at, end)`, its link type and its length on the wire. */
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  end = 0
  wire = 0
  linkType = 0
  /** The header, or the section and interfaces, that describe the packets from here on. */
  prelude: Uint8Array = new Uint8Array(0)
  /** The prelude grew beyond all measure and is not kept: the file can only be read from its beginning. */
  isUnbounded = false
  readonly #batch = new EventBatch(8)
  readonly #take: TakePacket
  readonly #reader: Reader
  readonly #interfaces: Interface[] = []
  #header: PcapHeader | undefined
  #isLittle = true
  /** Offset of the window in the file. */
  #base = 0
  #isStopped = false

  constructor(kind: CaptureKind, take: TakePacket) {
    this.kind = kind
    this.#take = take
    this.frame = new Frame(this.#batch)
    this.ends = new PacketEnds(this.frame)
    const sink: Sink = { batch: this.#batch, tally: this.tally, flush: () => {} }
    this.#reader = kind === 'pcap' ? new PcapReader(sink, this, undefined) : new PcapngReader(sink, this)
  }

  /** Microseconds since the epoch. */
  get time(): number {
    return this.frame.time
  }

  /** Where the packet's record begins in the file. */
  get offset(): number {
    return this.#batch.recordOffset
  }

  /** Reads the packet's addresses into `ends`. */
  readEnds(): void {
    this.ends.read(this.linkType, this.bytes, this.at, this.end, this.wire)
  }

  /** Says what stood before the place from which `read` goes on. */
  resume(prelude: Uint8Array): void {
    this.#push(prelude, prelude.length, 0, false)
  }

  /** No more packets are wanted: `read` comes back soon. */
  stop(): void {
    this.#isStopped = true
  }

  /**
   * Reads a source to its end, or until it has read past an offset.
   * @param base offset of its first byte in the file @param isLast whether nothing will follow
   * @returns offset behind the last whole record
   */
  async read(source: ByteSource, base: number, isLast: boolean, until = Number.POSITIVE_INFINITY): Promise<number> {
    const window = new Window(source)
    window.base = base
    while (window.base < until && !this.#isStopped) {
      if (!window.ended) await window.fill()
      const used = this.#push(window.bytes, window.filled, window.base, isLast && window.ended)
      window.advance(used)
      if (window.ended) break
      if (used === 0 && window.isFull && !window.grow()) break
    }
    return window.base
  }

  /** The packet's time in whole nanoseconds since the epoch. Cold: exact. */
  nanoseconds(): bigint {
    const { bytes } = this
    const record = this.offset - this.#base
    if (this.#header) {
      const { isLittle, perSecond } = this.#header
      const fraction = BigInt(read32(bytes, record + 4, isLittle)) * (perSecond === 1e9 ? 1n : 1000n)
      return BigInt(read32(bytes, record, isLittle)) * 1_000_000_000n + fraction
    }
    const type = read32(bytes, record, this.#isLittle)
    const number =
      type === Block.enhancedPacket
        ? read32(bytes, record + 8, this.#isLittle)
        : read16(bytes, record + 8, this.#isLittle)
    const clock = type === Block.simplePacket ? undefined : this.#interfaces[number]?.clock
    return clock?.nanoseconds(bytes, record + 12, this.#isLittle) ?? BigInt(Math.floor(this.time)) * 1000n
  }

  #push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    this.#base = base
    if (this.kind === 'pcap' && this.#header === undefined && to >= FILE_HEADER) {
      this.#header = readHeader(bytes)
      this.prelude = bytes.slice(0, FILE_HEADER)
    }
    return this.#reader.push(bytes, to, base, last)
  }

  open(bytes: Uint8Array): void {
    this.bytes = bytes
  }

  close(): void {}

  take(linkType: number, _bytes: Uint8Array, at: number, end: number, wire: number): void {
    if (this.#isStopped) return
    this.linkType = linkType
    // Small integers stay off the heap.
    this.at = at | 0
    this.end = end | 0
    this.wire = wire | 0
    this.#take(this)
  }

  describe(bytes: Uint8Array, at: number, length: number): void {
    const order = read32(bytes, at, true) === Block.section ? sectionOrder(bytes, at) : undefined
    if (order !== undefined) {
      this.#isLittle = order
      this.#interfaces.length = 0
      this.prelude = new Uint8Array(0)
    } else {
      const described = readInterface(bytes, at, length, this.#isLittle)
      if (described) this.#interfaces.push(described)
    }
    if (this.prelude.length + length > mostPrelude) this.isUnbounded = true
    else this.prelude = Buffer.concat([this.prelude, bytes.subarray(at, at + length)])
  }
}
