import { Random } from '../random.ts'
import { Contact, Day } from './day.ts'
import { Detector, operatingPoints } from './detector.ts'
import { walkAccuses } from './random-walk.ts'
import { type Role, roles } from './roles.ts'

/** What many source-days came to. Arrays by operating point unless said otherwise. */
export interface Tally {
  days: number
  contacts: number
  /** Days that the textbook random walk accuses. */
  walk: number
  readonly accused: number[]
  /** Accused days by what befell them (bits of `Event`). */
  readonly because: Uint32Array[]
  /** Mean likelihood ratio of a contact; the statistic's guarantee asks for 1 or less. */
  readonly meanRatio: number[]
  /** Contacts by `Contact` kind. */
  readonly kinds: Float64Array
}

export function newTally(): Tally {
  return {
    days: 0,
    contacts: 0,
    walk: 0,
    accused: operatingPoints.map(() => 0),
    because: operatingPoints.map(() => new Uint32Array(64)),
    meanRatio: operatingPoints.map(() => 0),
    kinds: new Float64Array(Object.keys(Contact).length),
  }
}

/** How many of `sourceDays` fall to the role, by its weight. */
export function daysOf(role: Role, sourceDays: number): number {
  return Math.ceil((sourceDays * role.weight) / roles.reduce((sum, { weight }) => sum + weight, 0))
}

/** Draws `days` source-days of a role and lets the detector, at each operating point, and the random walk judge them. */
export function simulate(role: Role, days: number, seed: number): Tally {
  const tally = newTally()
  const day = new Day(new Random(seed))
  const detectors = operatingPoints.map((point) => new Detector(point))
  for (tally.days = 0; tally.days < days; tally.days++) {
    day.draw(role)
    tally.contacts += day.length
    for (let i = 0; i < day.length; i++) tally.kinds[day.kind[i] as number]!++
    if (walkAccuses(day)) tally.walk++
    for (let point = 0; point < detectors.length; point++) {
      if (!detectors[point]!.accuses(day, role)) continue
      tally.accused[point]!++
      tally.because[point]![day.events]!++
    }
  }
  for (const [point, { ratioSum, contacts }] of detectors.entries()) tally.meanRatio[point] = ratioSum / contacts
  return tally
}

/** Adds `one` to `all`. */
export function merge(all: Tally, one: Tally): void {
  const contacts = all.contacts + one.contacts
  for (let point = 0; point < operatingPoints.length; point++) {
    all.accused[point]! += one.accused[point]!
    const sum = all.meanRatio[point]! * all.contacts + one.meanRatio[point]! * one.contacts
    all.meanRatio[point] = sum / contacts
    for (let events = 0; events < 64; events++) all.because[point]![events]! += one.because[point]![events]!
  }
  for (let kind = 0; kind < all.kinds.length; kind++) all.kinds[kind]! += one.kinds[kind]!
  all.contacts = contacts
  all.days += one.days
  all.walk += one.walk
}
