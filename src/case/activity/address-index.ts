import type { Address } from '../../base/address.ts'
import { Hash } from '../../base/hash.ts'

/** Rows whose ends stand in `address[8 * row + 0..3]` (source) and `+ 4..7` (destination). */
export interface Ends {
  readonly address: Uint32Array
  readonly length: number
}

/**
 * Finds the rows of several tables by one of their ends: row numbers sorted by a hash of the address, once for each side. Rows
 * are told apart by their addresses, so that a collision of hashes costs a look, not an error.
 */
export class AddressIndex {
  readonly #tables: readonly Ends[]
  readonly #starts: readonly number[]
  readonly #hash = new Hash(37)
  readonly #sides: { src?: Float64Array; dst?: Float64Array } = {}

  constructor(tables: readonly Ends[]) {
    this.#tables = tables
    let rows = 0
    this.#starts = tables.map(({ length }) => {
      const start = rows
      rows += length
      return start
    })
  }

  /** Table and row of each hit. */
  *find(wanted: Address, side: 'src' | 'dst'): Generator<readonly [table: number, row: number]> {
    this.#sides[side] ??= this.#sorted(side === 'src' ? 0 : 4)
    const keys = this.#sides[side]
    const hash = this.#hash.of4(...wanted)
    const shift = side === 'src' ? 0 : 4
    for (let at = firstAtLeast(keys, hash * span); at < keys.length && keys[at]! < (hash + 1) * span; at++) {
      const place = keys[at]! % span
      const table = this.#tableOf(place)
      const row = place - this.#starts[table]!
      const { address } = this.#tables[table]!
      const p = 8 * row + shift
      if (wanted.every((word, k) => address[p + k] === word)) yield [table, row]
    }
  }

  /** Hash and place in one double each: 32 and 21 bits are exact. */
  #sorted(shift: number): Float64Array {
    const keys = new Float64Array(this.#tables.reduce((sum, { length }) => sum + length, 0))
    let place = 0
    for (const { address, length } of this.#tables) {
      for (let row = 0; row < length; row++) {
        const p = 8 * row + shift
        keys[place] = this.#hash.of4(address[p]!, address[p + 1]!, address[p + 2]!, address[p + 3]!) * span + place
        place++
      }
    }
    return keys.sort()
  }

  #tableOf(place: number): number {
    let table = this.#starts.length - 1
    while (this.#starts[table]! > place) table--
    return table
  }
}

const span = 2 ** 21

function firstAtLeast(keys: Float64Array, wanted: number): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}
