import { type Prefix, parsePrefix } from '../../src/base/prefix.ts'
import { Judge, type JudgedStep } from '../../src/detect/judge/judge.ts'
import type { Knowledge } from '../../src/detect/judge/knowledge.ts'
import { SourceGroups } from '../../src/detect/judge/sources.ts'
import { openView, Sides, type View } from '../../src/detect/judge/view.ts'
import { Weather } from '../../src/detect/judge/weather.ts'
import { OwnNetworks } from '../../src/detect/network/own-networks.ts'
import type { AttemptJournal } from '../../src/track/journal.ts'
import { Routers } from '../../src/track/routers.ts'
import { Memory, type Surroundings } from './surroundings.ts'

/**
 * What the detector knows and when. `cold`: nothing but what the source itself has met, the worst case. `first day`: a live
 * sensor's, each contact judged by what was seen before it. `whole input`: what `sweepwatch analyze` does with the day's
 * file. `warm`: a live sensor after 30 days.
 */
export const operatingPoints = [
  { name: 'cold', causal: true, remembered: 'none' },
  { name: 'first day', causal: true, remembered: 'day' },
  { name: 'whole input', causal: false, remembered: 'day' },
  { name: 'warm', causal: true, remembered: 'month' },
] as const
export type OperatingPoint = (typeof operatingPoints)[number]

const own = new OwnNetworks([parsePrefix('10.0.0.0/8') as Prefix], 'option')
const silence = { inbound: true, outbound: true, udpInbound: true, udpOutbound: true }
/** The ratios of every 100th source are looked at: telling each step costs ten times the judgement. */
const sampled = 100

/** What the steps of some judgements came to. */
export class Steps {
  /** Sum of the likelihood ratios of contacts, and their number. */
  ratios = 0
  contacts = 0
  /** Nats each term or bonus added to accused sources' scores up to the decision. */
  readonly nats = new Map<string, number>()

  add(other: Steps): void {
    this.ratios += other.ratios
    this.contacts += other.contacts
    for (const [term, nats] of other.nats) this.nats.set(term, (this.nats.get(term) ?? 0) + nats)
  }

  /** Mean likelihood ratio of a contact; the statistic's guarantee asks for 1 or less. */
  get meanRatio(): number {
    return this.ratios / this.contacts
  }
}

/** Puts a batch on trial before the real judge. */
export class Trial {
  readonly groups: SourceGroups
  private readonly journal: AttemptJournal
  private readonly sides: Sides
  private readonly around: Surroundings
  private readonly earlier: number
  /** The view and the verdicts of the operating point before. */
  private before: View | undefined
  private readonly wasAccused: Uint8Array

  /**
   * @param journal sources one after the other, as `DayRecorder` writes them
   * @param earlier how many sources went before this batch
   */
  constructor(journal: AttemptJournal, around: Surroundings, earlier = 0) {
    this.journal = journal
    this.around = around
    this.earlier = earlier
    this.sides = new Sides(journal, own)
    this.groups = new SourceGroups(journal)
    this.wasAccused = new Uint8Array(this.groups.count)
  }

  /** The batch as the detector sees it at an operating point. */
  view(point: OperatingPoint): View {
    const memory = new Memory(this.around, point.remembered) as unknown as Knowledge
    const { journal, sides } = this
    const end = Number.POSITIVE_INFINITY
    return openView({
      journal,
      own,
      sides,
      knowledge: memory,
      outside: memory,
      routers: new Routers(),
      weather: new Weather(journal, sides),
      customary: undefined,
      causal: point.causal,
      end,
      until: end,
      silence,
    })
  }

  /**
   * Judges every source; one whose contacts say the same as at the operating point before need not be judged again.
   * @returns numbers of the accused, by order of appearance
   */
  hold(point: OperatingPoint, steps: Steps): number[] {
    const view = this.view(point)
    const judge = new Judge(view)
    const accused: number[] = []
    for (let g = 0; g < this.groups.count; g++) {
      const rows = this.groups.of(g, this.journal.time)
      if (this.before === undefined || !isSame(this.before, view, rows)) {
        this.wasAccused[g] = judge.judge(rows).decidedAt === undefined ? 0 : 1
      }
      const isAccused = this.wasAccused[g] === 1
      if (isAccused) accused.push(g)
      const isSampled = (this.earlier + g) % sampled === 0
      if (isAccused || isSampled) tell(judge, rows, isAccused, isSampled, steps)
    }
    this.before = view
    return accused
  }
}

/** Whether the judge sees no difference: the same terms at the same times, and no polling, which only some views discount. */
function isSame(one: View, other: View, rows: Uint32Array): boolean {
  const { journal, readings } = one
  for (const row of rows) {
    if (readings.term(row) !== other.readings.term(row) || readings.at[row] !== other.readings.at[row]) return false
    if ((journal.repeats[row] as number) >= 3 && (journal.lastAt[row] as number) - (journal.time[row] as number) > 50e6)
      return false
  }
  return true
}

/** Judges once more, step by step. */
function tell(judge: Judge, rows: Uint32Array, accused: boolean, sample: boolean, steps: Steps): void {
  const taken: JudgedStep[] = []
  const verdict = judge.judge(rows, { step: (step) => taken.push(step) })
  let before = 0
  for (const [n, { kind, term, value, total }] of taken.entries()) {
    if (sample && kind === 'contact') {
      steps.ratios += value
      steps.contacts++
    }
    if (accused && n < verdict.decidedAfter) steps.nats.set(term, (steps.nats.get(term) ?? 0) + total - before)
    before = total
  }
}
