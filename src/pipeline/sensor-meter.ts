import type { Resumable } from '../base/snapshot.ts'
import type { OwnNetworks } from '../detect/network/own-networks.ts'
import { Action, type EventBatch, Outcome, Subject } from '../event/batch.ts'

/** Directions in the order of `Meter.events`: by whether source (1) and destination (2) are ours. */
export const meterDirections = ['external', 'outbound', 'inbound', 'internal'] as const

export interface Gap {
  /** Microseconds. */
  readonly from: number
  readonly to: number
}

/** What is counted of one device of one input; plain data. */
export interface Meter {
  readonly sensor: number
  /** Dictionary id of the name the device gave itself; 0 = none. */
  readonly device: number
  /** Formats its rows were of, by number. */
  readonly formats: number[]
  rows: number
  first: number
  last: number
  /** Contacts by direction, and how many of them show an answer. */
  readonly contacts: number[]
  readonly answered: number[]
  denied: number
  allowed: number
  sampling: number
  readonly gaps: Gap[]
  /** Linear counting of the sources of contacts to us: 1024 bits. */
  readonly sources: Uint32Array
  /** Rows of the day up to `quarter`, by quarter of an hour: one that began n quarters after 1970 is counted at n modulo 96. */
  readonly recent: number[]
  quarter: number
}

/** How long a quarter of an hour is, in microseconds, and how many are kept. */
export const quarterHour = 900e6
export const keptQuarters = 96

const mostMeters = 4096
const mostGaps = 5
/** A pause is a gap from so many microseconds on, and from so many times the mean interval. */
const leastGap = 60e6
const gapFactor = 20
const fewestForGaps = 20

/**
 * What each sensor delivers (requirement L4): how much, of which directions, whether answers are seen, when it paused. A meter
 * a device of an input, in bounded number.
 *
 * hot: no allocation per event.
 */
export class SensorMeters implements Resumable<readonly Meter[]> {
  #meters = new Map<number, Meter>()
  readonly #own: () => OwnNetworks | undefined
  #last: Meter | undefined

  /** @param own our networks as known by now; directions are only counted where they are */
  constructor(own: () => OwnNetworks | undefined) {
    this.#own = own
  }

  get all(): readonly Meter[] {
    return [...this.#meters.values()]
  }

  observe(batch: EventBatch): void {
    const own = this.#own()
    for (let i = 0; i < batch.length; i++) this.#row(batch, i, own)
  }

  snapshot(): readonly Meter[] {
    return this.all
  }

  resume(state: readonly Meter[]): void {
    this.#meters = new Map(state.map((meter) => [keyOf(meter.sensor, meter.device), withDay(meter)]))
    this.#last = undefined
  }

  #row(batch: EventBatch, i: number, own: OwnNetworks | undefined): void {
    const c = batch.column
    const meter = this.#meter(c.sensor[i]!, c.device[i]!)
    if (!meter) return
    meter.rows++
    this.#time(meter, c.time[i]!)
    countQuarter(meter, Math.floor(c.time[i]! / quarterHour))
    const format = c.format[i]!
    if (!meter.formats.includes(format)) meter.formats.push(format)
    if (c.sampling[i]! > meter.sampling) meter.sampling = c.sampling[i]!
    if (c.subject[i] !== Subject.contact) return
    if (c.action[i] === Action.allow) meter.allowed++
    else if (c.action[i] !== Action.none) meter.denied++
    if (!own) return
    const fromUs = own.has(c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!) ? 1 : 0
    const toUs = own.has(c.dst0[i]!, c.dst1[i]!, c.dst2[i]!, c.dst3[i]!) ? 2 : 0
    const outcome = c.outcome[i]!
    // A row that is itself an answer speaks for the direction it answers.
    if (outcome === Outcome.response) {
      meter.answered[swapped[fromUs | toUs]!]!++
      return
    }
    meter.contacts[fromUs | toUs]!++
    if (outcome === Outcome.established || outcome === Outcome.refused) meter.answered[fromUs | toUs]!++
    if (toUs) {
      const hash = Math.imul(c.src3[i]! ^ c.src1[i]!, 0x9e3779b1) >>> 22
      meter.sources[hash >>> 5] = meter.sources[hash >>> 5]! | (1 << (hash & 31))
    }
  }

  #time(meter: Meter, time: number): void {
    if (time < meter.first) meter.first = time
    if (time <= meter.last) return
    if (meter.rows > fewestForGaps) {
      const pause = time - meter.last
      const mean = (meter.last - meter.first) / meter.rows
      if (pause >= leastGap && pause >= gapFactor * mean) noteGap(meter.gaps, { from: meter.last, to: time })
    }
    meter.last = time
  }

  #meter(sensor: number, device: number): Meter | undefined {
    if (this.#last?.sensor === sensor && this.#last.device === device) return this.#last
    const key = keyOf(sensor, device)
    let meter = this.#meters.get(key)
    if (!meter) {
      if (this.#meters.size >= mostMeters) return undefined
      meter = newMeter(sensor, device)
      this.#meters.set(key, meter)
    }
    this.#last = meter
    return meter
  }
}

const swapped = [0, 2, 1, 3]

function keyOf(sensor: number, device: number): number {
  return sensor * 65536 + device
}

/** A meter that has counted nothing. */
export function newMeter(sensor: number, device: number): Meter {
  return {
    sensor,
    device,
    formats: [],
    rows: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    contacts: [0, 0, 0, 0],
    answered: [0, 0, 0, 0],
    denied: 0,
    allowed: 0,
    sampling: 0,
    gaps: [],
    sources: new Uint32Array(32),
    recent: new Array(keptQuarters).fill(0),
    quarter: 0,
  }
}

/** A meter as an earlier version kept it has no day. */
export function withDay(meter: Meter): Meter {
  return meter.recent === undefined ? { ...newMeter(meter.sensor, meter.device), ...meter } : meter
}

function countQuarter(meter: Meter, quarter: number): void {
  if (quarter > meter.quarter) {
    for (let q = Math.max(meter.quarter + 1, quarter - keptQuarters + 1); q <= quarter; q++)
      meter.recent[q % keptQuarters] = 0
    meter.quarter = quarter
  }
  if (quarter > meter.quarter - keptQuarters && quarter >= 0) meter.recent[quarter % keptQuarters]!++
}

/** Rows by quarter of an hour, the last of them the one that begins `quarter` quarters after 1970. */
export function dayUpTo(meter: Meter, quarter: number): number[] {
  return Array.from({ length: keptQuarters }, (_, k) => {
    const q = quarter - keptQuarters + 1 + k
    return q >= 0 && q <= meter.quarter && q > meter.quarter - keptQuarters ? meter.recent[q % keptQuarters]! : 0
  })
}

/** Keeps the longest. */
function noteGap(gaps: Gap[], gap: Gap): void {
  gaps.push(gap)
  if (gaps.length <= mostGaps) return
  let shortest = 0
  for (const [k, { from, to }] of gaps.entries()) {
    if (to - from < gaps[shortest]!.to - gaps[shortest]!.from) shortest = k
  }
  gaps.splice(shortest, 1)
}
