import type { Address } from './address.ts'
import type { Prefix } from './prefix.ts'

/** The fewest networks that hold just the addresses from one to another: at most 254; none where the second is below the first. */
export function networksOfRange(first: Address, last: Address): Prefix[] {
  const end = numberOf(last)
  const networks: Prefix[] = []
  for (let at = numberOf(first); at <= end; ) {
    let bits = 128
    let size = 1n
    while (bits > 0 && at % (2n * size) === 0n && at + 2n * size - 1n <= end) {
      size *= 2n
      bits--
    }
    networks.push({ address: addressOf(at), bits })
    at += size
  }
  return networks
}

/** An address as one number of 128 bits. */
export function numberOf(address: Address): bigint {
  return address.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
}

export function addressOf(number: bigint): Address {
  const word = (shift: bigint) => Number((number >> shift) & 0xffffffffn)
  return [word(96n), word(64n), word(32n), word(0n)]
}
