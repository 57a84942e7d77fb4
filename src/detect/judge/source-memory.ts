import { AddressWays } from '../../sketch/address-ways.ts'
import type { Carried } from './judge.ts'
import { shares } from './score.ts'

/**
 * What earlier epochs left of each source, in a table of fixed size: sets of four ways, of which the source with the
 * least evidence gives way. A slow scanner keeps its place for as long as it takes, and a flood of forged sources pushes
 * out its own kind. (The retention law of SPICE: Staniford, Hoagland, McAlerney 2002.)
 *
 * hot: no allocation per source.
 */
export class SourceMemory {
  readonly #slots: AddressWays
  readonly #state: Float32Array
  readonly #bonuses: Float32Array
  readonly #hosts: Uint16Array
  readonly #ports: Uint16Array

  /** @param log2 sources remembered, as a power of two; 28 bytes each */
  constructor(log2 = 19, key = 1) {
    const capacity = 2 ** log2
    this.#slots = new AddressWays(log2, key + 3)
    this.#state = new Float32Array(capacity * shares.length)
    this.#bonuses = new Float32Array(capacity)
    this.#hosts = new Uint16Array(capacity)
    this.#ports = new Uint16Array(capacity)
  }

  /** Everything remembered, to be written to a file or filled from one. */
  get storage(): readonly (Uint32Array | Float32Array | Uint16Array)[] {
    return [this.#slots.tags, this.#state, this.#bonuses, this.#hosts, this.#ports]
  }

  /** Reads what is known of the source whose address words stand at `a[p]`; false (and `into` cleared) when nothing is. */
  load(a: Uint32Array, p: number, into: Carried): boolean {
    const slot = this.#find(a, p)
    into.state.fill(Number.NEGATIVE_INFINITY)
    into.bonuses = into.hosts = into.ports = 0
    if (slot < 0) return false
    for (let q = 0; q < shares.length; q++) into.state[q] = this.#state[slot * shares.length + q] as number
    into.bonuses = this.#bonuses[slot] as number
    into.hosts = this.#hosts[slot] as number
    into.ports = this.#ports[slot] as number
    return true
  }

  store(a: Uint32Array, p: number, carried: Carried): void {
    let slot = this.#find(a, p)
    if (slot < 0) slot = this.#claim(a, p)
    for (let q = 0; q < shares.length; q++) this.#state[slot * shares.length + q] = carried.state[q] as number
    this.#bonuses[slot] = carried.bonuses
    this.#hosts[slot] = Math.min(65535, carried.hosts)
    this.#ports[slot] = Math.min(65535, carried.ports)
  }

  #find(a: Uint32Array, p: number): number {
    return this.#slots.find(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
  }

  #claim(a: Uint32Array, p: number): number {
    return this.#slots.claim(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number, this.#weight)
  }

  readonly #weight = (slot: number): number =>
    (this.#state[slot * shares.length] as number) + (this.#hosts[slot] as number)
}
