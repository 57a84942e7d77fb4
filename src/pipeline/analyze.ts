import { elapsed, now } from '../base/clock.ts'
import { shortDigest } from '../base/digest.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import type { Analysis } from '../case/analysis.ts'
import type { Case } from '../case/case.ts'
import { emptyMemory } from '../detect/detector.ts'
import type { ClockDifference, SensorSummary, Summary } from '../detect/finding.ts'
import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import type { Formats } from '../format/formats.ts'
import { openInputs } from '../source/inputs.ts'
import type { Input } from '../source/source.ts'
import type { CaseStore } from '../store/case-store.ts'
import type { TrackerSizes } from '../track/tracker.ts'
import { loadBaseline, saveBaseline } from './baseline-file.ts'
import { fleetingBook } from './cases/case-book.ts'
import { CaseMaker, inOrder, type MadeCases } from './cases/case-maker.ts'
import type { CaseContext } from './cases/context.ts'
import { clockDifferences, clockWarning } from './clock-report.ts'
import { decodeInput } from './decode.ts'
import { DecodeWorkers, usualThreads } from './decode-workers.ts'
import { type AllFindings, Intake } from './intake.ts'
import { ownNetworks } from './own-networks.ts'
import { loadMemory, saveMemory } from './state.ts'

/** Cases of watched hosts that one run looks at, those whose actor is seen first. */
const mostWatched = 1024

export interface Progress {
  readonly bytes: number
  readonly total: number | undefined
  readonly events: number
  readonly file: string
}

export interface AnalyzeOptions {
  readonly paths: readonly string[]
  /** Our address space as CIDR texts. */
  readonly net?: readonly string[]
  readonly netFrom?: 'option' | 'config'
  readonly format?: string
  /** Where the configuration describes more than those that are built in. */
  readonly formats?: Formats
  readonly state?: string
  /** Threads that decode large inputs, 1 for none but this one; at most four of the machine's where absent. */
  readonly threads?: number
  /** What is known beside the logs, for the cases. */
  readonly context?: CaseContext
  /** Proposes what could be done about the cases of the state directory. */
  readonly respond?: (cases: readonly Case[], store: CaseStore) => Promise<void>
  /** Judge causally, as a live sensor would, not by the whole input. */
  readonly causal?: boolean
  /** How much is kept at once: tables of connections and contacts, and contacts of suspects. */
  readonly sizes?: TrackerSizes & { readonly keep: number }
  readonly progress?: (progress: Progress) => void
  readonly warn?: (line: string) => void
}

/** Reads every input and says what was found. Throws a `Problem` where nothing could be read at all. */
export async function analyze(options: AnalyzeOptions): Promise<Analysis> {
  const began = elapsed()
  const inputs = openInputs(options.paths)
  const own = ownNetworks(options.net, options.netFrom)
  const memory = options.state === undefined ? emptyMemory() : loadMemory(options.state)
  const rules = new Dictionary()
  const intake = new Intake({
    rules,
    ...(own ? { own } : {}),
    memory,
    causal: options.causal ?? false,
    inputs: inputs.map((input) => input.name),
    ...(options.sizes ? { sizes: options.sizes, keep: options.sizes.keep } : {}),
  })
  if (options.state !== undefined) loadBaseline(options.state, intake.uncommon)
  const { tracker, detector } = intake
  const threads = options.threads ?? usualThreads()
  const workers = threads > 1 ? new DecodeWorkers(threads) : undefined
  const reading = new Reading(options, inputs, intake, rules, workers)
  try {
    await reading.run()
  } finally {
    await workers?.close()
  }
  const findings = intake.finish()
  reading.sayOverflow()
  const clocks = clockDifferences(
    tracker.skew.measured(),
    inputs.map(({ name }) => name),
  )
  reading.sayClocks(clocks)
  if (options.state !== undefined) {
    if (tracker.newest > tracker.oldest) memory.knowledge.learnedFor += tracker.newest - tracker.oldest
    saveMemory(options.state, memory)
    saveBaseline(options.state, intake.uncommon)
  }
  const { scans, cases } = await casesOf(findings, options, intake)
  const [oldest, newest] = intake.span
  const summary: Summary = {
    type: 'summary',
    files: inputs.length,
    events: sum(reading.sensors, 'events'),
    malformed: sum(reading.sensors, 'malformed'),
    ignored: sum(reading.sensors, 'ignored'),
    first: Number.isFinite(oldest) ? isoTime(oldest) : null,
    last: Number.isFinite(newest) ? isoTime(newest) : null,
    scans: findings.scans.length,
    backscatter: findings.backscatter.length,
    uncommon: findings.uncommon.length,
    cases: cases.length,
    seconds: Math.round(elapsed() - began) / 1000,
    net: { blocks: detector.own?.blocks ?? [], from: detector.own?.from ?? 'unknown' },
    knowledge: options.causal ? 'causal' : 'whole-input',
    sensors: reading.sensors,
    clocks,
    warnings: reading.warnings,
  }
  const { undecided, backscatter, uncommon } = findings
  return { scans, undecided, backscatter, uncommon, cases, summary }
}

