import { setTimeout as wait } from 'node:timers/promises'
import type { ArchiveWriter } from '../archive/writer.ts'
import { elapsed, now } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import type { Case } from '../case/case.ts'
import { EventBatch } from '../event/batch.ts'
import { Dictionary } from '../event/dictionary.ts'
import { builtInFormats, type Formats } from '../format/formats.ts'
import type { Told as Delivered, Notifier } from '../notify/notifier.ts'
import type { NotifySettings } from '../notify/settings.ts'
import type { Feed, FileIdentity, Place, Receiver, Stream, StreamOptions } from '../source/feed.ts'
import { Spool } from '../source/live/spool.ts'
import { CaseStore } from '../store/case-store.ts'
import type { CaseContext } from './cases/context.ts'
import { LiveCases, type ToldCase } from './cases/live-cases.ts'
import { Channel, type ChannelState } from './channel.ts'
import { type AllFindings, Intake, type IntakeState } from './intake.ts'
import { type LiveArchiveOptions, openLiveArchive } from './live-archive.ts'
import { loadLive, saveLive, saveLiveNow } from './live-state.ts'
import { noteDelivery, openNotifier } from './notifying.ts'
import { ownNetworks } from './own-networks.ts'
import { Reporter, type Told, type ToldUncommon } from './reporter.ts'
import { LiveResponse, type ResponseOptions } from './respond/live-response.ts'
import { keepSensors } from './sensor-file.ts'
import { type Meter, SensorMeters } from './sensor-meter.ts'
import { makeStateFolder } from './state.ts'
import { ToldLog } from './told-log.ts'

export interface WatchOptions {
  readonly feeds: readonly Feed[]
  readonly net?: readonly string[]
  readonly netFrom?: 'option' | 'config'
  /** The formats that are read; those built in where absent. */
  readonly formats?: Formats
  /** Where the state is kept; without it a restart begins anew. */
  readonly state?: string
  /** Milliseconds between two times that the state is kept. */
  readonly keepEach?: number
  /** Ends with its sources: one that cannot be read is an error, and not tried again. */
  readonly isBounded?: boolean
  /** Where events are kept for hunts. */
  readonly archive?: LiveArchiveOptions
  /** What is known beside the logs, for the cases. */
  readonly context?: CaseContext
  /** Who is told of escalated cases; goes with `state`. */
  readonly notify?: NotifySettings
  /** What is done about escalated cases; goes with `state`. */
  readonly respond?: ResponseOptions
  /** Called with each scan that is new or has grown, and each case that is new or was decided otherwise. */
  readonly tell: (told: Told | ToldUncommon | ToldCase) => void
  /** What a person should know of sources. */
  readonly notice: (text: string) => void
}

/** Tables of a live service: an epoch is shorter than that of `analyze`, so that asking what is known stays cheap. */
const sizes = { connections: 19, contacts: 20, journal: 2 ** 18, contentBytes: 4 << 20 }
const keep = 2 ** 16

/** Milliseconds. Asking takes at most a fifth of the time: the next is put off by so many times what the last took. */
const tickEach = 1000
const tickShare = 4
const keepEach = 20_000
const longestPause = 60_000
/** Events this close to now are live: silence is then measured by the clock, else by event time. Microseconds. */
const liveWithin = 600e6
/** Records are on their way for so long. */
const underway = 2e6

/** All that a service keeps; plain data. */
export interface WatchState {
  readonly intake: IntakeState
  readonly names: readonly string[]
  readonly channels: readonly ChannelState[]
  readonly told: ReturnType<Reporter['snapshot']>
  readonly meters: readonly Meter[]
  /** Names by id. */
  readonly rules: readonly string[]
  readonly lost: ReadonlyMap<string, number>
  /** What of the archive goes with this state. */
  readonly archived?: number
}

/**
 * Runs sources into one picture for as long as it is let: rows are taken up as they come, what is known is asked every second,
 * the state is kept every twenty. Everything it holds has a fixed size.
 */
export class Watch implements Receiver {
  readonly #options: WatchOptions
  readonly #intake: Intake
  readonly #names: string[] = []
  readonly #formats: Formats
  readonly #channels = new Map<string, Channel>()
  readonly #saved = new Map<string, ChannelState>()
  readonly #spools = new Map<string, Spool>()
  readonly #reporter = new Reporter()
  readonly #meters = new SensorMeters(() => this.#intake.detector.own)
  readonly #lost = new Map<string, number>()
  readonly #batch = new EventBatch()
  readonly #rules = new Dictionary()
  /** Sources that run, by name. */
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>()
  #signal: AbortSignal = new AbortController().signal
  #told: ToldLog | undefined
  readonly #store: CaseStore | undefined
  readonly #cases: LiveCases
  readonly #response: LiveResponse | undefined
  #archive: ArchiveWriter | undefined
  #archived: number | undefined
  #notifier: Notifier | undefined
  #asked = 0

