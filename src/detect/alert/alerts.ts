import type { Address } from '../../base/address.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'
import { type EventBatch, Subject } from '../../event/batch.ts'
import { AddressWays } from '../../sketch/address-ways.ts'
import { type Signature, Signatures } from './signatures.ts'

/** Alerts of one kind about one source. */
export interface SourceAlert {
  readonly signature: Signature
  /** Number of the input that told them first. */
  readonly sensor: number
  readonly count: number
  /** Microseconds. */
  readonly first: number
  readonly last: number
}

export interface AlertsState {
  readonly signatures: readonly Signature[]
  readonly tables: readonly (Uint32Array | Uint16Array | Float64Array)[]
}

/** Kinds of alerts kept of one source. */
const each = 4

/**
 * What devices that look for scans and attacks themselves said about sources (requirement L3): IDS, firewalls with scan
 * detection. It never makes a scan; it is told with one that was found. In a table of fixed size, of which the source that
 * was silent longest gives way.
 *
 * hot: no allocation per alert of a known kind.
 */
export class Alerts implements Resumable<AlertsState> {
  readonly #signatures = new Signatures()
  readonly #slots: AddressWays
  /** Signature number + 1, 0 = none; and so on, `each` a source. */
  readonly #kinds: Uint16Array
  readonly #sensors: Uint16Array
  readonly #counts: Uint32Array
  readonly #first: Float64Array
  readonly #last: Float64Array

  /** @param log2 sources remembered, as a power of two; 100 bytes each */
  constructor(log2 = 14, key = 1) {
    const sources = 2 ** log2
    this.#slots = new AddressWays(log2, key + 23)
    this.#kinds = new Uint16Array(sources * each)
    this.#sensors = new Uint16Array(sources * each)
    this.#counts = new Uint32Array(sources * each)
    this.#first = new Float64Array(sources * each)
    this.#last = new Float64Array(sources * each)
  }

  observe(batch: EventBatch): void {
    const { subject } = batch.column
    for (let i = 0; i < batch.length; i++) if (subject[i] === Subject.alert) this.#take(batch, i)
  }

  /** What is said about a source, scans and attacks only. */
  about([a0, a1, a2, a3]: Address): SourceAlert[] {
    const at = this.#slots.find(a0, a1, a2, a3)
    if (at < 0) return []
    const said: SourceAlert[] = []
    for (let k = at * each; k < (at + 1) * each; k++) {
      const signature = this.#signatures.signature(this.#kinds[k]! - 1)
      if (!signature) continue
      const [sensor, count, first, last] = [this.#sensors[k]!, this.#counts[k]!, this.#first[k]!, this.#last[k]!]
      said.push({ signature, sensor, count, first, last })
    }
    return said
  }

  snapshot(): AlertsState {
    return { signatures: this.#signatures.snapshot(), tables: this.#tables }
  }

  resume(state: AlertsState): void {
    this.#signatures.resume(state.signatures)
    fillTables(this.#tables, state.tables)
  }

  get #tables() {
    return [this.#slots.tags, this.#kinds, this.#sensors, this.#counts, this.#first, this.#last]
  }

  #take(batch: EventBatch, i: number): void {
    const c = batch.column
    if (c.src0[i] === 0 && c.src3[i] === 0) return
    const number = this.#signatures.numberOf(batch, i)
    if (number < 0 || this.#signatures.signature(number)!.means === 'other') return
    let at = this.#slots.find(c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!)
    if (at < 0) at = this.#claim(c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!)
    const time = c.time[i]!
    const k = this.#place(at * each, number)
    if (this.#kinds[k] === number + 1) {
      this.#counts[k]!++
      this.#first[k] = Math.min(this.#first[k]!, time)
      this.#last[k] = Math.max(this.#last[k]!, time)
      return
    }
    this.#kinds[k] = number + 1
    this.#sensors[k] = c.sensor[i]!
    this.#counts[k] = 1
    this.#first[k] = this.#last[k] = time
  }

  /** The place of a kind of alert among a source's, or a free one, or that of the one told least often. */
  #place(first: number, number: number): number {
    let least = first
    for (let k = first; k < first + each; k++) {
      if (this.#kinds[k] === number + 1) return k
      const count = this.#kinds[k] === 0 ? 0 : this.#counts[k]!
      if (count < (this.#kinds[least] === 0 ? 0 : this.#counts[least]!)) least = k
    }
    return least
  }

  #claim(a0: number, a1: number, a2: number, a3: number): number {
    const at = this.#slots.claim(a0, a1, a2, a3, this.#lastOf)
    this.#kinds.fill(0, at * each, (at + 1) * each)
    this.#last.fill(0, at * each, (at + 1) * each)
    return at
  }

  readonly #lastOf = (at: number): number => {
    let last = 0
    for (let k = at * each; k < (at + 1) * each; k++) last = Math.max(last, this.#last[k]!)
    return last
  }
}
