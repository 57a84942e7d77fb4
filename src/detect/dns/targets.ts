import { Hash } from '../../base/hash.ts'

/** What became of a query, as kept here. */
export const Answer = { unknown: 0, named: 1, none: 2, refused: 3, failed: 4 } as const

const smallest = 16
const largest = 65536

/** How many targets all accounts together may still keep: the bound of their memory. */
export interface Budget {
  left: number
}

export interface TargetsState {
  readonly words: Uint32Array
  readonly depth: Uint8Array
  readonly at: Float64Array
  readonly lastAt: Float64Array
  readonly answer: Uint8Array
  readonly rounds: Uint8Array
  readonly marks: Uint8Array
}

/** A name asked for once more later than this after the last time is another round. */
const roundUs = 60e6

/**
 * The distinct names an account holds against a client, in the order in which they were asked for: four words that stand for
 * the name (an address, or hashes) and a depth. Grows by doubling, up to a budget that all accounts share.
 */
export class Targets {
  words = new Uint32Array(4 * smallest)
  depth = new Uint8Array(smallest)
  at = new Float64Array(smallest)
  lastAt = new Float64Array(smallest)
  answer = new Uint8Array(smallest)
  rounds = new Uint8Array(smallest)
  /** What an answer that is still to come would say: bits of the caller. */
  marks = new Uint8Array(smallest)
  length = 0
  /** Names that found no room. */
  omitted = 0
  #places = new Int32Array(4 * smallest)
  readonly #hash: Hash
  readonly #budget: Budget

  constructor(budget: Budget, key: number) {
    this.#budget = budget
    this.#hash = new Hash(key + 17)
  }

  get capacity(): number {
    return this.depth.length
  }

  clear(): void {
    if (this.capacity > smallest) {
      this.#budget.left += this.capacity - smallest
      this.#resize(smallest)
    }
    this.length = this.omitted = 0
    this.#places.fill(0)
  }

  /** The index of a name, -1 where it is not among them. */
  find(w0: number, w1: number, w2: number, w3: number, depth: number): number {
    const place = this.#places[this.#place(w0, w1, w2, w3, depth)] as number
    return place - 1
  }

  /** Adds a name that is not among them. @returns its index, -1 where there is no room */
  add(w0: number, w1: number, w2: number, w3: number, depth: number, at: number): number {
    if (this.length === this.capacity && !this.#grow()) {
      this.omitted++
      return -1
    }
    const i = this.length++
    this.words[4 * i] = w0
    this.words[4 * i + 1] = w1
    this.words[4 * i + 2] = w2
    this.words[4 * i + 3] = w3
    this.depth[i] = depth
    this.at[i] = this.lastAt[i] = at
    this.answer[i] = Answer.unknown
    this.rounds[i] = 1
    this.marks[i] = 0
    this.#places[this.#place(w0, w1, w2, w3, depth)] = i + 1
    return i
  }

  /** The name was asked for again. */
  again(i: number, at: number): void {
    if (at - (this.lastAt[i] as number) < roundUs) return
    this.lastAt[i] = at
    if ((this.rounds[i] as number) < 255) this.rounds[i]!++
  }

  snapshot(): TargetsState {
    const n = this.length
    return {
      words: this.words.subarray(0, 4 * n),
      depth: this.depth.subarray(0, n),
      at: this.at.subarray(0, n),
      lastAt: this.lastAt.subarray(0, n),
      answer: this.answer.subarray(0, n),
      rounds: this.rounds.subarray(0, n),
      marks: this.marks.subarray(0, n),
    }
  }

  resume(state: TargetsState): void {
    this.clear()
    for (let i = 0; i < state.depth.length; i++) {
      const w = 4 * i
      const [w0, w1, w2, w3] = state.words.subarray(w, w + 4) as unknown as [number, number, number, number]
      if (this.add(w0, w1, w2, w3, state.depth[i] as number, state.at[i] as number) < 0) continue
      this.lastAt[i] = state.lastAt[i] as number
      this.answer[i] = state.answer[i] as number
      this.rounds[i] = state.rounds[i] as number
      this.marks[i] = state.marks[i] as number
    }
  }

  #grow(): boolean {
    const more = this.capacity
    if (2 * more > largest || this.#budget.left < more) return false
    this.#budget.left -= more
    this.#resize(2 * more)
    return true
  }

  #resize(capacity: number): void {
    this.words = resized(this.words, new Uint32Array(4 * capacity))
    this.depth = resized(this.depth, new Uint8Array(capacity))
    this.at = resized(this.at, new Float64Array(capacity))
    this.lastAt = resized(this.lastAt, new Float64Array(capacity))
    this.answer = resized(this.answer, new Uint8Array(capacity))
    this.rounds = resized(this.rounds, new Uint8Array(capacity))
    this.marks = resized(this.marks, new Uint8Array(capacity))
    this.#places = new Int32Array(4 * capacity)
    this.length = Math.min(this.length, capacity)
    for (let i = 0; i < this.length; i++) {
      const w = this.words
      const p = 4 * i
      const place = this.#place(w[p]!, w[p + 1]!, w[p + 2]!, w[p + 3]!, this.depth[i]!)
      this.#places[place] = i + 1
    }
  }

  /** Where the name stands in the table, or the free place for it. */
  #place(w0: number, w1: number, w2: number, w3: number, depth: number): number {
    const mask = this.#places.length - 1
    const w = this.words
    let place = this.#hash.of5(w0, w1, w2, w3, depth) & mask
    for (;;) {
      const i = (this.#places[place] as number) - 1
      if (i < 0) return place
      const p = 4 * i
      if (w[p + 3] === w3 && w[p + 2] === w2 && w[p + 1] === w1 && w[p] === w0 && this.depth[i] === depth) return place
      place = (place + 1) & mask
    }
  }
}

function resized<Table extends Uint8Array | Uint32Array | Float64Array>(from: Table, to: Table): Table {
  to.set(from.subarray(0, to.length) as Uint8Array)
  return to
}
