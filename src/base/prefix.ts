import { type Address, formatAddress, isIpv4, parseAddress } from './address.ts'

/** A network: an address with its host bits cleared, and a length in bits of the 128-bit form (IPv4 /24 is 120). */
export interface Prefix {
  readonly address: Address
  readonly bits: number
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a bare address (a host prefix); undefined if malformed. Host bits are cleared. */
export function parsePrefix(text: string): Prefix | undefined {
  const [host = '', length, rest] = text.trim().split('/')
  const address = parseAddress(host)
  if (!address || rest !== undefined) return undefined
  const most = isIpv4(address) && !host.includes(':') ? 32 : 128
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined
  const bits = length === undefined ? most : Number(length)
  if (bits > most) return undefined
  return truncate(address, bits + 128 - most)
}

/** The network of `bits` (of 128) that holds the address. */
export function truncate(address: Address, bits: number): Prefix {
  const word = (i: number) => (address[i as 0] & maskWord(bits - 32 * i)) >>> 0
  return { address: [word(0), word(1), word(2), word(3)], bits }
}

/** A 32-bit mask with the first `bits` set; any number may be given. */
export function maskWord(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (-1 << (32 - bits)) >>> 0
}

export function formatPrefix(prefix: Prefix): string {
  const [a, b, c, d] = prefix.address
  const four = isIpv4(prefix.address) && prefix.bits >= 96
  return `${formatAddress(a, b, c, d)}/${four ? prefix.bits - 96 : prefix.bits}`
}

export function contains(prefix: Prefix, a0: number, a1: number, a2: number, a3: number): boolean {
  const [p0, p1, p2, p3] = prefix.address
  const bits = prefix.bits
  return (
    ((a0 ^ p0) & maskWord(bits)) === 0 &&
    ((a1 ^ p1) & maskWord(bits - 32)) === 0 &&
    ((a2 ^ p2) & maskWord(bits - 64)) === 0 &&
    ((a3 ^ p3) & maskWord(bits - 96)) === 0
  )
}

/** How many addresses the network has (2^n as a number; exact up to 2^53). */
export function sizeOf(prefix: Prefix): number {
  return 2 ** (128 - prefix.bits)
}
