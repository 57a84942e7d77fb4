import { ascii, hexDigit } from '../../base/ascii.ts'

const inAddr = ascii('.in-addr.arpa')
const ip6 = ascii('.ip6.arpa')

/** Labels of a whole address. */
export const wholeIpv4 = 4
export const wholeIpv6 = 32

/**
 * Reads names below in-addr.arpa (RFC 1035 section 3.5) and ip6.arpa (RFC 3596 section 2.5), whole addresses and the
 * branches above them. The labels' value stands at the low end of the four words, so that the next name of the same depth
 * is one more: 2.0.192.in-addr.arpa is 0xc00002 at depth 3. IPv4 is marked by 0xffff in the third word, as in addresses.
 *
 * hot: no allocation per name.
 */
export class ReverseName {
  depth = 0
  isIpv4 = false
  w0 = 0
  w1 = 0
  w2 = 0
  w3 = 0

  /** Whether `bytes[from, to)` is such a name, in any case, with or without the last dot. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const end = to > from && bytes[to - 1] === 46 ? to - 1 : to
    if (endsWith(bytes, from, end, inAddr)) return this.#octets(bytes, from, end - inAddr.length)
    if (endsWith(bytes, from, end, ip6)) return this.#nibbles(bytes, from, end - ip6.length)
    return false
  }

  /** Whether it names one address, not a branch of the tree. */
  get isWhole(): boolean {
    return this.depth === (this.isIpv4 ? wholeIpv4 : wholeIpv6)
  }

  /** Labels stand with the least significant first: read from the end. */
  #octets(bytes: Uint8Array, from: number, end: number): boolean {
    this.#clear(true)
    let at = end
    while (at > from) {
      if (this.depth === wholeIpv4) return false
      let value = 0
      let scale = 1
      let digits = 0
      for (; at > from && bytes[at - 1] !== 46; at--) {
        const digit = bytes[at - 1]! - 48
        if (digit < 0 || digit > 9 || ++digits > 3) return false
        value += digit * scale
        scale *= 10
      }
      // A leading zero, or an octet that is none, is another name (RFC 2317 has such).
      if (digits === 0 || value > 255 || (digits > 1 && bytes[at] === 48)) return false
      this.w3 = ((this.w3 << 8) | value) >>> 0
      this.depth++
      if (at > from && --at === from) return false
    }
    return this.depth > 0
  }

  #nibbles(bytes: Uint8Array, from: number, end: number): boolean {
    this.#clear(false)
    let at = end
    while (at > from) {
      const digit = hexDigit(bytes[at - 1]!)
      if (digit < 0 || this.depth === wholeIpv6) return false
      this.#shift(digit)
      this.depth++
      at--
      if (at > from && (bytes[at - 1] !== 46 || --at === from)) return false
    }
    return this.depth > 0
  }

  #shift(digit: number): void {
    this.w0 = ((this.w0 << 4) | (this.w1 >>> 28)) >>> 0
    this.w1 = ((this.w1 << 4) | (this.w2 >>> 28)) >>> 0
    this.w2 = ((this.w2 << 4) | (this.w3 >>> 28)) >>> 0
    this.w3 = ((this.w3 << 4) | digit) >>> 0
  }

  #clear(isIpv4: boolean): void {
    this.isIpv4 = isIpv4
    this.depth = 0
    this.w0 = this.w1 = this.w3 = 0
    this.w2 = isIpv4 ? 0xffff : 0
  }
}

/** Whether a name of at least one more label ends so; the ending is given in lower case. */
function endsWith(bytes: Uint8Array, from: number, to: number, ending: Uint8Array): boolean {
  const start = to - ending.length
  if (start <= from) return false
  for (let i = 0; i < ending.length; i++) {
    const byte = bytes[start + i]!
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== ending[i]) return false
  }
  return true
}
