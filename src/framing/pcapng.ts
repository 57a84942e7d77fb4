/** Cuts a pcapng file into blocks (draft-ietf-opsawg-pcapng) and reads those that describe the others. */
import { PcapngClock } from './pcapng-clock.ts'
import { read32 } from './read32.ts'

export const Block = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const

/** Type, length and the length again. */
export const SMALLEST_BLOCK = 12
/** Up to here a block is read as a whole: a packet of libpcap's greatest snaplen with its options. Others are skipped. */
export const LARGEST_BLOCK = 262144 + 65536
/** The longest block that the search after damage accepts; small beside a window, as in `pcap.ts`. */
const LARGEST_RESUMED = 65536
/** Types that the search after damage accepts: 1 to 6 of the standard, and the section header. */
const LAST_COMMON_TYPE = 6

const BYTE_ORDER = 0x1a2b3c4d

/** What an interface description block says. */
export interface Interface {
  readonly linkType: number
  /** Bytes of a packet that were kept at most; 0 = all. */
  readonly snapLength: number
  readonly clock: PcapngClock
}

/** True if `head` starts with a section header block. */
export function isPcapng(head: Uint8Array): boolean {
  return (
    head.length >= SMALLEST_BLOCK && read32(head, 0, false) === Block.section && sectionOrder(head, 0) !== undefined
  )
}

/** Byte order of the section whose header block stands at `at`: true if little-endian, undefined if neither. */
export function sectionOrder(bytes: Uint8Array, at: number): boolean | undefined {
  if (read32(bytes, at + 8, true) === BYTE_ORDER) return true
  return read32(bytes, at + 8, false) === BYTE_ORDER ? false : undefined
}

/** True if the block of `length` bytes at `at` ends with its length, as it must. */
export function isClosed(bytes: Uint8Array, at: number, length: number, isLittle: boolean): boolean {
  return read32(bytes, at + length - 4, isLittle) === length
}

/** Reads the interface description block `bytes[at, at + length)`; undefined if it is too short. */
export function readInterface(bytes: Uint8Array, at: number, length: number, isLittle: boolean): Interface | undefined {
  if (length < 20) return undefined
  return {
    linkType: read16(bytes, at + 8, isLittle),
    snapLength: read32(bytes, at + 12, isLittle),
    clock: readClock(bytes, at + 16, at + length - 4, isLittle),
  }
}

const Option = { end: 0, resolution: 9, offset: 14 } as const

function readClock(bytes: Uint8Array, from: number, to: number, isLittle: boolean): PcapngClock {
  let resolution = 6
  let seconds = 0
  for (let at = from; at + 4 <= to; ) {
    const code = read16(bytes, at, isLittle)
    const length = read16(bytes, at + 2, isLittle)
    if (code === Option.end || at + 4 + length > to) break
    if (code === Option.resolution && length >= 1) resolution = bytes[at + 4]!
    if (code === Option.offset && length === 8) {
      const high = read32(bytes, at + (isLittle ? 8 : 4), isLittle) | 0
      seconds = high * 2 ** 32 + read32(bytes, at + (isLittle ? 4 : 8), isLittle)
    }
    at += 4 + ((length + 3) & ~3)
  }
  return new PcapngClock(resolution, seconds)
}

/**
 * Finds the next block after damage: the first place from `at` on with a common type and the same length before and after.
 *
 * @returns its place; where the search stopped for want of bytes, `-1 - place`
 */
export function resynchronise(bytes: Uint8Array, at: number, to: number, isLittle: boolean, last: boolean): number {
  for (let place = at; place + SMALLEST_BLOCK <= to; place++) {
    const type = read32(bytes, place, isLittle)
    const isSection = type === Block.section
    if (!isSection && (type === 0 || type > LAST_COMMON_TYPE)) continue
    const order = isSection ? sectionOrder(bytes, place) : isLittle
    if (order === undefined) continue
    const length = read32(bytes, place + 4, order)
    if (length < SMALLEST_BLOCK || length > LARGEST_RESUMED || length % 4 !== 0) continue
    if (place + length <= to) {
      if (isClosed(bytes, place, length, order)) return place
    } else if (!last) return -1 - place
  }
  return -1 - Math.max(at, to - SMALLEST_BLOCK + 1)
}

export function read16(bytes: Uint8Array, at: number, isLittle: boolean): number {
  return isLittle ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!
}
