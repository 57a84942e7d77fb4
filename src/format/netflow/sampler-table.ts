import { Hash } from '../../base/hash.ts'

const ways = 4

/** Sampling rates by sampler id, as options data told them. Sets of four; the oldest gives way. Fixed memory. */
export class SamplerTable {
  readonly #hash = new Hash()
  readonly #mask: number
  readonly #owner: Uint32Array
  readonly #id: Uint32Array
  readonly #rate: Uint32Array
  readonly #set: Float64Array
  #now = 0

  constructor(log2: number) {
    const entries = 1 << log2
    this.#mask = entries / ways - 1
    this.#owner = new Uint32Array(entries)
    this.#id = new Uint32Array(entries)
    this.#rate = new Uint32Array(entries)
    this.#set = new Float64Array(entries)
  }

  /** The rate of an owner's sampler; 0 where it was not told. */
  rate(owner: number, id: number): number {
    const set = (this.#hash.of2(owner, id) & this.#mask) * ways
    for (let e = set; e < set + ways; e++) if (this.#owner[e] === owner && this.#id[e] === id) return this.#rate[e]!
    return 0
  }

  /** @returns whether the sampler is new */
  learn(owner: number, id: number, rate: number): boolean {
    const set = (this.#hash.of2(owner, id) & this.#mask) * ways
    let place = set
    for (let e = set; e < set + ways; e++) {
      if (this.#owner[e] === owner && this.#id[e] === id) {
        this.#rate[e] = rate
        return false
      }
      if (this.#set[e]! < this.#set[place]!) place = e
    }
    this.#owner[place] = owner
    this.#id[place] = id
    this.#rate[place] = rate
    this.#set[place] = ++this.#now
    return true
  }
}
