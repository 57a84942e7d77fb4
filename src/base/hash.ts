/**
 * A keyed 32-bit hash of 32-bit words (the mixing of MurmurHash3, seeded with a secret). It spreads table slots; it is no
 * MAC. Tables that attackers can fill bound their probing as well, so that a found collision costs one set, not the table.
 */
export class Hash {
  readonly #k0: number
  readonly #k1: number

  /** @param key any number; fixed for `analyze` (same input, same bytes), random for a service */
  constructor(key = 0x53776565) {
    this.#k0 = Math.imul(key ^ 0x9e3779b9, 0x85ebca6b)
    this.#k1 = Math.imul(key ^ 0x7f4a7c15, 0xc2b2ae35)
  }

  of2(a: number, b: number): number {
    return finish(step(step(this.#k0, a), b))
  }

  of4(a: number, b: number, c: number, d: number): number {
    return finish(step(step(step(step(this.#k0, a), b), c), d))
  }

  of5(a: number, b: number, c: number, d: number, e: number): number {
    return finish(step(step(step(step(step(this.#k1, a), b), c), d), e))
  }
}

/** A key that depends on all the words given: for tables that are filled with those words, where no secret may be drawn. */
export function keyFrom(words: Uint32Array): number {
  let h = 0x2545f491
  for (let i = 0; i < words.length; i++) h = step(h, words[i] as number)
  return finish(h)
}

function step(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const x = h ^ k
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0
}

function finish(h: number): number {
  let x = h ^ (h >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
