import { type Address, isIpv4 } from '../../base/address.ts'
import { maskWord, type Prefix } from '../../base/prefix.ts'
import { Growing } from './growing.ts'

/** Entries of one list; an IPv4 network and the entry's number fit one exact double (32 + 21 bits). */
export const mostEntries = 2 ** 21

/**
 * The networks of a list by length, each length sorted, asked for all that hold an address. An IPv4 network takes 8 bytes, an
 * IPv6 network 20. Asking costs one binary search a length that occurs, and allocates nothing but the answer.
 */
export class PrefixIndex {
  /** By length 0-32: the network's word times 2^21, plus the entry. */
  readonly #four: (Growing<Float64Array> | undefined)[] = []
  /** By length 0-128: five words a network, the entry last. */
  readonly #six: (Growing<Uint32Array> | undefined)[] = []
  #isSorted = true

  /** @param entry 0 to 2^21-1, ascending */
  add({ address, bits }: Prefix, entry: number): void {
    this.#isSorted = false
    if (isIpv4(address) && bits >= 96) {
      const keys = (this.#four[bits - 96] ??= new Growing((length) => new Float64Array(length)))
      keys.push(address[3] * mostEntries + entry)
      return
    }
    const words = (this.#six[bits] ??= new Growing((length) => new Uint32Array(length)))
    for (const word of address) words.push(word)
    words.push(entry)
  }

  /** The entries whose networks hold the address, the smallest network first, at most so many. */
  find(address: Address, most: number): { readonly entry: number; readonly bits: number }[] {
    this.#sort()
    const found: { entry: number; bits: number }[] = []
    if (isIpv4(address)) {
      for (let bits = this.#four.length - 1; bits >= 0; bits--) {
        const keys = this.#four[bits]?.numbers()
        if (keys) findFour(keys, (address[3] & maskWord(bits)) >>> 0, bits + 96, most, found)
      }
      return found
    }
    for (let bits = this.#six.length - 1; bits >= 0; bits--) {
      const words = this.#six[bits]?.numbers()
      if (words) findSix(words, address, bits, most, found)
    }
    return found
  }

  #sort(): void {
    if (this.#isSorted) return
    for (const keys of this.#four) keys?.numbers().sort()
    for (const words of this.#six) if (words) sortSix(words.numbers())
    this.#isSorted = true
  }
}

type Found = { entry: number; bits: number }[]

function findFour(keys: Float64Array, word: number, bits: number, most: number, found: Found): void {
  const end = (word + 1) * mostEntries
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < word * mostEntries) low = middle + 1
    else high = middle
  }
  for (; low < keys.length && keys[low]! < end && found.length < most; low++) {
    found.push({ entry: keys[low]! % mostEntries, bits })
  }
}

function findSix(words: Uint32Array, address: Address, bits: number, most: number, found: Found): void {
  const wanted = [0, 1, 2, 3].map((k) => (address[k as 0] & maskWord(bits - 32 * k)) >>> 0) as unknown as Address
  let low = 0
  let high = words.length / 5
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareSix(words, 5 * middle, wanted) < 0) low = middle + 1
    else high = middle
  }
  for (; 5 * low < words.length && found.length < most && compareSix(words, 5 * low, wanted) === 0; low++) {
    found.push({ entry: words[5 * low + 4]!, bits })
  }
}

function compareSix(words: Uint32Array, at: number, wanted: Address): number {
  for (let k = 0; k < 4; k++) {
    const difference = words[at + k]! - wanted[k as 0]
    if (difference !== 0) return difference
  }
  return 0
}

function sortSix(words: Uint32Array): void {
  const order = Uint32Array.from({ length: words.length / 5 }, (_, k) => k)
  order.sort((x, y) => {
    for (let k = 0; k < 5; k++) {
      const difference = words[5 * x + k]! - words[5 * y + k]!
      if (difference !== 0) return difference
    }
    return 0
  })
  const before = words.slice()
  for (const [to, from] of order.entries()) words.set(before.subarray(5 * from, 5 * from + 5), 5 * to)
}
