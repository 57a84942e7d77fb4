import { type Address, isIpv4 } from '../base/address.ts'
import { maskWord, type Prefix, parsePrefix } from '../base/prefix.ts'

/** What `src_key` and `dst_key` hold of an address: IPv4 its 32 bits, IPv6 its upper 64 bits. */
export function addressKey(address: Address): bigint {
  return isIpv4(address) ? BigInt(address[3]) : (BigInt(address[0]) << 32n) | BigInt(address[1])
}

/** The first and the last key of a network. Of an IPv6 network longer than /64 it is the /64 around it. */
export function keyRange({ address, bits }: Prefix): readonly [low: bigint, high: bigint] {
  const low = addressKey(address)
  if (isIpv4(address) && bits >= 96) return [low, low | BigInt(~maskWord(bits - 96) >>> 0)]
  const rest = [bits, bits - 32].map((left) => BigInt(~maskWord(left) >>> 0)) as [bigint, bigint]
  return [low, low | (rest[0] << 32n) | rest[1]]
}

/** SQL that says whether a key lies in one of the networks. Only numbers come into it. */
export function inNetworks(prefixes: readonly Prefix[]): (key: string) => string {
  const ranges = prefixes.map(keyRange)
  return (key) => `(${ranges.map(([low, high]) => `${key} BETWEEN ${low} AND ${high}`).join(' OR ')})`
}

/** The networks that texts name; those that are none are left out. */
export function prefixesOf(texts: readonly string[]): readonly Prefix[] {
  return texts.map(parsePrefix).filter((prefix) => prefix !== undefined)
}
