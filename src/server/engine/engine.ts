import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { elapsed, now } from '../../base/clock.ts'
import { isoTime } from '../../base/time.ts'
import type { Config } from '../../config/schema.ts'
import { serviceSettings } from '../../config/service.ts'
import { programFile } from '../program.ts'

/** What runs beside the API: what `sweepwatch watch` does, or `sweepwatch enforce` where there are targets and no source. */
export type EngineState =
  | { readonly state: 'off'; readonly why: string }
  | { readonly state: 'running'; readonly since: string; readonly restarts: number }
  | { readonly state: 'waiting'; readonly until: string; readonly restarts: number; readonly why: string }

export interface EngineOptions {
  readonly state: string
  readonly configFile: string | undefined
  readonly allow: readonly string[]
  readonly config: () => Promise<Config>
}

/** Milliseconds. */
const firstPause = 1000
const longestPause = 60_000
/** An engine that does not end in good order so long after it was asked to is ended. */
const patience = 30_000
const longestLine = 2000

/** Runs the engine as a process of its own, and again when it dies, after longer and longer pauses. */
export class Engine {
  readonly #options: EngineOptions
  #say: (line: string) => void = () => {}
  #words: readonly string[] = []
  #child: ChildProcess | undefined
  #state: EngineState = { state: 'off', why: 'it was not started' }
  #restarts = 0
  #isStopped = false
  #wake: (() => void) | undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(options: EngineOptions) {
    this.#options = options
  }

  get state(): EngineState {
    return this.#state
  }

  /** @param say what the engine says, a line */
  start(say: (line: string) => void): void {
    this.#say = say
    this.#ended = this.#supervise()
  }

  /**
   * Reads the configuration again. Where it asks for the same command (`watch` or `enforce`, with the same options) the engine that runs is sent
   * SIGHUP, on which it takes up sources and networks itself; where it asks for another, or for none, the one that runs is ended in good order
   * and what is asked for is started. One that waits to be started again, or for something to do, goes on at once. A configuration that cannot
   * be read counts as the same command.
   */
  async reload(): Promise<void> {
    const words = await this.#command().catch(() => this.#words)
    if (words.join('\0') === this.#words.join('\0')) this.#child?.kill('SIGHUP')
    else this.#child?.kill('SIGTERM')
    this.#wake?.()
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#wake?.()
    const child = this.#child
    child?.kill('SIGTERM')
    const timer = setTimeout(() => child?.kill('SIGKILL'), patience)
    await this.#ended.finally(() => clearTimeout(timer))
  }

  async #supervise(): Promise<void> {
    let pause = firstPause
    while (!this.#isStopped) {
      const began = elapsed()
      const why = await this.#once()
      if (this.#isStopped) break
      if (elapsed() - began > longestPause) pause = firstPause
      if (why !== undefined) {
        const until = isoTime(now() + pause * 1000)
        this.#state = { state: 'waiting', until, restarts: ++this.#restarts, why }
        this.#say(`the engine ended: ${why}; it is started again in ${pause / 1000} s`)
      }
      // Nothing to do, or its end was asked for: the next reload goes on at once.
      if (why !== undefined || this.#words.length === 0) await this.#sleep(why === undefined ? undefined : pause)
      pause = why === undefined ? firstPause : Math.min(longestPause, 2 * pause)
    }
    this.#state = { state: 'off', why: 'the service ends' }
  }

  /** @returns why it ended, undefined where that was wanted */
  async #once(): Promise<string | undefined> {
    try {
      this.#words = await this.#command()
    } catch (error) {
      return (error as Error).message
    }
    // Stopped while the configuration was read: nothing is begun that nobody would end.
    if (this.#isStopped) return undefined
    if (this.#words.length === 0) {
      this.#state = { state: 'off', why: 'the configuration names no source and no target, or says `engine: false`' }
      return undefined
    }
    const child = spawn(process.execPath, ['--no-warnings', programFile, ...this.#words], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child = child
    this.#state = { state: 'running', since: isoTime(now()), restarts: this.#restarts }
    let last = ''
    const lines = createInterface({ input: child.stderr as Readable })
    lines.on('line', (line) => {
      last = line.slice(0, longestLine)
      this.#say(last)
    })
    const code = await new Promise<number | string | null>((resolve) => {
      child.once('error', ({ message }) => resolve(message))
      child.once('close', (status, signal) => resolve(status ?? signal))
    })
    this.#child = undefined
    if (code === 0) return undefined
    return last === '' ? `it ended with ${code}` : last.replace(/^sweepwatch: /, '')
  }

  /** The command line for what the configuration says now; empty where there is nothing to run. @throws Problem `config` */
  async #command(): Promise<readonly string[]> {
    const { sources = [], respond, serve } = await this.#options.config()
    if (!serviceSettings(serve).engine) return []
    const hasTargets = Object.keys(respond?.targets ?? {}).length > 0
    const isEnforcing = respond?.enforce === true && hasTargets
    const { state, configFile, allow } = this.#options
    const common = ['--state', state, '--json', ...(configFile === undefined ? [] : ['--config', configFile])]
    const more = [...allow.flatMap((file) => ['--allow', file]), ...(isEnforcing ? ['--enforce'] : [])]
    if (sources.length > 0) return ['watch', ...common, ...more]
    return isEnforcing ? ['enforce', ...common, ...more] : []
  }

  /** @param time milliseconds; until it is woken where absent */
  #sleep(time: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => wake(), time ?? 2 ** 31 - 1)
      const wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
      this.#wake = wake
    })
  }
}
