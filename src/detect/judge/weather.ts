import { Hash } from '../../base/hash.ts'
import { bitCount } from '../../sketch/bit-count.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import type { Sides } from './view.ts'

/** Length of an interval, microseconds. */
const interval = 30e6
/** At least this many other sources of ours must fail … */
const leastFailing = 5
/** … at most one of so many may succeed … */
const failingPerSuccess = 4
/** … and they must fail like clients, not like an outbreak of scanners. */
const mostFailuresEach = 30
const mostIntervals = 100_000

interface Air {
  failing: number
  succeeding: number
  failures: number
}

/**
 * When the way outside is down, all our hosts fail at once: that is nobody's scan. Per half minute and address family,
 * which sources of ours fail and which succeed outside, as 32-bit sets by hash.
 */
export class Weather {
  readonly #intervals = new Map<number, Air>()
  readonly #hash = new Hash(41)

  constructor(journal: AttemptJournal, sides: Sides) {
    for (let i = 0; i < journal.length; i++) if (sides.src(i) && !sides.dst(i)) this.#note(journal, i)
  }

  /** Whether other sources of ours fared badly outside when contact `i` failed. */
  isOutage(journal: AttemptJournal, i: number): boolean {
    const air = this.#intervals.get(this.#key(journal, i))
    if (air === undefined) return false
    const others = ~this.#bit(journal, i)
    const failing = bitCount(air.failing & others)
    const succeeding = bitCount(air.succeeding & others)
    if (failing < leastFailing || failing < failingPerSuccess * succeeding) return false
    return air.failures <= mostFailuresEach * (failing + 1)
  }

  #note(journal: AttemptJournal, i: number): void {
    const key = this.#key(journal, i)
    let air = this.#intervals.get(key)
    if (air === undefined) {
      if (this.#intervals.size >= mostIntervals) return
      air = { failing: 0, succeeding: 0, failures: 0 }
      this.#intervals.set(key, air)
    }
    if (journal.has(i, State.established)) air.succeeding |= this.#bit(journal, i)
    else if (!journal.has(i, State.unknownOutcome)) {
      air.failing |= this.#bit(journal, i)
      air.failures++
    }
  }

  #key(journal: AttemptJournal, i: number): number {
    const v4 = journal.address[8 * i + 6] === 0xffff && journal.address[8 * i + 4] === 0
    return 2 * Math.floor((journal.time[i] as number) / interval) + (v4 ? 0 : 1)
  }

  #bit(journal: AttemptJournal, i: number): number {
    const a = journal.address
    const p = 8 * i
    return 1 << (this.#hash.of4(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number) & 31)
  }
}
