import { FILE_HEADER, isPcap, MAX_CAPTURED, readHeader } from '../../framing/pcap.ts'
import {
  Block,
  type Interface,
  isPcapng,
  read16,
  readInterface,
  SMALLEST_BLOCK,
  sectionOrder,
} from '../../framing/pcapng.ts'
import { read32 } from '../../framing/read32.ts'
import { Datagrams } from './export-intake.ts'
import { exportLength, isExport } from './header.ts'

/** Packets of a capture that are looked at. */
const mostPackets = 64
/** Surer than a format that could read the same bytes in another way. */
const more = 1.5
const enhancedHeader = 28

/** How sure it is that the head is of export packets back to back. */
export function sniffRaw(head: Uint8Array): number {
  if (!isExport(head, 0, head.length)) return 0
  const length = exportLength(head, 0, head.length, true)
  if (length >= head.length) return 0.8
  return isExport(head, length, head.length) ? 0.95 : 0.7
}

/** How sure it is that the head is of a capture most of whose packets are exports. */
export function sniffCapture(head: Uint8Array): number {
  const votes = new Votes()
  if (isPcap(head)) pcapPackets(head, votes)
  else if (isPcapng(head)) pcapngPackets(head, votes)
  return votes.exports > 0 && 2 * votes.exports > votes.packets ? more : 0
}

class Votes {
  packets = 0
  exports = 0
  readonly #datagrams = new Datagrams()

  /** @returns whether more packets are wanted */
  cast(linkType: number, bytes: Uint8Array, from: number, to: number): boolean {
    this.packets++
    const datagrams = this.#datagrams
    const isDatagram = datagrams.read(linkType, bytes, from, to, to - from)
    if (isDatagram && isExport(bytes, datagrams.from, datagrams.to)) this.exports++
    return this.packets < mostPackets
  }
}

function pcapPackets(head: Uint8Array, votes: Votes): void {
  const header = head.length < FILE_HEADER ? undefined : readHeader(head)
  if (!header) return
  for (let at = FILE_HEADER; at + header.recordHeader <= head.length; ) {
    const captured = read32(head, at + 8, header.isLittle)
    const from = at + header.recordHeader
    if (captured > MAX_CAPTURED || from + captured > head.length) return
    if (!votes.cast(header.linkType, head, from, from + captured)) return
    at = from + captured
  }
}

function pcapngPackets(head: Uint8Array, votes: Votes): void {
  const interfaces: (Interface | undefined)[] = []
  let isLittle = sectionOrder(head, 0) === true
  for (let at = 0; at + SMALLEST_BLOCK <= head.length; ) {
    const type = read32(head, at, isLittle)
    if (type === Block.section) isLittle = sectionOrder(head, at) === true
    const length = read32(head, at + 4, isLittle)
    if (length < SMALLEST_BLOCK || length % 4 !== 0 || at + length > head.length) return
    if (type === Block.interface && interfaces.length < mostPackets) {
      interfaces.push(readInterface(head, at, length, isLittle))
    } else if ((type === Block.enhancedPacket || type === Block.packet) && length > enhancedHeader) {
      const number = type === Block.packet ? read16(head, at + 8, isLittle) : read32(head, at + 8, isLittle)
      const from = at + enhancedHeader
      const to = Math.min(from + read32(head, at + 20, isLittle), at + length - 4)
      const linkType = interfaces[number]?.linkType
      if (linkType !== undefined && !votes.cast(linkType, head, from, to)) return
    }
    at += length
  }
}
