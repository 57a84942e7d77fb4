import { type Address, parseAddress } from '../base/address.ts'

/** Addresses in order, runs of three or more drawn together: `192.0.2.10-192.0.2.19`. Text that is no address comes last. */
export function addressRanges(addresses: readonly string[]): readonly string[] {
  const known = [...new Set(addresses)].map((text) => ({ text, address: parseAddress(text) }))
  const sorted = known
    .filter((item): item is Parsed => item.address !== undefined)
    .sort((a, b) => compare(a.address, b.address))
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let j = i
    while (follows(sorted[j], sorted[j + 1])) j++
    if (j - i >= 2) parts.push(`${sorted[i]?.text}-${sorted[j]?.text}`)
    else parts.push(...sorted.slice(i, j + 1).map(({ text }) => text))
    i = j + 1
  }
  return [...parts, ...known.filter(({ address }) => address === undefined).map(({ text }) => text)]
}

interface Parsed {
  readonly text: string
  readonly address: Address
}

/** Numerical order; IPv4 before IPv6, as it is mapped low. */
export function compare(a: Address, b: Address): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

function follows(one: Parsed | undefined, next: Parsed | undefined): boolean {
  if (!one || !next) return false
  const [a, b] = [one.address, next.address]
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] + 1 === b[3]
}
