import { type Address, formatAddress, isIpv4 } from '../base/address.ts'
import { contains, formatPrefix, type Prefix, parsePrefix } from '../base/prefix.ts'

/**
 * A network as blocks name it: host bits clear, IPv4 never written as mapped IPv6 (`::ffff:203.0.113.7` is `203.0.113.7/32`: a rule for the
 * mapped form would match no packet). Undefined for what is no network, and for IPv6 networks that span the mapped space.
 */
export function canonicalNetwork(text: string): string | undefined {
  const prefix = parsePrefix(text)
  if (prefix === undefined || (isIpv4(prefix.address) && prefix.bits < 96)) return undefined
  return formatPrefix(prefix)
}

export function prefixOf(network: string): Prefix {
  const prefix = parsePrefix(network)
  if (prefix === undefined) throw new TypeError(`${network} is no network`)
  return prefix
}

export function isIpv4Network({ address, bits }: Prefix): boolean {
  return bits >= 96 && isIpv4(address)
}

/** Length as it is written: of 32 in IPv4, of 128 in IPv6. */
export function writtenBits(prefix: Prefix): number {
  return isIpv4Network(prefix) ? prefix.bits - 96 : prefix.bits
}

export function overlaps(one: Prefix, other: Prefix): boolean {
  return one.bits <= other.bits ? contains(one, ...other.address) : contains(other, ...one.address)
}

/** The network without its length where it is one address. */
export function shortNetwork(network: string): string {
  return network.replace(/(?<=\..*)\/32$|(?<=:.*)\/128$/, '')
}

/**
 * The IPv4 network behind an IPv6 one that only carries it: 6to4 (RFC 3056, 2002::/16), NAT64 (RFC 6052, 64:ff9b::/96; RFC 8215, 64:ff9b:1::/48) and the client
 * of Teredo (RFC 4380, 2001::/32, inverted). Who blocks one of these blocks the machine of that IPv4 address.
 */
export function carriedNetwork({ address, bits }: Prefix): Prefix | undefined {
  const [a, b, c, d] = address
  const v4 = (word: number, at: number): Prefix | undefined => {
    const length = Math.min(32, bits - at)
    return length < 0 ? undefined : { address: [0, 0, 0xffff, maskTo(word, length)], bits: 96 + length }
  }
  if (a >>> 16 === 0x2002) return v4(((a << 16) | (b >>> 16)) >>> 0, 16)
  if (a === 0x64ff9b && b === 0 && c === 0) return v4(d, 96)
  if (a === 0x64ff9b && b >>> 16 === 1) return v4(d, 96)
  if (a === 0x20010000) return v4(~d >>> 0, 96)
  return undefined
}

function maskTo(word: number, length: number): number {
  return length === 0 ? 0 : (word & (-1 << (32 - length))) >>> 0
}

/** The /64 of an IPv6 address, where its sender turns through addresses; an IPv4 address stays what it is. */
export function ownerNetwork(address: Address): string {
  if (isIpv4(address)) return `${formatAddress(...address)}/32`
  return formatPrefix({ address: [address[0], address[1], 0, 0], bits: 64 })
}
