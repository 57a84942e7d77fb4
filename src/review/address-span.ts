import { type Address, isIpv4, mapped, parseAddress } from '../base/address.ts'
import { networksOfRange } from '../base/address-range.ts'
import { type Prefix, parsePrefix } from '../base/prefix.ts'
import { type Span, type Spans, spansOf, without } from './spans.ts'

/** Addresses as numbers of 128 bits, IPv4 mapped (::ffff:a.b.c.d): one space for both families. */
export const everyAddress: Spans<bigint> = [[0n, (1n << 128n) - 1n]]
export const fourSpace: Spans<bigint> = [[BigInt(mapped) << 32n, (BigInt(mapped) << 32n) | 0xffffffffn]]
export const sixSpace: Spans<bigint> = without(everyAddress, fourSpace)

export function addressNumber(address: Address): bigint {
  return address.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
}

export function isFour(address: bigint): boolean {
  return address >> 32n === BigInt(mapped)
}

export function addressOf(number: bigint): Address {
  const word = (shift: bigint) => Number((number >> shift) & 0xffffffffn)
  return [word(96n), word(64n), word(32n), word(0n)]
}

export function prefixSpan({ address, bits }: Prefix): Span<bigint> {
  const from = addressNumber(address)
  return [from, from | ((1n << BigInt(128 - bits)) - 1n)]
}

/** The addresses of a network or of one address as written; undefined where it is neither. */
export function spanOfText(text: string): Span<bigint> | undefined {
  const prefix = parsePrefix(text)
  return prefix && prefixSpan(prefix)
}

/** `192.0.2.0` and `255.255.255.0`; undefined where the mask has gaps. */
export function spanOfMask(text: string, mask: string): Span<bigint> | undefined {
  const [address, bits] = [parseAddress(text), parseAddress(mask)]
  if (!address || !bits || !isIpv4(address) || !isIpv4(bits)) return undefined
  const ones = bits[3]
  const wild = ~ones >>> 0
  if ((wild & (wild + 1)) !== 0) return undefined
  const from = BigInt(mapped) << 32n
  const low = BigInt((address[3] & ones) >>> 0)
  return [from | low, from | low | BigInt(wild)]
}

/** The range from one address to another of its family. */
export function spanOfEnds(first: string, last: string): Span<bigint> | undefined {
  const [from, to] = [parseAddress(first), parseAddress(last)]
  if (!from || !to || isIpv4(from) !== isIpv4(to)) return undefined
  const span: Span<bigint> = [addressNumber(from), addressNumber(to)]
  return span[0] <= span[1] ? span : undefined
}

/** The fewest networks that hold just these addresses. */
export function networksOf(spans: Spans<bigint>): Prefix[] {
  return spans.flatMap(([from, to]) => networksOfRange(addressOf(from), addressOf(to)))
}

export function hostSpans(addresses: Iterable<bigint>): Spans<bigint> {
  return spansOf([...addresses].map((address) => [address, address] as const))
}