  constructor(options: WatchOptions) {
    this.#options = options
    this.#formats = options.formats ?? builtInFormats
    const own = ownNetworks(options.net, options.netFrom)
    this.#intake = new Intake({
      ...(own ? { own } : {}),
      rules: this.#rules,
      inputs: this.#names,
      sizes,
      keep,
      severalSensors: true,
    })
    if (options.state !== undefined) this.#resume(options.state)
    this.#store = options.state === undefined ? undefined : CaseStore.open(options.state)
    const tell = (told: ToldCase) => {
      options.tell(told)
      this.#notifier?.offer(told.case)
    }
    this.#cases = new LiveCases(this.#store, options.context ?? {}, tell, (one) => this.#response?.consider(one))
    this.#response = this.#respondTo(options)
  }

  /** Runs until the signal, or until every source has come to its end; then asks once more and keeps the state. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#openArchive()
    const done = new AbortController()
    const ticking = this.#repeat(done.signal, tickEach, () => this.#ask(false))
    const notifying = this.#tellPeople(done.signal)
    const keeping = this.#repeat(done.signal, this.#options.keepEach ?? keepEach, () => this.#keep())
    const responding = this.#response?.run(done.signal)
    this.#signal = signal
    for (const feed of this.#options.feeds) this.#start(feed)
    // A change of the configuration may have started others meanwhile.
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ ended }) => ended))
    done.abort()
    await Promise.all([ticking, keeping, notifying, responding])
    for (const channel of this.#channels.values()) if (!signal.aborted) channel.end()
    await this.#ask(!signal.aborted)
    await this.#response?.settled()
    for (const told of (await this.#notifier?.deliver()) ?? []) this.#delivered(told)
    this.#store?.close()
    const { state } = this.#options
    this.#archived = await this.#archive?.close()
    if (state !== undefined) {
      const whole = this.#state()
      saveLiveNow(state, whole)
      await keepSensors(state, whole, now(), this.#formats)
      this.#told?.forget(this.#told.mark)
    }
    for (const [name, spool] of this.#spools) {
      spool.close()
      if (state !== undefined) spool.drop(this.#channels.get(name)?.state.offset ?? 0)
    }
  }

  /** Goes on with other sources and networks: sources of the same name run on, others are stopped and started. */
  change(feeds: readonly Feed[], own: Pick<WatchOptions, 'net' | 'netFrom'>): void {
    const networks = ownNetworks(own.net, own.netFrom)
    if (networks) this.#intake.detector.own = networks
    const names = new Set(feeds.map(({ name }) => name))
    for (const [name, { stop }] of this.#running) if (!names.has(name)) stop.abort()
    for (const feed of feeds) if (!this.#running.has(feed.name)) this.#start(feed)
  }

  #respondTo({ respond, state }: WatchOptions): LiveResponse | undefined {
    if (respond === undefined || state === undefined || this.#store === undefined) return undefined
    const alarm = (one: Case) => this.#notifier?.offer(one)
    return new LiveResponse({ ...respond, alarm }, state, this.#store, (sensor) => this.#names[sensor] ?? '')
  }

  #start(feed: Feed): void {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, this.#signal])
    const ended = this.#supervise(feed, signal).finally(() => this.#running.delete(feed.name))
    this.#running.set(feed.name, { stop, ended })
  }

  open(name: string, options: StreamOptions = {}): Stream {
    const resumed = this.#channels.get(name)?.state ?? this.#saved.get(name)
    const sensor = resumed?.sensor ?? this.#names.push(name) - 1
    const site = {
      batch: this.#batch,
      rules: this.#rules,
      formats: this.#formats,
      consume: (batch: EventBatch) => {
        this.#meters.observe(batch)
        this.#archive?.observe(batch)
        this.#response?.observe(batch)
        this.#intake.observe(batch)
      },
      warn: (text: string) => this.#options.notice(text),
    }
    const from = options.from ?? resumed?.offset ?? 0
    const channel = new Channel(name, sensor, site, { ...options, from }, resumed)
    this.#channels.set(name, channel)
    const { state } = this.#options
    if (!options.isSpooled || state === undefined) return channel
    const spool = new Spool(`${state}/spool`, name)
    this.#spools.set(name, spool)
    spool.replay(from, channel)
    return {
      push: (bytes, to) => {
        spool.append(bytes, to)
        channel.push(bytes, to)
      },
      end: () => channel.end(),
      get isFresh() {
        return channel.isFresh
      },
    }
  }

  placeOf(name: string): Place | undefined {
    return this.#channels.get(name)?.state ?? this.#saved.get(name)
  }

  identify(name: string, identity: FileIdentity): void {
    const channel = this.#channels.get(name)
    if (channel) channel.identity = identity
  }

  lost(name: string, records: number): void {
    this.#lost.set(name, (this.#lost.get(name) ?? 0) + records)
  }

  notice(text: string): void {
    this.#options.notice(text)
  }

  /** Runs a source, and runs it again when it dies, after longer and longer pauses. */
  async #supervise(feed: Feed, signal: AbortSignal): Promise<void> {
    for (let pause = 1000; !signal.aborted; pause = Math.min(longestPause, 2 * pause)) {
      const began = elapsed()
      try {
        await feed.run(this, signal)
        return
      } catch (error) {
        const { message } = error as Error
        if (error instanceof Problem && (this.#options.isBounded || error.code === 'usage')) throw error
        if (elapsed() - began > longestPause) pause = 1000
        this.notice(`${feed.name}: ${message}; tried again in ${pause / 1000} s`)
        await wait(pause, undefined, { signal }).catch(() => {})
      }
    }
  }

  /** Does something again and again; the pause grows with what it takes. */
  async #repeat(signal: AbortSignal, each: number, act: () => void | Promise<void>): Promise<void> {
    let pause = each
    while (!signal.aborted) {
      await wait(pause, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      const began = elapsed()
      await act()
      pause = Math.max(each, tickShare * (elapsed() - began))
    }
  }

  async #ask(isLast: boolean): Promise<void> {
    if (!isLast && this.#intake.events === this.#asked && !this.#isLive()) return
    this.#asked = this.#intake.events
    const findings: AllFindings = this.#intake.preview(isLast ? Number.POSITIVE_INFINITY : this.#until())
    const changed = new Set<string>()
    for (const told of this.#reporter.news(findings.scans, isLast)) {
      changed.add(told.scan.id)
      this.#tell(told, told.scan.id)
    }
    for (const told of this.#reporter.uncommonNews(findings.uncommon, isLast)) this.#tell(told, told.uncommon.id)
    const scans = findings.scans.map((drawn) => ({
      ...drawn,
      scan: { ...drawn.scan, id: this.#reporter.idOf(drawn.scan) },
    }))
    await this.#cases.take({ ...findings, scans }, changed, now(), this.#intake.span[1])
  }

  #tell(told: Told | ToldUncommon, id: string): void {
    const entry = this.#reporter.entry(id)
    const tell = () => this.#options.tell(told)
    if (entry && this.#told) this.#told.tell(entry, tell)
    else tell()
  }

  #isLive(): boolean {
    return now() - this.#intake.tracker.newest < liveWithin
  }

  #until(): number {
    const { newest } = this.#intake.tracker
    return this.#isLive() ? Math.max(newest, now() - underway) : newest
  }

  #state(): WatchState {
    const channels = new Map([
      ...this.#saved,
      ...[...this.#channels].map(([name, { state }]) => [name, state] as const),
    ])
    return {
      intake: this.#intake.snapshot(),
      names: this.#names,
      channels: [...channels.values()],
      told: this.#reporter.snapshot(),
      meters: this.#meters.snapshot(),
      rules: this.#rules.texts,
      lost: this.#lost,
      ...(this.#archived === undefined ? {} : { archived: this.#archived }),
    }
  }

  /** Delivers what waits in the outbox, for as long as the service runs. */
  async #tellPeople(signal: AbortSignal): Promise<void> {
    const { notify } = this.#options
    if (notify === undefined || this.#store === undefined) return
    this.#notifier = await openNotifier(notify, this.#store)
    await this.#notifier.run(signal, (told) => this.#delivered(told))
  }

  #delivered(told: Delivered): void {
    if (this.#store) noteDelivery(this.#store, told)
    if (told.result !== 'delivered') this.notice(`${told.channel}: ${told.reason}`)
  }

  async #openArchive(): Promise<void> {
    const { archive } = this.#options
    if (archive === undefined) return
    const own = this.#intake.detector.own?.prefixes
    this.#archive = await openLiveArchive(archive, {
      ...(this.#archived === undefined ? {} : { mark: this.#archived }),
      formats: this.#formats.ids,
      rules: this.#rules,
      source: (sensor) => this.#names[sensor] ?? '',
      notice: this.#options.notice,
      ...(own ? { own } : {}),
    })
  }

  async #keep(): Promise<void> {
    const { state } = this.#options
    if (state === undefined) return
    // The archive and the positions in the inputs must be of one moment: what is read again after a kill is archived again.
    const seal = this.#archive?.seal()
    this.#archived = seal?.mark ?? this.#archived
    const whole = this.#state()
    const mark = this.#told?.mark ?? 0
    try {
      const sensors = keepSensors(state, whole, now(), this.#formats)
      await saveLive(state, whole, seal?.durable)
      await sensors
      if (seal) this.#archive?.confirm(seal.mark)
      this.#told?.forget(mark)
      for (const { name, offset } of whole.channels) this.#spools.get(name)?.drop(offset)
    } catch (error) {
      this.notice((error as Error).message)
    }
  }

  #resume(directory: string): void {
    makeStateFolder(directory)
    const told = new ToldLog(directory)
    this.#told = told
    const state = loadLive(directory) as WatchState | undefined
    if (state) this.#takeUp(state)
    for (const entry of told.read()) this.#reporter.add(entry)
  }

  #takeUp(state: WatchState): void {
    this.#intake.resume(state.intake)
    this.#reporter.resume(state.told)
    this.#meters.resume(state.meters)
    for (const text of state.rules) this.#rules.id(text)
    for (const [name, records] of state.lost) this.#lost.set(name, records)
    this.#archived = state.archived
    this.#names.push(...state.names)
    for (const channel of state.channels) this.#saved.set(channel.name, channel)
    this.#asked = this.#intake.events
  }
}
