import { elapsed, now } from '../base/clock.ts'
import { parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import { Detector, emptyMemory } from '../detect/detector.ts'
import type { Analysis, SensorSummary, Summary } from '../detect/finding.ts'
import { OwnNetworks, type OwnSource } from '../detect/network/own-networks.ts'
import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import { openInputs } from '../source/inputs.ts'
import type { Input } from '../source/source.ts'
import { Tracker, type TrackerSizes } from '../track/tracker.ts'
import { decodeInput } from './decode.ts'
import { DecodeWorkers, usualThreads } from './decode-workers.ts'
import { loadMemory, saveMemory } from './state.ts'

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
  readonly state?: string
  /** Threads that decode large inputs, 1 for none but this one; at most four of the machine's where absent. */
  readonly threads?: number
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
  const tracker = new Tracker(options.sizes)
  const own = ownNetworks(options)
  const memory = options.state === undefined ? emptyMemory() : loadMemory(options.state)
  const detector = new Detector({
    ...(own ? { own } : {}),
    memory,
    causal: options.causal ?? false,
    inputs: inputs.map((input) => input.name),
    content: tracker.content,
    ...(options.sizes ? { keep: options.sizes.keep } : {}),
  })
  const threads = options.threads ?? usualThreads()
  const workers = threads > 1 ? new DecodeWorkers(threads) : undefined
  const reading = new Reading(options, inputs, tracker, detector, workers)
  try {
    await reading.run()
  } finally {
    await workers?.close()
  }
  const findings = detector.finish(tracker.journal)
  reading.sayOverflow()
  if (options.state !== undefined) {
    if (tracker.newest > tracker.oldest) memory.knowledge.learnedFor += tracker.newest - tracker.oldest
    saveMemory(options.state, memory)
  }
  const summary: Summary = {
    type: 'summary',
    files: inputs.length,
    events: sum(reading.sensors, 'events'),
    malformed: sum(reading.sensors, 'malformed'),
    ignored: sum(reading.sensors, 'ignored'),
    first: Number.isFinite(tracker.oldest) ? isoTime(tracker.oldest) : null,
    last: Number.isFinite(tracker.newest) ? isoTime(tracker.newest) : null,
    scans: findings.scans.length,
    backscatter: findings.backscatter.length,
    seconds: Math.round(elapsed() - began) / 1000,
    net: { blocks: detector.own?.blocks ?? [], from: detector.own?.from ?? 'unknown' },
    knowledge: options.causal ? 'causal' : 'whole-input',
    sensors: reading.sensors,
    warnings: reading.warnings,
  }
  return { scans: findings.scans, undecided: findings.undecided, backscatter: findings.backscatter, summary }
}

function ownNetworks(options: AnalyzeOptions): OwnNetworks | undefined {
  if (!options.net || options.net.length === 0) return undefined
  const prefixes = options.net.map((text) => {
    const prefix = parsePrefix(text)
    if (!prefix)
      throw new Problem('bad-network', `${text} is no network`, { hint: 'Write it as 192.0.2.0/24 or 2001:db8::/32.' })
    return prefix
  })
  const from: OwnSource = options.netFrom ?? 'option'
  return new OwnNetworks(prefixes, from)
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
  readonly #rules = new Dictionary()
  readonly #tracker: Tracker
  readonly #detector: Detector
  readonly #workers: DecodeWorkers | undefined
  #events = 0
  /** How many journals the input filled, the last one included. */
  epochs = 1

  constructor(
    options: AnalyzeOptions,
    inputs: readonly Input[],
    tracker: Tracker,
    detector: Detector,
    workers: DecodeWorkers | undefined,
  ) {
    this.#workers = workers
    this.#tracker = tracker
    this.#detector = detector
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
    const { format, progress } = this.#options
    const lateBefore = this.#tracker.late
    const result = await decodeInput(
      input,
      {
        ...(format === undefined ? {} : { format }),
        sensor,
        newest: now(),
        rules: this.#rules,
        batch: this.#batch,
        ...(this.#workers ? { workers: this.#workers } : {}),
        onProgress: (bytes, total) => progress?.({ bytes, total, events: this.#events, file: input.name }),
      },
      (batch) => {
        this.#events += batch.length
        for (let from = this.#tracker.observe(batch); from < batch.length; from = this.#tracker.observe(batch, from)) {
          this.#turnOver()
        }
      },
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
    this.#sayLate(input, this.#tracker.late - lateBefore)
  }

  /** An older file after a newer one is late as a whole: which it was, a clock or the order, only the reader knows. */
  #sayLate(input: Input, late: number): void {
    if (late === 0) return
    const events = late === 1 ? 'event lies' : 'events lie'
    this.#warn(
      `${input.name}: ${late} ${events} more than a minute behind the newest event before: a clock that was set back, inputs ` +
        'out of order, or connections logged at their end. They were judged at the times they tell.',
    )
  }

  /** Says which bounded tables were too small for the input. To be called when detection is done. */
  sayOverflow(): void {
    const { evictedConnections } = this.#tracker
    const { omitted } = this.#detector
    if (evictedConnections > 0) {
      this.#warn(
        `More connections than are kept: ${evictedConnections} were forgotten, those silent longest first; later packets of ` +
          'theirs count as new contacts.',
      )
    }
    if (omitted > 0) {
      this.#warn(`More contacts of suspects than are kept: ${omitted} were left out; scans may count too few probes.`)
    }
  }

  /** The journal is full: detection takes it up, and contacts too young to have been answered go on to the next. */
  #turnOver(): void {
    const openSince = this.#tracker.newest - this.#detector.knowledge.timeout
    this.#detector.epoch(this.#tracker.journal, (row) => this.#tracker.goesOn(row, openSince))
    this.#tracker.rollOver(openSince)
    this.epochs++
  }

  #warn(line: string): void {
    this.warnings.push(line)
    this.#options.warn?.(line)
  }
}
