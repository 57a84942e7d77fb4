/**
 * Cuts a classic capture file (libpcap savefile format, pcap-savefile(5), and the draft draft-ietf-opsawg-pcap) into
 * records.
 */
import { read32 } from './read32.ts'

export const FILE_HEADER = 24

/** No capture program keeps more of a packet (libpcap's MAXIMUM_SNAPLEN): a longer record is damage. */
export const MAX_CAPTURED = 262144

/**
 * The longest record that the search after damage accepts. Small beside a window, so that a hostile input cannot make
 * the search wait for more bytes at every place.
 */
const MAX_RESUMED = 65536

/** What the file header says. */
export interface PcapHeader {
  readonly isLittle: boolean
  /** Sub-second units in a second. */
  readonly perSecond: number
  /** Length of a record header in bytes. */
  readonly recordHeader: number
  readonly linkType: number
}

/** Magic numbers as read big-endian, with those of byte-swapped files. The third is Kuznetzov's variant. */
const magics = new Map<number, Omit<PcapHeader, 'linkType'>>([
  [0xa1b2c3d4, { isLittle: false, perSecond: 1e6, recordHeader: 16 }],
  [0xd4c3b2a1, { isLittle: true, perSecond: 1e6, recordHeader: 16 }],
  [0xa1b23c4d, { isLittle: false, perSecond: 1e9, recordHeader: 16 }],
  [0x4d3cb2a1, { isLittle: true, perSecond: 1e9, recordHeader: 16 }],
  [0xa1b2cd34, { isLittle: false, perSecond: 1e6, recordHeader: 24 }],
  [0x34cdb2a1, { isLittle: true, perSecond: 1e6, recordHeader: 24 }],
])

/** True if `head` starts with the magic number of a capture file. */
export function isPcap(head: Uint8Array): boolean {
  return head.length >= 4 && magics.has(read32(head, 0, false))
}

/** Reads the file header; undefined if it is none. The window holds at least `FILE_HEADER` bytes. */
export function readHeader(bytes: Uint8Array): PcapHeader | undefined {
  const known = magics.get(read32(bytes, 0, false))
  // The upper 16 bits of the link type say how long the frame check sequence is.
  return known && { ...known, linkType: read32(bytes, 20, known.isLittle) & 0xffff }
}

/** The longest step in time, in seconds, that a record found by `resynchronise` may make from the last good one. */
const MAX_STEP = 86400

/**
 * Finds the next record after damage: the first place from `at` on that looks like a record header and is followed by
 * another, or by the end of the input.
 *
 * @param second time of the last good record; negative if there was none
 * @returns its place; where the search stopped for want of bytes, `-1 - place`
 */
export function resynchronise(
  header: PcapHeader,
  bytes: Uint8Array,
  at: number,
  to: number,
  second: number,
  last: boolean,
): number {
  for (let place = at; place + header.recordHeader <= to; place++) {
    if (!isPlausible(header, bytes, place, second)) continue
    const next = place + header.recordHeader + read32(bytes, place + 8, header.isLittle)
    if (next + header.recordHeader <= to) {
      if (isPlausible(header, bytes, next, second)) return place
    } else if (!last) return -1 - place
    else if (next === to) return place
  }
  return -1 - Math.max(at, to - header.recordHeader + 1)
}

function isPlausible(header: PcapHeader, bytes: Uint8Array, at: number, second: number): boolean {
  const captured = read32(bytes, at + 8, header.isLittle)
  if (captured === 0 || captured > MAX_RESUMED) return false
  const wire = read32(bytes, at + 12, header.isLittle)
  if (wire < captured || wire > MAX_CAPTURED) return false
  if (read32(bytes, at + 4, header.isLittle) >= header.perSecond) return false
  return second < 0 || Math.abs(read32(bytes, at, header.isLittle) - second) <= MAX_STEP
}

/** No record header says this, unless it is zeros or anything but a record header. */
export function isDamaged(captured: number, second: number, fraction: number): boolean {
  return captured > MAX_CAPTURED || (captured | second | fraction) === 0
}
