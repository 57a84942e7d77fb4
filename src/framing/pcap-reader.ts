import type { Ahead, Reader, Sink } from '../format/format.ts'
import type { Frame } from '../packet/frame.ts'
import { isDecoded } from '../packet/link.ts'
import { FILE_HEADER, isDamaged, type PcapHeader, readHeader, resynchronise } from './pcap.ts'
import { read32 } from './read32.ts'

/** What is done with the packets of a capture (`packet/intake.ts` decodes them). */
export interface PacketIntake {
  /** The packet at hand; its time is set before `take`. */
  readonly frame: Frame
  /** The window that the following packets stand in. */
  open(bytes: Uint8Array): void
  /** The window is about to move. */
  close(): void
  /** @param wire length of the packet `bytes[at, end)` on the wire */
  take(linkType: number, bytes: Uint8Array, at: number, end: number, wire: number): void
  /** A block of a pcapng file, `bytes[at, at + length)`, that describes the packets after it: a section or an interface. */
  describe?(bytes: Uint8Array, at: number, length: number): void
}

const cutShort = 'the file ends in the middle of a packet'

/** Reads the records of one classic capture file. */
export class PcapReader implements Reader, Ahead {
  readonly #sink: Sink
  readonly #intake: PacketIntake
  #header: PcapHeader | undefined
  /** Time of the last record, in seconds; -1 before the first. */
  #second = -1
  /** After damage, until the next record is found. */
  #isLost = false
  #isUnreadable = false

  constructor(sink: Sink, intake: PacketIntake, header: PcapHeader | undefined) {
    this.#sink = sink
    this.#intake = intake
    this.#header = header
  }

  get ahead(): Ahead {
    return this
  }

  state(): PcapHeader | undefined {
    return this.#header
  }

  /** Fragments of one packet may stand far apart. */
  get isEntangled(): boolean {
    return this.#intake.frame.fragments.isUsed
  }

  pass(bytes: Uint8Array, to: number): number {
    if (!this.#header || this.#isLost) return 0
    const { isLittle, recordHeader } = this.#header
    let at = 0
    while (at + recordHeader <= to) {
      const captured = read32(bytes, at + 8, isLittle)
      const second = read32(bytes, at, isLittle)
      if (isDamaged(captured, second, read32(bytes, at + 4, isLittle)) || at + recordHeader + captured > to) break
      this.#second = second
      at += recordHeader + captured
    }
    return at
  }

  again(bytes: Uint8Array, to: number, base: number): void {
    const second = this.#second
    this.push(bytes, to, base, false)
    this.#second = second
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    this.#intake.open(bytes)
    let at = this.#header || this.#isUnreadable ? 0 : this.#open(bytes, to, base, last)
    if (this.#isUnreadable) return to
    while (this.#header && at < to) {
      const before = at
      const wasLost = this.#isLost
      if (this.#isLost) at = this.#find(this.#header, bytes, at, to, last)
      if (!this.#isLost) at = this.#records(this.#header, bytes, at, to, base)
      if (!this.#isLost && last && at < to) this.#lose(base + at, cutShort)
      else if (at === before && this.#isLost === wasLost) break
    }
    this.#intake.close()
    return last ? to : at
  }

  /** Reads the file header; 0 where more of it must come first. */
  #open(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    if (to < FILE_HEADER && !last) return 0
    this.#header = to < FILE_HEADER ? undefined : readHeader(bytes)
    if (this.#header) {
      const { linkType } = this.#header
      if (!isDecoded(linkType)) this.#sink.tally.damage(base, `link type ${linkType} is not decoded`)
      return FILE_HEADER
    }
    this.#isUnreadable = true
    if (to > 0) this.#sink.tally.damage(base, 'not the header of a capture file')
    return to
  }

  /** Decodes whole records from `at` on and returns where it stopped: at one that is not whole yet, or at damage. */
  #records(header: PcapHeader, bytes: Uint8Array, at: number, to: number, base: number): number {
    const intake = this.#intake
    const batch = this.#sink.batch
    const { isLittle, recordHeader, linkType } = header
    const microseconds = 1e6 / header.perSecond
    while (at + recordHeader <= to) {
      const captured = read32(bytes, at + 8, isLittle)
      const second = read32(bytes, at, isLittle)
      const fraction = read32(bytes, at + 4, isLittle)
      if (isDamaged(captured, second, fraction)) {
        this.#lose(base + at, captured === 0 ? 'empty record' : `record length ${captured}`)
        return at
      }
      const start = at + recordHeader
      const end = start + captured
      if (end > to) return at
      this.#second = second
      intake.frame.time = second * 1e6 + fraction * microseconds
      batch.recordOffset = base + at
      batch.recordLength = recordHeader + captured
      intake.take(linkType, bytes, start, end, read32(bytes, at + 12, isLittle))
      at = end
    }
    return at
  }

  #lose(offset: number, reason: string): void {
    this.#isLost = true
    this.#sink.tally.damage(offset, reason)
  }

  /** Looks for the next record from `at` on and returns it, or how far the search came. */
  #find(header: PcapHeader, bytes: Uint8Array, at: number, to: number, last: boolean): number {
    const place = resynchronise(header, bytes, at, to, this.#second, last)
    if (place < 0) return last ? to : -1 - place
    this.#isLost = false
    return place
  }
}
