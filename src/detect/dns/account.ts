import { Score, shares } from '../judge/score.ts'
import type { LearnedName, Mention } from './query.ts'
import { type Budget, Targets, type TargetsState } from './targets.ts'
import { dnsTerms, orderly, ratiosAsList, ratiosAsWide } from './terms.ts'

/** Steps of an account that are kept. */
export const mostSteps = 64
const mostNames = 20
const sensorBits = 32

/** What an account is kept for. */
export const AccountKind = { sweep: 0, enumeration: 1 } as const

/** One more than is shown, for the state before the first that is. */
const kept = mostSteps + 1

/** The last steps of a score, as columns; step n stands at n modulo their length. */
class Steps {
  readonly term = new Uint8Array(kept)
  readonly at = new Float64Array(kept)
  readonly sensor = new Uint16Array(kept)
  readonly offset = new Float64Array(kept)
  readonly length = new Uint32Array(kept)
  readonly total = new Float64Array(kept)
  /** S for each share after the step. */
  readonly state = new Float64Array(kept * shares.length)
  count = 0

  add(term: number, at: number, mention: Mention, score: Score): void {
    const i = this.count++ % kept
    this.term[i] = term
    this.at[i] = at
    this.sensor[i] = mention.sensor
    this.offset[i] = mention.offset
    this.length[i] = mention.length
    this.total[i] = score.total
    this.state.set(score.state, i * shares.length)
  }

  get tables() {
    return [this.term, this.at, this.sensor, this.offset, this.length, this.total, this.state] as const
  }
}

export interface AccountState {
  readonly numbers: readonly number[]
  readonly client: Uint32Array
  readonly server: Uint32Array
  readonly scores: readonly Float64Array[]
  readonly steps: readonly (Uint8Array | Uint16Array | Uint32Array | Float64Array)[]
  readonly counts: Uint32Array
  readonly nats: Float64Array
  readonly targets: TargetsState
  readonly sensors: Float64Array
  readonly zone: string
  readonly names: readonly LearnedName[]
}

/**
 * What is held against one client: the score with its steps, and the names asked for. Opened by the first query that speaks
 * for a scan, closed when the score has come down again; frozen in what it says of the decision once that is made.
 */
export class Account {
  kind: number = AccountKind.sweep
  /** Slot of the client (sweep) or of the zone (enumeration); -1: the account is free. */
  owner = -1
  readonly client = new Uint32Array(4)
  /** The server first asked, all zero where it is not told. */
  readonly server = new Uint32Array(4)
  readonly score = new Score()
  /** The same if the client is one that asks all over, or works through a sorted list, as may turn out later; with their peaks. */
  readonly #asWide = new Score()
  readonly #asList = new Score()
  peakAsWide = 0
  peakAsList = 0
  readonly steps = new Steps()
  readonly counts = new Uint32Array(dnsTerms.length)
  readonly nats = new Float64Array(dnsTerms.length)
  readonly targets: Targets
  readonly sensors = new Float64Array(sensorBits)
  /** Score after the last step, highest so far, and steps since then. */
  total = 0
  peak = 0
  sincePeak = 0
  /** When the decision was made, -1 where it is not; the score then, and how many names had been asked for. */
  decidedAt = -1
  decidedTotal = 0
  decidedTargets = 0
  /** When it was opened, by the time of the first query; the oldest and the newest query. */
  met = 0
  first = 0
  last = 0
  /** Queries of the client beside the targets: for addresses elsewhere, or names of other zones. */
  besides = 0
  /** New names since the account was opened, these included, and those above the one before: a sorted list has no others. */
  asked = 0
  rising = 0
  /** Steps that went on from address to address. */
  orderly = 0
  /** The set of the client's sites when it was last seen. */
  sitesLow = 0
  sitesHigh = 0
  /** Transport of the queries: 1 UDP, 2 TCP. */
  transports = 0
  zone = ''
  readonly names: LearnedName[] = []

  constructor(budget: Budget, key: number) {
    this.targets = new Targets(budget, key)
  }

  get isDecided(): boolean {
    return this.decidedAt >= 0
  }

