import type { Resumable } from '../base/snapshot.ts'

/** How far the clock of one sensor is ahead of that of another, by the connections that both recorded. */
export interface Skew {
  /** Sensor numbers. */
  readonly of: number
  readonly against: number
  /** Microseconds: the median of the differences. */
  readonly ahead: number
  /** Microseconds: half of the differences lie within so much of the median. */
  readonly spread: number
  readonly connections: number
}

/** Differences kept of a pair of sensors; of later ones every so many-th takes an old one's place. */
const mostSamples = 256
const mostPairs = 4096
const fewest = 5

export type ClockSkewState = ReadonlyMap<number, { readonly seen: number; readonly samples: readonly number[] }>

/**
 * Measures how the clocks of sensors differ (requirement A4). A connection is known by its five-tuple, so that a clock that is
 * hours off is found as well.
 */
export class ClockSkew implements Resumable<ClockSkewState> {
  readonly #pairs = new Map<number, { seen: number; samples: number[] }>()

  /** Notes that two sensors gave the same connection these times, in microseconds. */
  note(first: number, firstAt: number, second: number, secondAt: number): void {
    const forward = first < second
    const key = forward ? first * 65536 + second : second * 65536 + first
    let pair = this.#pairs.get(key)
    if (pair === undefined) {
      if (this.#pairs.size >= mostPairs) return
      pair = { seen: 0, samples: [] }
      this.#pairs.set(key, pair)
    }
    const difference = forward ? secondAt - firstAt : firstAt - secondAt
    pair.samples[pair.seen++ % mostSamples] = difference
  }

  /** The pairs that share enough connections, sensors with small numbers first. */
  measured(): Skew[] {
    return [...this.#pairs]
      .filter(([, { samples }]) => samples.length >= fewest)
      .map(([key, { seen, samples }]) => {
        const ahead = median(samples)
        const spread = median(samples.map((each) => Math.abs(each - ahead)))
        return { of: key % 65536, against: Math.floor(key / 65536), ahead, spread, connections: seen }
      })
      .sort((a, b) => a.against - b.against || a.of - b.of)
  }

  snapshot(): ClockSkewState {
    return this.#pairs
  }

  resume(state: ClockSkewState): void {
    this.#pairs.clear()
    for (const [key, { seen, samples }] of state) this.#pairs.set(key, { seen, samples: [...samples] })
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] as number
}
