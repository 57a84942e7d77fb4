import { type Address, formatAddress, isIpv4 } from '../base/address.ts'
import { contains, formatPrefix, type Prefix, parsePrefix, truncate } from '../base/prefix.ts'

/**
 * A network as blocks name it: host bits clear, IPv4 never written as mapped IPv6 (`::ffff:203.0.113.7` is `203.0.113.7/32`: a rule for the
 * mapped form would match no packet). Undefined for what is no network, and for IPv6 networks that span the mapped space.
 */
export function canonicalNetwork(text: string): string | undefined {
  if (remembered.has(text)) return text
  const prefix = parsePrefix(text)
  if (prefix === undefined || (isIpv4(prefix.address) && prefix.bits < 96)) return undefined
  const canonical = formatPrefix(prefix)
  if (remembered.size >= mostRemembered) remembered.clear()
  // Ours, not the text: that may be a part of a listing, which would stay in memory as a whole.
  remembered.add(canonical)
  return canonical
}

/** In canonical form. The same hundred thousand networks are looked at with every change and every listing. */
const remembered = new Set<string>()
const mostRemembered = 262_144

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

/** Networks of IPv6 that only carry IPv4, and the bit at which the carried address begins. */
const carriers = [
  // 6to4 (RFC 3056).
  { network: '2002::/16', at: 16, isInverted: false },
  // NAT64 (RFC 6052, 8215).
  { network: '64:ff9b::/96', at: 96, isInverted: false },
  { network: '64:ff9b:1::/48', at: 96, isInverted: false },
  // IPv4-compatible addresses (RFC 4291, given up).
  { network: '::/96', at: 96, isInverted: false },
  // The client of Teredo (RFC 4380).
  { network: '2001::/32', at: 96, isInverted: true },
].map(({ network, ...rest }) => ({ ...rest, prefix: prefixOf(network) }))

/**
 * The IPv4 network behind an IPv6 one that only carries it. Who blocks one of these blocks the machines of these IPv4 addresses: behind `64:ff9b::/64` is all of
 * IPv4.
 */
export function carriedNetwork(network: Prefix): Prefix | undefined {
  const carrier = carriers.find(({ prefix }) => overlaps(prefix, network))
  if (carrier === undefined) return isatapNetwork(network)
  const { at, isInverted } = carrier
  const [a, b, , d] = network.address
  const word = at === 16 ? (a << 16) | (b >>> 16) : d
  const length = Math.max(0, Math.min(32, network.bits - at))
  return truncate([0, 0, 0xffff, (isInverted ? ~word : word) >>> 0], 96 + length)
}

/** ISATAP (RFC 5214): an interface identifier 0:5efe or 200:5efe before an IPv4 address. */
function isatapNetwork({ address, bits }: Prefix): Prefix | undefined {
  const [, , c, d] = address
  if (bits < 96 || (c & ~0x0200_0000) >>> 0 !== 0x5efe) return undefined
  return truncate([0, 0, 0xffff, d], bits)
}

/** The /64 of an IPv6 address, where its sender turns through addresses; an IPv4 address stays what it is. */
export function ownerNetwork(address: Address): string {
  if (isIpv4(address)) return `${formatAddress(...address)}/32`
  return formatPrefix({ address: [address[0], address[1], 0, 0], bits: 64 })
}
