import { type ScanReportState, ScanReports } from '../asset/scan-reports.ts'
import { Weaknesses, type WeaknessState } from '../asset/weaknesses.ts'
import type { Resumable } from '../base/snapshot.ts'
import { Activity } from '../case/activity/activity.ts'
import { KeptContacts, type KeptState } from '../case/activity/kept-contacts.ts'
import { type NotableState, Notables } from '../case/activity/notables.ts'
import { Alerts, type AlertsState } from '../detect/alert/alerts.ts'
import { corroborate } from '../detect/alert/corroborate.ts'
import {
  Detector,
  type DetectorOptions,
  type DetectorState,
  emptyMemory,
  type Findings,
  type Memory,
} from '../detect/detector.ts'
import { DnsDetector, type DnsState } from '../detect/dns/dns-detector.ts'
import type { Uncommon } from '../detect/finding.ts'
import { inOrder } from '../detect/record/sentence.ts'
import { UncommonDetector, type UncommonState } from '../detect/uncommon/uncommon-detector.ts'
import type { EventBatch } from '../event/batch.ts'
import type { Dictionary } from '../event/dictionary.ts'
import { Tracker, type TrackerSizes, type TrackerState } from '../track/tracker.ts'

export type IntakeOptions = Omit<DetectorOptions, 'content'> & {
  readonly sizes?: TrackerSizes
  /** Whether inputs may show the same connections; where absent, told by their number. */
  readonly severalSensors?: boolean
  /** Names of rules and devices, by id. */
  readonly rules: Dictionary
}

/** All that an intake knows; plain data. */
export interface IntakeState {
  readonly tracker: TrackerState
  readonly detector: DetectorState
  readonly alerts: AlertsState
  readonly dns: DnsState
  readonly uncommon: UncommonState
  /** Absent in states of version 2. */
  readonly notables?: NotableState
  readonly kept?: KeptState
  readonly reports?: ScanReportState
  readonly weaknesses?: WeaknessState
  readonly events: number
}

/** What all detectors found. */
export interface AllFindings extends Findings {
  readonly uncommon: readonly Uncommon[]
  /** What was seen beside, to be asked about what was found. */
  readonly activity: Activity
  /** What vulnerability scanners reported of their scans, and found. */
  readonly reports: ScanReports
  readonly weaknesses: Weaknesses
  /** Names of the inputs, by sensor number. */
  readonly inputs: readonly string[]
}

/** A contact is read for what is uncommon when it is so old, and its answer is there. Microseconds. */
const settled = 5e6

/** What takes up the rows of all inputs: contacts go to the tracker and from its journal to the detector. */
export class Intake implements Resumable<IntakeState> {
  readonly tracker: Tracker
  readonly detector: Detector
  readonly #options: IntakeOptions
  readonly #alerts = new Alerts()
  readonly #dns = new DnsDetector()
  readonly #notables = new Notables()
  readonly #kept = new KeptContacts()
  readonly #reports = new ScanReports()
  readonly #weaknesses = new Weaknesses()
  readonly uncommon = new UncommonDetector({ own: () => this.detector.own })
  /** Takes up what the detector knows, to be asked in its place. */
  #twin: Detector | undefined
  events = 0

  constructor(options: IntakeOptions) {
    this.#options = options
    this.tracker = new Tracker(options.sizes)
    this.tracker.severalSensors = options.severalSensors ?? options.inputs.length > 1
    this.detector = this.#newDetector(options.memory ?? emptyMemory())
  }

  /** Reads a batch of rows. Times may step back a little; what is more than a minute late is counted by the tracker. */
  observe(batch: EventBatch): void {
    const { tracker } = this
    this.#alerts.observe(batch)
    this.#dns.observe(batch)
    this.#notables.observe(batch)
    this.#reports.observe(batch)
    this.#weaknesses.observe(batch)
    this.events += batch.length
    this.uncommon.observe(batch)
    for (let from = tracker.observe(batch); from < batch.length; from = tracker.observe(batch, from)) this.#turnOver()
    this.uncommon.contacts(tracker.journal, tracker.newest - settled)
  }

