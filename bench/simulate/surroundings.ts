import type { Knowledge } from '../../src/detect/judge/knowledge.ts'
import type { AttemptJournal } from '../../src/track/journal.ts'

/** What the services and hosts behind a batch of journal rows show to others. Times are microseconds; Infinity: never. */
export class Surroundings {
  /** How many others the service serves on other days: 0, 1 (a few) or 5 (at least five). */
  readonly serves: Uint8Array
  /** When the service first served another source this day, and when it had served five. */
  readonly servedAt: Float64Array
  readonly popularAt: Float64Array
  /** Whether the host was alive on other days; when anything of it was first seen this day, and by the source itself. */
  readonly lives: Uint8Array
  readonly aliveAt: Float64Array
  readonly metAt: Float64Array

  /** @param capacity rows of the journal */
  constructor(capacity: number) {
    this.serves = new Uint8Array(capacity)
    this.servedAt = new Float64Array(capacity)
    this.popularAt = new Float64Array(capacity)
    this.lives = new Uint8Array(capacity)
    this.aliveAt = new Float64Array(capacity)
    this.metAt = new Float64Array(capacity)
  }
}

/** Which contacts of others are remembered: none, those of the same day, or those of 30 days as well. */
export type Remembered = 'none' | 'day' | 'month'

type Asked = Pick<
  Knowledge,
  'isAlive' | 'servedOthers' | 'askedByOthers' | 'contactedByOthers' | 'isWanted' | 'timeout' | 'learnedFor'
>

/**
 * Answers what the detector asks of its `Knowledge`, from the surroundings by row number: filling a real one with every
 * other source's contacts would take a hundred times as long. A test compares the two.
 */
export class Memory implements Asked {
  /** 20 times a round trip of 50 ms. */
  readonly timeout = 1e6
  readonly learnedFor: number
  private readonly around: Surroundings
  private readonly remembered: Remembered

  constructor(around: Surroundings, remembered: Remembered) {
    this.around = around
    this.remembered = remembered
    this.learnedFor = remembered === 'month' ? 30 * 86_400e6 : 0
  }

  isAlive(_addresses: Uint32Array, p: number, time: number): boolean {
    const row = (p - 4) / 8
    const { aliveAt, metAt, lives } = this.around
    if (this.remembered === 'month' && lives[row] === 1) return true
    return isBefore((this.remembered === 'none' ? metAt : aliveAt)[row] as number, time)
  }

  servedOthers(_journal: AttemptJournal, row: number, time: number): number {
    if (this.remembered === 'none') return 0
    if (this.remembered === 'month') return this.around.serves[row] as number
    if (isBefore(this.around.popularAt[row] as number, time)) return 5
    return isBefore(this.around.servedAt[row] as number, time) ? 1 : 0
  }

  /** Asked only where a log tells no outcomes; such logs are not drawn. */
  askedByOthers(): number {
    return 0
  }

  contactedByOthers(): number {
    return 0
  }

  /** Demand for removed services by other sources is not drawn: the simulation has none to excuse. */
  isWanted(): boolean {
    return false
  }
}

function isBefore(at: number, time: number): boolean {
  return at !== Number.POSITIVE_INFINITY && at <= time
}
