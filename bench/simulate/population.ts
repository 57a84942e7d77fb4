import { Random } from '../random.ts'
import { Contact, Day } from './day.ts'
import { walkAccuses } from './random-walk.ts'
import { DayRecorder } from './recorder.ts'
import { type Role, roles } from './roles.ts'
import { operatingPoints, Steps, Trial } from './trial.ts'

/** What many source-days came to. Arrays by operating point unless said otherwise. */
export interface Tally {
  days: number
  contacts: number
  /** Days that the textbook random walk accuses. */
  walk: number
  readonly accused: number[]
  /** Accused days by what befell them (bits of `Event`). */
  readonly because: Uint32Array[]
  readonly steps: Steps[]
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
    steps: operatingPoints.map(() => new Steps()),
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
  const recorder = new DayRecorder(new Random(seed ^ 0x5bd1e995))
  const events: number[] = []
  for (tally.days = 0; tally.days < days; tally.days++) {
    day.draw(role)
    tally.contacts += day.length
    for (let i = 0; i < day.length; i++) tally.kinds[day.kind[i] as number]!++
    if (walkAccuses(day)) tally.walk++
    if (!recorder.fits(day)) judge(recorder, events, tally)
    recorder.record(day, role)
    events.push(day.events)
  }
  judge(recorder, events, tally)
  return tally
}

/** Puts the recorded batch on trial and empties it. */
function judge(recorder: DayRecorder, events: number[], tally: Tally): void {
  const trial = new Trial(recorder.journal, recorder.around, tally.days - events.length)
  for (const [place, point] of operatingPoints.entries()) {
    for (const source of trial.hold(point, tally.steps[place] as Steps)) {
      tally.accused[place]!++
      tally.because[place]![events[source] as number]!++
    }
  }
  recorder.clear()
  events.length = 0
}

/** Adds `one` to `all`. */
export function merge(all: Tally, one: Tally): void {
  for (let point = 0; point < operatingPoints.length; point++) {
    all.accused[point]! += one.accused[point]!
    all.steps[point]?.add(one.steps[point] as Steps)
    for (let events = 0; events < 64; events++) all.because[point]![events]! += one.because[point]![events]!
  }
  for (let kind = 0; kind < all.kinds.length; kind++) all.kinds[kind]! += one.kinds[kind]!
  all.contacts += one.contacts
  all.days += one.days
  all.walk += one.walk
}
