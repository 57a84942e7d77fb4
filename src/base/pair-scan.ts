import { ascii, equals } from './ascii.ts'

const quote = 34
const backslash = 92
const equalsSign = 61
const slots = 256

/**
 * Finds fields in a line of `key=value` pairs with blanks (or another byte) between them; a value may stand in double quotes,
 * with `\\` before a quote inside. `from[field]`, `to[field]` say where a value stands, `from` is -1 where it is absent. Of a
 * repeated key the first counts: what an attacker writes stands behind what the device wrote. Nothing is allocated.
 */
export class PairFields {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #names: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(slots).fill(undefined)
  readonly #fields = new Int32Array(slots).fill(-1)
  readonly #separator: number

  /** @param names the keys, each the name of the field of its place @param separator byte between pairs */
  constructor(names: readonly string[], separator = 32) {
    this.from = new Int32Array(names.length).fill(-1)
    this.to = new Int32Array(names.length)
    this.#separator = separator
    names.forEach((name, field) => {
      const key = ascii(name)
      let slot = slotOf(key, 0, key.length)
      while (this.#names[slot] !== undefined) slot = (slot + 1) % slots
      this.#names[slot] = key
      this.#fields[slot] = field
    })
  }

  /** @returns how many of the fields were found */
  scan(bytes: Uint8Array, from: number, to: number): number {
    this.from.fill(-1)
    const separator = this.#separator
    let found = 0
    let i = from
    while (i < to) {
      while (i < to && (bytes[i] === separator || bytes[i] === 32)) i++
      const key = i
      while (i < to && bytes[i] !== equalsSign && bytes[i] !== separator) i++
      if (i >= to || bytes[i] !== equalsSign) continue
      const field = this.#field(bytes, key, i)
      i++
      let start = i
      let end: number
      if (bytes[i] === quote) {
        start = ++i
        while (i < to && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1
        end = Math.min(i, to)
        i = end + 1
      } else {
        while (i < to && bytes[i] !== separator) i++
        end = i
      }
      if (field < 0 || this.from[field]! >= 0) continue
      this.from[field] = start
      this.to[field] = end
      found++
    }
    return found
  }

  #field(bytes: Uint8Array, from: number, to: number): number {
    let slot = slotOf(bytes, from, to)
    for (;;) {
      const name = this.#names[slot]
      if (name === undefined) return -1
      if (equals(bytes, from, to, name)) return this.#fields[slot]!
      slot = (slot + 1) % slots
    }
  }
}

/** The names are few and fixed, so nobody can fill this table. */
function slotOf(bytes: Uint8Array, from: number, to: number): number {
  return to === from
    ? 0
    : ((to - from) * 31 + bytes[from]! * 7 + bytes[to - 1]! * 13 + bytes[(from + to) >> 1]! * 3) % slots
}