/** Puts what was found into cases: those of the state directory, or of this run alone, which are dated by their events. */
async function casesOf(findings: AllFindings, options: AnalyzeOptions, intake: Intake): Promise<MadeCases> {
  const [, newest] = intake.span
  const { state } = options
  if (state === undefined) {
    const at = isoTime(Number.isFinite(newest) ? newest : 0)
    return new CaseMaker(fleetingBook(), options.context).take(findings, at, newest)
  }
  // Loaded here: most runs keep nothing, and SQLite is a good part of the time it takes to start.
  const [{ CaseStore: Cases }, { storedBook }, { rememberDays }, { HostWatch }] = await Promise.all([
    import('../store/case-store.ts'),
    import('./cases/stored-book.ts'),
    import('./cases/host-days.ts'),
    import('./cases/host-watch.ts'),
  ])
  const store = Cases.open(state)
  try {
    const { context = {} } = options
    const book = storedBook(store, context.watch)
    const taken = await new CaseMaker(book, context).take(findings, isoTime(now()), newest)
    const watch = new HostWatch(store, book, context, mostWatched)
    const watched = await watch.look(findings, isoTime(now()), newest)
    if (watched.omitted > 0) options.warn?.(`hosts of ${watched.omitted} more cases are watched than one run looks at`)
    const made = { ...taken, cases: inOrder([...taken.cases, ...watched.cases]) }
    const input = shortDigest(`${intake.span.join(' ')} ${intake.events}`)
    rememberDays(store.database, findings.activity, { input })
    await options.respond?.(made.cases, store)
    return made
  } finally {
    store.close()
  }
}

function sum(sensors: readonly SensorSummary[], key: 'events' | 'malformed' | 'ignored'): number {
  return sensors.reduce((total, sensor) => total + sensor[key], 0)
}

/** Decodes the inputs one after the other into one tracker. */
class Reading {
  readonly sensors: SensorSummary[] = []
  readonly warnings: string[] = []
  readonly #options: AnalyzeOptions
  readonly #inputs: readonly Input[]
  readonly #batch = new EventBatch()
  readonly #rules: Dictionary
  readonly #intake: Intake
  readonly #workers: DecodeWorkers | undefined

  constructor(
    options: AnalyzeOptions,
    inputs: readonly Input[],
    intake: Intake,
    rules: Dictionary,
    workers: DecodeWorkers | undefined,
  ) {
    this.#rules = rules
    this.#workers = workers
    this.#intake = intake
    this.#options = options
    this.#inputs = inputs
  }

  async run(): Promise<void> {
    let failed: Problem | undefined
    for (const [sensor, input] of this.#inputs.entries()) {
      try {
        await this.#read(input, sensor)
      } catch (error) {
        if (!(error instanceof Problem) || this.#inputs.length === 1) throw error
        failed = error
        this.#warn(`${input.name}: ${error.message}`)
        this.sensors.push({ source: input.name, format: 'unknown', events: 0, ignored: 0, malformed: 0, truncated: 0 })
      }
    }
    if (failed && this.sensors.every((sensor) => sensor.format === 'unknown')) throw failed
  }

  async #read(input: Input, sensor: number): Promise<void> {
    const { format, formats, progress } = this.#options
    const { tracker } = this.#intake
    const lateBefore = tracker.late
    const result = await decodeInput(
      input,
      {
        ...(format === undefined ? {} : { format }),
        ...(formats ? { formats } : {}),
        sensor,
        newest: now(),
        rules: this.#rules,
        batch: this.#batch,
        ...(this.#workers ? { workers: this.#workers } : {}),
        onProgress: (bytes, total) => progress?.({ bytes, total, events: this.#intake.events, file: input.name }),
      },
      (batch) => this.#intake.observe(batch),
    )
    const { tally } = result
    this.sensors.push({
      source: input.name,
      format: result.format ?? 'empty',
      events: tally.events,
      ignored: tally.ignored,
      malformed: tally.malformed,
      truncated: tally.truncated,
    })
    for (const { offset, reason } of tally.examples) this.#warn(`${input.name}: at byte ${offset}: ${reason}`)
    if (result.format === undefined) this.#warn(`${input.name}: empty`)
    this.#sayLate(input, tracker.late - lateBefore)
  }

  /** A clock that jumps back, or records written in another order than they happened. */
  #sayLate(input: Input, late: number): void {
    if (late === 0) return
    const events = late === 1 ? 'event lies' : 'events lie'
    this.#warn(
      `${input.name}: ${late} ${events} more than a minute behind the newest event before: a clock that was set back, inputs ` +
        'out of order, or connections logged at their end. They were judged at the times they tell.',
    )
  }

  sayClocks(clocks: readonly ClockDifference[]): void {
    for (const each of clocks) {
      const warning = clockWarning(each)
      if (warning !== undefined) this.#warn(warning)
    }
  }

  /** Says which bounded tables were too small for the input. To be called when detection is done. */
  sayOverflow(): void {
    const { evictedConnections } = this.#intake.tracker
    const { omitted } = this.#intake.detector
    if (evictedConnections > 0) {
      this.#warn(
        `More connections than are kept: ${evictedConnections} were forgotten, those silent longest first; later packets of ` +
          'theirs count as new contacts.',
      )
    }
    const { forgotten } = this.#intake.uncommon
    if (forgotten > 0) {
      this.#warn(
        `More programs and machines than are kept: ${forgotten} were forgotten, those seen on the fewest days first; they are ` +
          'learned anew.',
      )
    }
    const { lostScans } = this.#intake
    if (lostScans > 0)
      this.#warn(`More scans of name servers than are kept: ${lostScans} of the shortest were left out.`)
    if (omitted > 0) {
      this.#warn(`More contacts of suspects than are kept: ${omitted} were left out; scans may count too few probes.`)
    }
  }

  #warn(line: string): void {
    this.warnings.push(line)
    this.#options.warn?.(line)
  }
}
