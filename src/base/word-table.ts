import { ascii, equals } from './ascii.ts'

/**
 * Finds which of a few fixed words a span of bytes is. Nobody can fill the table: it holds what its maker gave it.
 *
 * hot: no allocation per look-up.
 */
export class WordTable {
  readonly #words: (Uint8Array | undefined)[]
  readonly #places: Int32Array
  readonly #mask: number

  /** @param words each is known by its place in the list; of equal words the first counts */
  constructor(words: readonly string[]) {
    let slots = 16
    while (slots < 4 * words.length) slots *= 2
    this.#mask = slots - 1
    this.#words = new Array<Uint8Array | undefined>(slots).fill(undefined)
    this.#places = new Int32Array(slots).fill(-1)
    words.forEach((text, place) => {
      const word = ascii(text)
      if (this.place(word, 0, word.length) >= 0) return
      let slot = slotOf(word, 0, word.length) & this.#mask
      while (this.#words[slot] !== undefined) slot = (slot + 1) & this.#mask
      this.#words[slot] = word
      this.#places[slot] = place
    })
  }

  /** The place of the word that `bytes[from, to)` is; -1 where it is none. */
  place(bytes: Uint8Array, from: number, to: number): number {
    let slot = slotOf(bytes, from, to) & this.#mask
    for (;;) {
      const word = this.#words[slot]
      if (word === undefined) return -1
      if (equals(bytes, from, to, word)) return this.#places[slot]!
      slot = (slot + 1) & this.#mask
    }
  }
}

function slotOf(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from) return 0
  return (to - from) * 31 + bytes[from]! * 7 + bytes[to - 1]! * 13 + bytes[(from + to) >> 1]! * 3
}
