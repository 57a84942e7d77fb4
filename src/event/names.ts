import type { Dictionary } from './dictionary.ts'

const sets = 128
const ways = 4
const longest = 128

interface Known {
  readonly bytes: Uint8Array
  readonly id: number
  readonly text: string
}

/**
 * Dictionary ids of low-cardinality text (rules, devices) by its bytes. A small cache keeps the text from being
 * made into a string for each record; a text that is not in it is looked up again. Hot: nothing is allocated for a known one.
 */
export class Names {
  readonly #names: Dictionary
  readonly #known = new Array<Known | undefined>(sets * ways).fill(undefined)

  constructor(names: Dictionary) {
    this.#names = names
  }

  /** The id of `bytes[from, to)`; 0 for nothing. Blanks around it and what is beyond 128 bytes do not count. */
  id(bytes: Uint8Array, from: number, to: number): number {
    return this.known(bytes, from, to)?.id ?? 0
  }

  /** The same with the text. */
  known(bytes: Uint8Array, from: number, to: number): Known | undefined {
    let start = from
    let end = to
    while (end > start && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--
    while (start < end && bytes[start] === 32) start++
    if (start === end) return undefined
    end = Math.min(end, start + longest)
    let hash = end - start
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const set = ((hash ^ (hash >>> 15)) & (sets - 1)) * ways
    for (let way = set; way < set + ways; way++) {
      const known = this.#known[way]
      if (known === undefined) break
      if (same(known.bytes, bytes, start, end)) return known
    }
    // The newest stands first, and pushes out the oldest: names that come in turns have a place each.
    for (let way = set + ways - 1; way > set; way--) this.#known[way] = this.#known[way - 1]
    return (this.#known[set] = this.#learn(bytes.slice(start, end)))
  }

  #learn(bytes: Uint8Array): Known {
    // Bytes that are no printable ASCII would let a log line steer the terminal it is shown on.
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '?')
    return { bytes, text, id: this.#names.id(text) }
  }
}

function same(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}
