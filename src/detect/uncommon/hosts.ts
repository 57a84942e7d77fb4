import { fillTables, type Resumable } from '../../base/snapshot.ts'
import { Baseline, type BaselineState } from './baseline.ts'
import type { Fingerprint } from './fingerprint.ts'

export interface HostsState {
  readonly baseline: BaselineState
  readonly columns: readonly Uint32Array[]
  readonly learned: number
}

/**
 * The machines whose programs are watched. A machine's learning is over when it has been seen for the learning period, and on
 * half of its days at least: a laptop that was in a drawer has shown nothing. hot: no allocation per event.
 */
export class Hosts implements Resumable<HostsState> {
  readonly #baseline: Baseline
  readonly #learning: number
  readonly #fewestDays: number
  /** When learning was over, in seconds; 0 where it goes on. */
  readonly over: Uint32Array
  /** How many machines' learning is over. */
  learned = 0
  /** How many programs of the machine were seen using the network. */
  readonly programs: Uint32Array

  /** @param learning seconds */
  constructor(log2: number, learning: number) {
    this.#baseline = new Baseline(log2)
    this.#learning = learning
    this.#fewestDays = fewestDays(learning)
    this.over = new Uint32Array(this.#baseline.capacity)
    this.programs = new Uint32Array(this.#baseline.capacity)
  }

  get forgotten(): number {
    return this.#baseline.forgotten
  }

  /** Notes that a machine was seen; its place. */
  see(host: Fingerprint, at: number): number {
    let slot = this.#baseline.find(host.low, host.high)
    if (slot < 0) {
      slot = this.#baseline.claim(host.low, host.high, at)
      this.over[slot] = this.programs[slot] = 0
    } else if (this.#baseline.touch(slot, at) && this.over[slot] === 0) this.#weigh(slot, at)
    // The period may end in the middle of a day.
    else if (this.over[slot] === 0 && at - this.since(slot) >= this.#learning) this.#weigh(slot, at)
    return slot
  }

  since(slot: number): number {
    return this.#baseline.since[slot] as number
  }

  isLearning(slot: number): boolean {
    return this.over[slot] === 0
  }

  snapshot(): HostsState {
    return { baseline: this.#baseline.snapshot(), columns: [this.over, this.programs], learned: this.learned }
  }

  resume(state: HostsState): void {
    this.#baseline.resume(state.baseline)
    fillTables([this.over, this.programs], state.columns)
    this.learned = state.learned
  }

  /** What was learned in the second in which learning ends still counts as learned. */
  #weigh(slot: number, at: number): void {
    const isLong = at - this.since(slot) >= this.#learning
    if (isLong && (this.#baseline.days[slot] as number) >= this.#fewestDays) {
      this.over[slot] = at + 1
      this.learned++
    }
  }
}

/** On how many days something must be seen in a period, in seconds, to count as seen throughout. */
export function fewestDays(period: number): number {
  return Math.max(1, Math.ceil(period / 86_400 / 2))
}
