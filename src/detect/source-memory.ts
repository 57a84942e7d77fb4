import { Hash } from '../base/hash.ts'
import type { Carried } from './judge.ts'
import { shares } from './score.ts'

/**
 * What earlier epochs left of each source, in a table of fixed size: sets of four ways, of which the source with the
 * least evidence gives way. A slow scanner keeps its place for as long as it takes, and a flood of forged sources pushes
 * out its own kind. (The retention law of SPICE: Staniford, Hoagland, McAlerney 2002.)
 */
export class SourceMemory {
  readonly #mask: number
  readonly #hash: Hash
  readonly #tags: Uint32Array
  readonly #state: Float32Array
  readonly #bonuses: Float32Array
  readonly #hosts: Uint16Array
  readonly #ports: Uint16Array

  /** @param log2 sources remembered, as a power of two; 28 bytes each */
  constructor(log2 = 19, key = 1) {
    const capacity = 2 ** log2
    this.#mask = capacity / 4 - 1
    this.#hash = new Hash(key + 3)
    this.#tags = new Uint32Array(capacity)
    this.#state = new Float32Array(capacity * shares.length)
    this.#bonuses = new Float32Array(capacity)
    this.#hosts = new Uint16Array(capacity)
    this.#ports = new Uint16Array(capacity)
  }

  /** What is known of the source whose address words stand at `a[p]`. */
  get(a: Uint32Array, p: number): Carried | undefined {
    const { set, tag } = this.#place(a, p)
    for (let i = set; i < set + 4; i++) {
      if (this.#tags[i] !== tag) continue
      return {
        state: Float64Array.from(this.#state.subarray(i * shares.length, (i + 1) * shares.length)),
        bonuses: this.#bonuses[i] as number,
        hosts: this.#hosts[i] as number,
        ports: this.#ports[i] as number,
      }
    }
    return undefined
  }

  set(a: Uint32Array, p: number, carried: Carried): void {
    const { set, tag } = this.#place(a, p)
    let slot = set
    for (let i = set; i < set + 4; i++) {
      if (this.#tags[i] === tag || this.#tags[i] === 0) {
        slot = i
        break
      }
      if (this.#weight(i) < this.#weight(slot)) slot = i
    }
    this.#tags[slot] = tag
    this.#state.set(carried.state, slot * shares.length)
    this.#bonuses[slot] = carried.bonuses
    this.#hosts[slot] = Math.min(65535, carried.hosts)
    this.#ports[slot] = Math.min(65535, carried.ports)
  }

  #weight(i: number): number {
    return (this.#state[i * shares.length] as number) + (this.#hosts[i] as number)
  }

  #place(a: Uint32Array, p: number): { set: number; tag: number } {
    const words = [a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number] as const
    const set = (this.#hash.of4(...words) & this.#mask) * 4
    return { set, tag: (this.#hash.of5(words[3], words[2], words[1], words[0], 1) | 1) >>> 0 }
  }
}
