const longestName = 255

/**
 * Takes a host name apart without making strings: its first label, the zone above that, and the site (the last two labels).
 * Case does not count. Hashes are 31 bits, keyed, so that names cannot be chosen to fall together.
 *
 * hot: no allocation per name.
 */
export class HostName {
  /** Where the name ends, its last dot left out. */
  end = 0
  labels = 0
  /** The first label ends here; the zone above begins one further. */
  labelEnd = 0
  /** Hashes of the whole name, of the first label, of the zone above it, and of the last two labels. */
  whole = 0
  label = 0
  zone = 0
  zoneToo = 0
  site = 0
  readonly #key: number

  constructor(key = 1) {
    this.#key = Math.imul(key ^ 0x9e3779b9, 0x85ebca6b) | 1
  }

  /** Whether `bytes[from, to)` is a name: 1 to 255 bytes, no empty label. The root is none. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.end = to > from && bytes[to - 1] === 46 ? to - 1 : to
    if (this.end <= from || this.end - from > longestName) return false
    this.labels = 1
    this.labelEnd = this.end
    let siteAt = from
    for (let i = this.end - 1; i >= from; i--) {
      if (bytes[i] !== 46) continue
      if (i === this.end - 1 || i === from || bytes[i - 1] === 46) return false
      if (++this.labels === 3) siteAt = i + 1
      this.labelEnd = i
    }
    this.label = this.hash(bytes, from, this.labelEnd, 1)
    this.zone = this.labels === 1 ? 0 : this.hash(bytes, this.labelEnd + 1, this.end, 2)
    this.zoneToo = this.labels === 1 ? 0 : this.hash(bytes, this.labelEnd + 1, this.end, 3)
    this.whole = Math.imul(this.label ^ (this.zone >>> 3), 0xcc9e2d51) >>> 1
    this.site = this.labels <= 3 && siteAt !== from ? this.zone : this.hash(bytes, siteAt, this.end, 2)
    return true
  }

  /** FNV-1a of the bytes in lower case, keyed and mixed. */
  hash(bytes: Uint8Array, from: number, to: number, part: number): number {
    let h = (this.#key + Math.imul(part, 0x2545f491)) | 0
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!
      h = Math.imul(h ^ (byte >= 65 && byte <= 90 ? byte | 32 : byte), 0x01000193)
    }
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
    // 31 bits: a larger number would live on the heap.
    return (h ^ (h >>> 13)) >>> 1
  }

  /** Whether the zone above the name is a registry's (`com`, `co.uk`): names below it are sites, not hosts of one. */
  isBelowRegistry(bytes: Uint8Array): boolean {
    if (this.labels < 3) return true
    if (this.labels > 3) return false
    let dot = this.end
    while (bytes[dot - 1] !== 46) dot--
    const second = dot - 2 - this.labelEnd
    return this.end - dot === 2 && second <= 3
  }
}
