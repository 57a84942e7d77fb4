import { Hash } from '../../base/hash.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'

export type PendingState = readonly (Uint32Array | Float64Array)[]

/** Longer than this no answer is waited for. */
const longestWaitUs = 60e6

/**
 * Queries that were logged without their answer, which some servers log as a record of its own: it is told here from a
 * query that was logged with its answer. Direct-mapped, of fixed size: the newest keeps the place.
 *
 * hot: no allocation per query.
 */
export class PendingQueries implements Resumable<PendingState> {
  readonly #mask: number
  readonly #hash: Hash
  readonly #tag: Uint32Array
  readonly #at: Float64Array

  constructor(log2: number, key: number) {
    this.#mask = 2 ** log2 - 1
    this.#hash = new Hash(key + 13)
    this.#tag = new Uint32Array(2 ** log2)
    this.#at = new Float64Array(2 ** log2)
  }

  asked(client: number, name: number, at: number): void {
    const place = this.#hash.of2(client, name) & this.#mask
    this.#tag[place] = (name ^ Math.imul(client, 0x9e3779b1)) >>> 0
    this.#at[place] = at
  }

  /** Whether an answer belongs to a query that was logged before; it is then no longer waited for. */
  isAnswer(client: number, name: number, at: number): boolean {
    const place = this.#hash.of2(client, name) & this.#mask
    if (this.#tag[place] !== (name ^ Math.imul(client, 0x9e3779b1)) >>> 0) return false
    if (Math.abs(at - (this.#at[place] as number)) > longestWaitUs) return false
    this.#tag[place] = 0
    return true
  }

  snapshot(): PendingState {
    return [this.#tag, this.#at]
  }

  resume(state: PendingState): void {
    fillTables([this.#tag, this.#at], state)
  }
}