  /** Time of the oldest and the newest contact or query; infinite where there is none. */
  get span(): readonly [oldest: number, newest: number] {
    const { oldest, newest } = this.tracker
    return [Math.min(oldest, this.#dns.oldest), Math.max(newest, this.#dns.newest)]
  }

  /** Scans of the name service that found no room any more. */
  get lostScans(): number {
    return this.#dns.lost
  }

  /** What was found when the input has ended. To be called once. */
  finish(): AllFindings {
    const findings = this.detector.finish(this.tracker.journal)
    this.uncommon.contacts(this.tracker.journal, Number.POSITIVE_INFINITY)
    return this.#told(findings, this.detector)
  }

  /**
   * What would be found if the input ended now; nothing is changed by asking.
   * @param until silence that would be known later than this is not taken up
   */
  preview(until: number): AllFindings {
    this.#twin ??= this.#newDetector(emptyMemory())
    this.#twin.resume(this.detector.snapshot())
    this.uncommon.contacts(this.tracker.journal, until - settled)
    return this.#told(this.#twin.finish(this.tracker.journal, until), this.#twin)
  }

  /** The findings with those in name service logs, with what other devices said, and with what is uncommon. */
  #told(findings: Findings, { own }: Detector): AllFindings {
    const { inputs, causal } = this.#options
    const asked = this.#dns.findings({ own, inputs, causal: causal ?? false })
    const scans = corroborate([...findings.scans, ...asked].sort(inOrder), this.#alerts, inputs)
    // Who is accused of one thing is not explained away by another.
    const accused = new Set(asked.flatMap(({ scan }) => scan.sources))
    const undecided = findings.undecided.filter(({ source }) => !accused.has(source))
    const backscatter = findings.backscatter.filter(({ source }) => !accused.has(source))
    const found = { scans, undecided, backscatter, uncommon: this.uncommon.findings(scans, inputs) }
    return { ...found, activity: this.#activity(own), reports: this.#reports, weaknesses: this.#weaknesses, inputs }
  }

  #activity(own: Detector['own']): Activity {
    const { inputs, rules } = this.#options
    return new Activity({
      journals: [this.#kept.journal, this.tracker.journal],
      notables: this.#notables,
      content: this.tracker.content,
      own,
      inputs,
      devices: (id) => rules.text(id),
      forgotten: this.#kept.forgotten + this.#notables.forgotten,
    })
  }

  snapshot(): IntakeState {
    return {
      tracker: this.tracker.snapshot(),
      detector: this.detector.snapshot(),
      alerts: this.#alerts.snapshot(),
      dns: this.#dns.snapshot(),
      uncommon: this.uncommon.snapshot(),
      notables: this.#notables.snapshot(),
      kept: this.#kept.snapshot(),
      reports: this.#reports.snapshot(),
      weaknesses: this.#weaknesses.snapshot(),
      events: this.events,
    }
  }

  resume(state: IntakeState): void {
    this.tracker.resume(state.tracker)
    this.detector.resume(state.detector)
    this.#alerts.resume(state.alerts)
    this.#dns.resume(state.dns)
    this.uncommon.resume(state.uncommon)
    if (state.notables) this.#notables.resume(state.notables)
    if (state.kept) this.#kept.resume(state.kept)
    if (state.reports) this.#reports.resume(state.reports)
    if (state.weaknesses) this.#weaknesses.resume(state.weaknesses)
    this.events = state.events
  }

  #newDetector(memory: Memory): Detector {
    return new Detector({ ...this.#options, memory, content: this.tracker.content })
  }

  /** The journal is full: detection takes it up, and contacts too young to have been answered go on to the next. */
  #turnOver(): void {
    const { tracker, detector } = this
    const openSince = tracker.newest - detector.knowledge.timeout
    detector.epoch(tracker.journal, (row) => tracker.goesOn(row, openSince))
    this.uncommon.contacts(tracker.journal, Number.POSITIVE_INFINITY)
    this.#kept.take(tracker.journal, detector.own, (row) => tracker.goesOn(row, openSince))
    tracker.rollOver(openSince)
    this.uncommon.rolledOver(tracker.journal)
  }
}
