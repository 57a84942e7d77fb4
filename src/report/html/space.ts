import { formatAddress, parseAddress } from '../../base/address.ts'
import { contains, type Prefix, parsePrefix, sizeOf } from '../../base/prefix.ts'
import type { DrawnScan, Touch } from '../../detect/finding.ts'

/** What a map is drawn of: the addresses of a block, or the ports of a host. Size is a power of two. */
export interface Space {
  readonly name: string
  readonly unit: readonly [one: string, many: string]
  readonly size: number
  /** The touch's place, 0 to size - 1; undefined where it lies elsewhere. */
  offsetOf(touch: Touch): number | undefined
  nameOf(offset: number): string
}

const mostSpaces = 3
/** A /64 has no map: 4096 cells of 2^52 addresses each show nothing. */
const largest = 2 ** 24

/** The blocks worth a picture, the most touched first; for one host's ports, the ports. */
export function spacesOf({ scan, touches }: DrawnScan): readonly Space[] {
  if (touches.length === 0) return []
  if (scan.shape === 'vertical') return scan.targets.addresses === 1 ? [portSpace(touches)] : []
  const blocks = scan.targets.blocks.map(parsePrefix).filter((block) => block !== undefined)
  return blocks
    .filter((block) => sizeOf(block) >= 4 && sizeOf(block) <= largest)
    .map(addressSpace)
    .map((space) => ({ space, touched: touches.filter((touch) => space.offsetOf(touch) !== undefined).length }))
    .filter(({ touched }) => touched > 0)
    .sort((a, b) => b.touched - a.touched)
    .slice(0, mostSpaces)
    .map(({ space }) => space)
}

export function addressSpace(block: Prefix): Space {
  const [b0, b1, b2, b3] = block.address
  const size = sizeOf(block)
  return {
    name: `${formatAddress(b0, b1, b2, b3)}/${block.bits - (b2 === 0xffff && b0 === 0 && b1 === 0 ? 96 : 0)}`,
    unit: ['address', 'addresses'],
    size,
    offsetOf(touch) {
      const address = parseAddress(touch.address)
      return address && contains(block, ...address) ? address[3] - b3 : undefined
    },
    nameOf: (offset) => formatAddress(b0, b1, b2, b3 + offset),
  }
}

function portSpace(touches: readonly Touch[]): Space {
  const low = touches.every(({ port }) => port < 1024)
  return {
    name: low ? 'ports 0 to 1023' : 'ports 0 to 65535',
    unit: ['port', 'ports'],
    size: low ? 1024 : 65_536,
    offsetOf: ({ port }) => port,
    nameOf: (offset) => `port ${offset}`,
  }
}
