import type { Reader, Sink } from '../format/format.ts'
import { isDecoded } from '../packet/link.ts'
import type { PacketIntake } from './pcap-reader.ts'
import {
  Block,
  type Interface,
  isClosed,
  LARGEST_BLOCK,
  read16,
  readInterface,
  resynchronise,
  SMALLEST_BLOCK,
  sectionOrder,
} from './pcapng.ts'
import { read32 } from './read32.ts'

const MAX_INTERFACES = 65536
const ENHANCED_HEADER = 28
const SIMPLE_HEADER = 12
const noInterface = 'packet of an interface that is not described'
const cutShort = 'the file ends in the middle of a block'

/** Reads the blocks of one pcapng file. */
export class PcapngReader implements Reader {
  readonly #sink: Sink
  readonly #intake: PacketIntake
  readonly #interfaces: Interface[] = []
  #isLittle = true
  /** After damage, until the next block is found. */
  #isLost = false
  /** Bytes still to pass over of a block too large to be read. */
  #skip = 0

  constructor(sink: Sink, intake: PacketIntake) {
    this.#sink = sink
    this.#intake = intake
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    this.#intake.open(bytes)
    let at = 0
    while (at < to) {
      const before = at
      const wasLost = this.#isLost
      if (this.#isLost) at = this.#find(bytes, at, to, last)
      if (!this.#isLost) at = this.#blocks(bytes, at, to, base)
      if (!this.#isLost && last && at < to) this.#lose(base + at, cutShort)
      else if (at === before && this.#isLost === wasLost) break
    }
    if (last && this.#skip > 0) this.#lose(base + to, cutShort)
    this.#intake.close()
    return last ? to : at
  }

  /** Reads whole blocks from `at` on and returns where it stopped: at one that is not whole yet, or at damage. */
  #blocks(bytes: Uint8Array, at: number, to: number, base: number): number {
    for (;;) {
      const skipped = Math.min(this.#skip, to - at)
      this.#skip -= skipped
      at += skipped
      if (to - at < SMALLEST_BLOCK) return at
      if (!this.#isSound(bytes, at, base)) return at
      const length = read32(bytes, at + 4, this.#isLittle)
      if (length > LARGEST_BLOCK) {
        this.#skip = length
        continue
      }
      if (at + length > to) return at
      if (!isClosed(bytes, at, length, this.#isLittle)) {
        this.#lose(base + at, 'block lengths differ')
        return at
      }
      this.#block(bytes, at, length, base)
      at += length
    }
  }

  /** Whether a block's first twelve bytes make sense; a section header's also say the byte order. */
  #isSound(bytes: Uint8Array, at: number, base: number): boolean {
    const type = read32(bytes, at, this.#isLittle)
    if (type === Block.section) {
      const order = sectionOrder(bytes, at)
      if (order === undefined) {
        this.#lose(base + at, 'section header without byte order')
        return false
      }
      this.#isLittle = order
    }
    const length = read32(bytes, at + 4, this.#isLittle)
    const isPacket = type === Block.enhancedPacket || type === Block.simplePacket || type === Block.packet
    const isOdd = length < SMALLEST_BLOCK || length % 4 !== 0 || (isPacket && length > LARGEST_BLOCK)
    if (isOdd) this.#lose(base + at, `block length ${length}`)
    return !isOdd
  }

  /** Reads one whole block. Where its inside makes no sense it is damage; the next one stands where its length says. */
  #block(bytes: Uint8Array, at: number, length: number, base: number): void {
    const { batch, tally } = this.#sink
    batch.recordOffset = base + at
    batch.recordLength = length
    const fault = this.#fault(bytes, at, length, read32(bytes, at, this.#isLittle))
    if (fault !== '') tally.damage(base + at, fault)
  }

  /** Decodes the block of type `type` and returns what is wrong with it; '' if nothing is. */
  #fault(bytes: Uint8Array, at: number, length: number, type: number): string {
    switch (type) {
      case Block.enhancedPacket:
        return this.#enhanced(bytes, at, length, read32(bytes, at + 8, this.#isLittle))
      case Block.packet:
        return this.#enhanced(bytes, at, length, read16(bytes, at + 8, this.#isLittle))
      case Block.simplePacket:
        return this.#simple(bytes, at, length)
      case Block.interface:
        return this.#interface(bytes, at, length)
      case Block.section:
        this.#interfaces.length = 0
        this.#intake.describe?.(bytes, at, length)
        return ''
      default:
        return ''
    }
  }

  /** An enhanced packet block, or the older packet block: they differ in the width of the interface number only. */
  #enhanced(bytes: Uint8Array, at: number, length: number, number: number): string {
    const isLittle = this.#isLittle
    const room = length - ENHANCED_HEADER - 4
    const captured = read32(bytes, at + 20, isLittle)
    if (room < 0 || captured > room) return 'packet block cut short'
    const from = this.#interfaces[number]
    if (!from) return noInterface
    const { frame } = this.#intake
    from.clock.read(bytes, at + 12, isLittle)
    frame.time = from.clock.time
    const start = at + ENHANCED_HEADER
    this.#intake.take(from.linkType, bytes, start, start + captured, read32(bytes, at + 24, isLittle))
    return ''
  }

  /** A simple packet block tells no time: its packet gets that of the packet before it, or 0. */
  #simple(bytes: Uint8Array, at: number, length: number): string {
    const room = length - SIMPLE_HEADER - 4
    if (room < 0) return 'packet block cut short'
    const from = this.#interfaces[0]
    if (!from) return noInterface
    const wire = read32(bytes, at + 8, this.#isLittle)
    const captured = Math.min(wire, room, from.snapLength === 0 ? wire : from.snapLength)
    const start = at + SIMPLE_HEADER
    this.#intake.take(from.linkType, bytes, start, start + captured, wire)
    return ''
  }

  #interface(bytes: Uint8Array, at: number, length: number): string {
    const described = readInterface(bytes, at, length, this.#isLittle)
    if (!described) return 'interface description cut short'
    if (this.#interfaces.length >= MAX_INTERFACES) return 'too many interfaces'
    this.#interfaces.push(described)
    this.#intake.describe?.(bytes, at, length)
    return isDecoded(described.linkType) ? '' : `link type ${described.linkType} is not decoded`
  }

  #lose(offset: number, reason: string): void {
    this.#isLost = true
    this.#sink.tally.damage(offset, reason)
  }

  /** Looks for the next block from `at` on and returns it, or how far the search came. */
  #find(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    const place = resynchronise(bytes, at, to, this.#isLittle, last)
    if (place < 0) return last ? to : -1 - place
    this.#isLost = false
    return place
  }
}
