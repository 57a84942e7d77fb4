import { type Address, isIpv4 } from '../../base/address.ts'
import { addressOf, numberOf } from '../../base/address-range.ts'
import type { Prefix } from '../../base/prefix.ts'

/** Addresses from one to another, both among them. */
export interface UnusedRange {
  readonly first: Address
  readonly last: Address
}

/**
 * The addresses of networks that nothing is known to use. Of an IPv4 network the first and the last are left out: they stand for the
 * network and for everybody in it.
 * @param used addresses and networks in use
 */
export function unusedRanges(networks: readonly Prefix[], used: readonly Prefix[]): UnusedRange[] {
  const taken = merged(used.map(ends))
  return merged(networks.map(usable).filter(([first, last]) => first <= last)).flatMap(([first, last]) => {
    const gaps: UnusedRange[] = []
    let at = first
    // Merged ranges are in order: those that end before the network are passed over quickly.
    for (let k = firstEndingAt(taken, first); k < taken.length && at <= last; k++) {
      const [from, to] = taken[k] as [bigint, bigint]
      if (from > last) break
      if (from > at) gaps.push(range(at, from - 1n))
      at = to + 1n
    }
    if (at <= last) gaps.push(range(at, last))
    return gaps
  })
}

export function sizeOfRanges(ranges: readonly UnusedRange[]): bigint {
  return ranges.reduce((sum, { first, last }) => sum + numberOf(last) - numberOf(first) + 1n, 0n)
}

function range(first: bigint, last: bigint): UnusedRange {
  return { first: addressOf(first), last: addressOf(last) }
}

function ends({ address, bits }: Prefix): [bigint, bigint] {
  const first = numberOf(address)
  return [first, first + (1n << BigInt(128 - bits)) - 1n]
}

function usable(network: Prefix): [bigint, bigint] {
  const [first, last] = ends(network)
  return isIpv4(network.address) && network.bits <= 126 ? [first + 1n, last - 1n] : [first, last]
}

/** In order, those that overlap or touch as one. */
function merged(ranges: readonly [bigint, bigint][]): [bigint, bigint][] {
  const sorted = [...ranges].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const result: [bigint, bigint][] = []
  for (const [first, last] of sorted) {
    const before = result.at(-1)
    if (before === undefined || first > before[1] + 1n) result.push([first, last])
    else if (last > before[1]) before[1] = last
  }
  return result
}

function firstEndingAt(ranges: readonly [bigint, bigint][], at: bigint): number {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle] as [bigint, bigint])[1] < at) low = middle + 1
    else high = middle
  }
  return low
}
