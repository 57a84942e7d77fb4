import type { Address } from '../../base/address.ts'
import { contains, type Prefix } from '../../base/prefix.ts'
import { PrefixTable } from '../../base/prefix-table.ts'
import { canonicalNetwork, carriedNetwork, prefixOf } from '../network.ts'

/** A network that is never blocked, and whose it is. */
export interface ProtectedNetwork {
  readonly network: string
  /** As it is read in a sentence: `our own network`, `the allowlist (nessus-weekly)`. */
  readonly why: string
}

/** Never a source on the Internet, hence ours or nobody's (RFC 1918, 4193, 6598, 6890 and its registries), or shared by a whole link (RFC 5771, 4291). */
const everywhere: readonly ProtectedNetwork[] = [
  { network: '10.0.0.0/8', why: 'private addresses' },
  { network: '172.16.0.0/12', why: 'private addresses' },
  { network: '192.168.0.0/16', why: 'private addresses' },
  { network: 'fc00::/7', why: 'private addresses' },
  { network: '100.64.0.0/10', why: "addresses behind a provider's NAT" },
  { network: '0.0.0.0/8', why: 'this network (RFC 791)' },
  { network: '127.0.0.0/8', why: 'loopback' },
  { network: '169.254.0.0/16', why: 'link-local addresses' },
  { network: '224.0.0.0/4', why: 'multicast' },
  { network: '240.0.0.0/4', why: 'reserved addresses and broadcast' },
  { network: '::/127', why: 'loopback and the unspecified address' },
  { network: 'fe80::/10', why: 'link-local addresses' },
  { network: 'ff00::/8', why: 'multicast' },
]

/** Networks that no block may touch, asked by overlap in either direction. */
export class Protected {
  readonly #networks: readonly { readonly prefix: Prefix; readonly why: string; readonly network: string }[]
  readonly #table = new PrefixTable()

  /** @throws TypeError for what is no network: a protection that cannot be read must not be passed over */
  constructor(given: readonly ProtectedNetwork[]) {
    this.#networks = [...everywhere, ...given]
      .map(({ network, why }) => {
        const canonical = canonicalNetwork(network)
        if (canonical === undefined) throw new TypeError(`${network} is no network that can be protected`)
        return { prefix: prefixOf(canonical), why, network: canonical }
      })
      .sort((x, y) => compare(x.prefix.address, y.prefix.address) || y.prefix.bits - x.prefix.bits)
    for (const [k, { prefix }] of this.#networks.entries()) this.#table.add(prefix, k)
  }

  get size(): number {
    return this.#networks.length
  }

  /** A protected network that has an address in common with this one, also one that IPv6 only carries. */
  touching(block: Prefix): ProtectedNetwork | undefined {
    const found = this.#overlapping(block)
    if (found !== undefined) return found
    const carried = carriedNetwork(block)
    if (carried?.bits === 96) return { network: '0.0.0.0/0', why: 'it carries all of IPv4, and what is ours of it' }
    return carried && this.#overlapping(carried)
  }

  #overlapping(block: Prefix): ProtectedNetwork | undefined {
    const holder = this.#table.find(...block.address)
    if (holder >= 0) return this.#networks[holder]
    // Else none holds its first address: one that overlaps begins inside it.
    const next = this.#networks[this.#firstFrom(block.address)]
    return next !== undefined && contains(block, ...next.prefix.address) ? next : undefined
  }

  /** Place of the first network that begins at an address or behind it. */
  #firstFrom(address: Address): number {
    let low = 0
    let high = this.#networks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(this.#networks[middle]?.prefix.address as Address, address) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function compare(x: Address, y: Address): number {
  for (let k = 0; k < 4; k++) {
    const difference = (x[k] as number) - (y[k] as number)
    if (difference !== 0) return difference
  }
  return 0
}
