import { type Address, isIpv4 } from '../../base/address.ts'
import { parsePrefix } from '../../base/prefix.ts'
import { PrefixTable } from '../../base/prefix-table.ts'
import type { AddressScope } from '../intel.ts'

/** A block of the special-purpose registries of IANA (RFC 6890, RFC 8190), with the document that set it aside. */
export interface SpecialBlock {
  readonly network: string
  readonly scope: AddressScope
  readonly name: string
  readonly rfc: string
}

function block(network: string, scope: AddressScope, name: string, rfc: string): SpecialBlock {
  return { network, scope, name, rfc }
}

/**
 * IPv4 and IPv6 special-purpose address registries, multicast, and what of IPv6 is not allocated. The longest block counts: within
 * blocks that are set aside stand some that are reached from everywhere.
 */
export const specialBlocks: readonly SpecialBlock[] = [
  block('0.0.0.0/8', 'reserved', 'this network', 'RFC 791'),
  block('10.0.0.0/8', 'private', 'private use', 'RFC 1918'),
  block('100.64.0.0/10', 'shared', 'shared by customers of carriers', 'RFC 6598'),
  block('127.0.0.0/8', 'loopback', 'loopback', 'RFC 1122'),
  block('169.254.0.0/16', 'link-local', 'link-local', 'RFC 3927'),
  block('172.16.0.0/12', 'private', 'private use', 'RFC 1918'),
  block('192.0.0.0/24', 'reserved', 'protocol assignments', 'RFC 6890'),
  block('192.0.0.9/32', 'public', 'Port Control Protocol anycast', 'RFC 7723'),
  block('192.0.0.10/32', 'public', 'TURN anycast', 'RFC 8155'),
  block('192.0.2.0/24', 'documentation', 'TEST-NET-1', 'RFC 5737'),
  block('192.31.196.0/24', 'public', 'AS112', 'RFC 7535'),
  block('192.52.193.0/24', 'public', 'AMT', 'RFC 7450'),
  block('192.88.99.0/24', 'reserved', '6to4 relay anycast, given up', 'RFC 7526'),
  block('192.168.0.0/16', 'private', 'private use', 'RFC 1918'),
  block('192.175.48.0/24', 'public', 'AS112', 'RFC 7534'),
  block('198.18.0.0/15', 'benchmarking', 'benchmarking', 'RFC 2544'),
  block('198.51.100.0/24', 'documentation', 'TEST-NET-2', 'RFC 5737'),
  block('203.0.113.0/24', 'documentation', 'TEST-NET-3', 'RFC 5737'),
  block('224.0.0.0/4', 'multicast', 'multicast', 'RFC 5771'),
  block('240.0.0.0/4', 'reserved', 'reserved for the future', 'RFC 1112'),
  block('255.255.255.255/32', 'reserved', 'limited broadcast', 'RFC 8190'),
  // Only 2000::/3 is allocated (RFC 4291, section 2.4); all else of IPv6 that is not below is reserved.
  block('::/1', 'reserved', 'not allocated', 'RFC 4291'),
  block('8000::/1', 'reserved', 'not allocated', 'RFC 4291'),
  block('2000::/3', 'public', 'global unicast', 'RFC 4291'),
  block('::/128', 'reserved', 'the unspecified address', 'RFC 4291'),
  block('::1/128', 'loopback', 'loopback', 'RFC 4291'),
  block('64:ff9b::/96', 'public', 'IPv4 behind NAT64', 'RFC 6052'),
  block('64:ff9b:1::/48', 'private', 'IPv4 behind a local translator', 'RFC 8215'),
  block('100::/64', 'reserved', 'discard-only', 'RFC 6666'),
  block('100:0:0:1::/64', 'reserved', 'dummy prefix', 'RFC 9780'),
  block('2001::/23', 'reserved', 'protocol assignments', 'RFC 2928'),
  block('2001::/32', 'public', 'Teredo', 'RFC 4380'),
  block('2001:1::1/128', 'public', 'Port Control Protocol anycast', 'RFC 7723'),
  block('2001:1::2/128', 'public', 'TURN anycast', 'RFC 8155'),
  block('2001:1::3/128', 'public', 'DNS-SD service registration anycast', 'RFC 9665'),
  block('2001:2::/48', 'benchmarking', 'benchmarking', 'RFC 5180'),
  block('2001:3::/32', 'public', 'AMT', 'RFC 7450'),
  block('2001:4:112::/48', 'public', 'AS112', 'RFC 7535'),
  block('2001:10::/28', 'reserved', 'ORCHID, given up', 'RFC 4843'),
  block('2001:20::/28', 'public', 'ORCHIDv2', 'RFC 7343'),
  block('2001:30::/28', 'public', 'drone remote identification', 'RFC 9374'),
  block('2001:db8::/32', 'documentation', 'documentation', 'RFC 3849'),
  block('2620:4f:8000::/48', 'public', 'AS112', 'RFC 7534'),
  block('3fff::/20', 'documentation', 'documentation', 'RFC 9637'),
  block('5f00::/16', 'reserved', 'segment identifiers of SRv6', 'RFC 9602'),
  block('fc00::/7', 'private', 'unique local', 'RFC 4193'),
  block('fe80::/10', 'link-local', 'link-local', 'RFC 4291'),
  block('fec0::/10', 'private', 'site-local, given up', 'RFC 3879'),
  block('ff00::/8', 'multicast', 'multicast', 'RFC 4291'),
]

const table = new PrefixTable()
const lengths = specialBlocks.map(({ network }, place) => {
  const prefix = parsePrefix(network)
  if (prefix === undefined) throw new Error(`${network} is no network`)
  table.add(prefix, place)
  return prefix.bits
})

/** What an address is by the registries; with the block and its length (of 128 bits), where it is set aside for something. */
export function scopeOf(address: Address): {
  readonly scope: AddressScope
  readonly block: SpecialBlock | null
  readonly bits: number
} {
  const place = table.find(...address)
  const found = specialBlocks[place]
  // IPv4 lies mapped inside IPv6 (::ffff:0:0/96); what IPv6 leaves unallocated around it says nothing of it.
  const isOfIpv6 = isIpv4(address) && (lengths[place] ?? 0) < 96
  if (found === undefined || found.network === '2000::/3' || isOfIpv6) return { scope: 'public', block: null, bits: -1 }
  return { scope: found.scope, block: found, bits: lengths[place] ?? -1 }
}
