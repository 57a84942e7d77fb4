/**
 * Where the fields of the record at hand stand, relative to its first byte: filled once from a template, or anew for each
 * record of a template with fields of variable length.
 */
import { Clock, Slot, slotCount } from './element.ts'

/** What a template's records are to us. */
export const Content = { other: 0, options: 1, flow: 2, section: 3 } as const

/** Places that few templates fill. */
const special = [
  ...[Slot.natEvent, Slot.firewallEvent, Slot.forwarding, Slot.mappedSrc4, Slot.replyPackets, Slot.replyBytes],
  ...[Slot.boot, Slot.durationMs, Slot.durationUs, Slot.ttl, Slot.biflow],
]

/** Places and their lengths that `isUsual` asks for. */
const usual = [
  [Slot.src4, 4],
  [Slot.dst4, 4],
  [Slot.srcPort, 2],
  [Slot.dstPort, 2],
  [Slot.protocol, 1],
] as const
const counts = [Slot.packets, Slot.bytes] as const

export class Layout {
  /** By `Slot`; -1 where the record has none. */
  readonly at = new Int32Array(slotCount)
  readonly size = new Uint16Array(slotCount)
  content: number = Content.other
  startClock = 0
  endClock = 0
  /** Protocol of records that do not say theirs. */
  protocol = 0
  /** Marks of every record. */
  marks = 0
  /** Length of a record, or of the shortest where `isVariable`. */
  length = 0
  isVariable = false

  /** False where records tell more than ends, times and counts of one direction. */
  isPlain = true
  /** Whether start and end are uptimes of four bytes. */
  isUptime = false
  /** Whether they are milliseconds since 1970, of eight. */
  isMilli = false

  /** Whether `appendUsual` can read records, and where it finds what they tell, as fields of their own: these are read often. */
  isUsual = false
  src = 0
  dst = 0
  srcPort = 0
  dstPort = 0
  protocolAt = 0
  /** The byte of the flags; -1 where there is none. */
  flagsAt = -1
  /** The lower four bytes of counts, and the upper four; -1 where there are none. */
  packets = 0
  packetsHigh = -1
  bytes = 0
  bytesHigh = -1
  start = 0
  end = 0

  /** Sets what follows from the places; to be called once they are filled. */
  settle(): void {
    this.#settleUsual()
    this.isPlain = !special.some((slot) => this.has(slot))
    this.isUptime = this.#isTimed(Clock.uptime, 4)
    this.isMilli = this.#isTimed(Clock.milli, 8)
    this.isUsual &&= this.isPlain && (this.isUptime || this.isMilli)
  }

  #isTimed(clock: number, size: number): boolean {
    const isThere = this.has(Slot.start) && this.has(Slot.end)
    const isSized = this.size[Slot.start] === size && this.size[Slot.end] === size
    return isThere && isSized && this.startClock === clock && this.endClock === clock
  }

  /** Most templates of most exporters: IPv4 or not told otherwise, and each field as long as it is by default. */
  #settleUsual(): void {
    const { at, size } = this
    const isFour = !this.isVariable && !this.has(Slot.src6)
    const isSized = usual.every(([slot, length]) => at[slot]! >= 0 && size[slot] === length)
    this.isUsual = isFour && isSized && counts.every((slot) => at[slot]! >= 0 && (size[slot] === 4 || size[slot] === 8))
    this.src = at[Slot.src4]!
    this.dst = at[Slot.dst4]!
    this.srcPort = at[Slot.srcPort]!
    this.dstPort = at[Slot.dstPort]!
    this.protocolAt = at[Slot.protocol]!
    this.flagsAt = this.has(Slot.flags) ? at[Slot.flags]! + size[Slot.flags]! - 1 : -1
    this.packets = at[Slot.packets]! + size[Slot.packets]! - 4
    this.packetsHigh = size[Slot.packets] === 8 ? at[Slot.packets]! : -1
    this.bytes = at[Slot.bytes]! + size[Slot.bytes]! - 4
    this.bytesHigh = size[Slot.bytes] === 8 ? at[Slot.bytes]! : -1
    this.start = at[Slot.start]!
    this.end = at[Slot.end]!
  }

  has(slot: number): boolean {
    return this.at[slot]! >= 0
  }
}

/** Hot: the number of up to 8 bytes, of which the last four count; 0 for a field of any other length. */
export function small(view: DataView, at: number, size: number): number {
  switch (size) {
    case 1:
      return view.getUint8(at)
    case 2:
      return view.getUint16(at)
    case 3:
      return (view.getUint16(at) << 8) | view.getUint8(at + 2)
    case 4:
      return view.getUint32(at)
    default:
      return size > 4 && size <= 8 ? view.getUint32(at + size - 4) : 0
  }
}

/** Hot: the unsigned number of up to 8 bytes, which may be any of these (reduced-size encoding, RFC 7011 section 6.2). */
export function readCount(view: DataView, at: number, size: number, out: Float64Array, k: number): void {
  if (size === 4) out[k] = view.getUint32(at)
  else if (size === 8) out[k] = view.getUint32(at) * 4294967296 + view.getUint32(at + 4)
  else if (size < 4) out[k] = small(view, at, size)
  else if (size > 8) out[k] = 0
  else out[k] = small(view, at, size - 4) * 4294967296 + view.getUint32(at + size - 4)
}