  open(kind: number, owner: number, at: number): void {
    this.kind = kind
    this.owner = owner
    this.score.reset()
    this.#asWide.reset()
    this.#asList.reset()
    this.peakAsWide = this.peakAsList = 0
    this.steps.count = 0
    this.counts.fill(0)
    this.nats.fill(0)
    this.targets.clear()
    this.sensors.fill(0)
    this.total = this.peak = this.sincePeak = 0
    this.decidedAt = -1
    this.decidedTotal = this.decidedTargets = 0
    this.besides = this.asked = this.rising = this.orderly = 0
    this.transports = this.sitesLow = this.sitesHigh = 0
    this.met = this.first = this.last = at
    this.zone = ''
    this.names.length = 0
  }

  /** Takes up a step of the score. Steps are known in the order in which they come, whatever the clock of the log says. */
  take(term: number, mention: Mention): void {
    const before = this.total
    const { ratio } = dnsTerms[term] as (typeof dnsTerms)[number]
    this.score.contact(ratio)
    this.total = this.score.total
    if (orderly[term]) this.orderly++
    this.#asWide.contact(ratiosAsWide[term] as number)
    this.#asList.contact(ratiosAsList[term] as number)
    this.peakAsWide = Math.max(this.peakAsWide, this.#asWide.total)
    this.peakAsList = Math.max(this.peakAsList, this.#asList.total)
    this.last = Math.max(this.last, mention.at)
    if (this.total > this.peak) {
      this.peak = this.total
      this.sincePeak = 0
    } else this.sincePeak++
    if (this.isDecided) return
    this.counts[term]!++
    this.nats[term]! += this.total - before
    this.steps.add(term, this.last, mention, this.score)
  }

  /** Counts a record that belongs to the account. */
  mention({ sensor, protocol, at }: Mention): void {
    this.sensors[sensor % sensorBits]!++
    this.first = Math.min(this.first, at)
    this.last = Math.max(this.last, at)
    if (protocol === 17) this.transports |= 1
    else if (protocol === 6) this.transports |= 2
  }

  decide(): void {
    this.decidedAt = this.last
    this.decidedTotal = this.total
    this.decidedTargets = this.targets.length
  }

  get hasRoomForNames(): boolean {
    return this.names.length < mostNames
  }

  snapshot(): AccountState {
    return {
      numbers: [
        ...[this.kind, this.owner, this.steps.count, this.total, this.peak, this.sincePeak, this.decidedAt],
        ...[this.decidedTotal, this.decidedTargets, this.met, this.first, this.last, this.besides, this.transports],
        ...[
          this.sitesLow,
          this.sitesHigh,
          this.rising,
          this.targets.omitted,
          this.peakAsWide,
          this.peakAsList,
          this.orderly,
        ],
      ],
      client: this.client,
      server: this.server,
      scores: [this.score.state, this.#asWide.state, this.#asList.state],
      steps: this.steps.tables,
      counts: this.counts,
      nats: this.nats,
      targets: this.targets.snapshot(),
      sensors: this.sensors,
      zone: this.zone,
      names: this.names,
    }
  }

  resume(state: AccountState): void {
    const [kind = 0, owner = -1, steps = 0, total = 0, peak = 0, sincePeak = 0, decidedAt = -1, ...more] = state.numbers
    const [decidedTotal = 0, decidedTargets = 0, met = 0, first = 0, last = 0, besides = 0, transports = 0, ...rest] =
      more
    this.open(kind, owner, met)
    this.steps.count = steps
    Object.assign(this, {
      total,
      peak,
      sincePeak,
      decidedAt,
      decidedTotal,
      decidedTargets,
      first,
      last,
      besides,
      transports,
    })
    const [
      sitesLow = 0,
      sitesHigh = 0,
      rising = 0,
      omitted = 0,
      peakAsWide = 0,
      peakAsList = 0,
      orderly = 0,
      asked = 0,
    ] = rest
    Object.assign(this, { rising, peakAsWide, peakAsList, orderly, asked })
    this.sitesLow = sitesLow
    this.sitesHigh = sitesHigh
    this.client.set(state.client)
    this.server.set(state.server)
    for (const [k, score] of [this.score, this.#asWide, this.#asList].entries())
      score.state.set(state.scores[k] as Float64Array)
    for (const [k, table] of this.steps.tables.entries()) table.set(state.steps[k] as Uint8Array)
    this.counts.set(state.counts)
    this.nats.set(state.nats)
    this.targets.resume(state.targets)
    this.targets.omitted = omitted
    this.sensors.set(state.sensors)
    this.zone = state.zone
    this.names.push(...state.names)
  }
}
