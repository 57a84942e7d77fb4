import type { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { Problem } from '../../base/problem.ts'
import { openDatabase } from '../../store/database.ts'
import { type Mark, marksOf } from './marks.ts'
import { changeBetween, type Position, parsePosition, positionOf, positionText } from './position.ts'

/** Milliseconds. */
const pollEach = 250
const beatEach = 15_000
const checkEach = 60_000
/** Files are looked at each so many polls. */
const filesEach = 4
/** A client that has not taken so many bytes is let go, and resumes when it can. */
const mostBuffered = 64 << 10

interface Client {
  readonly who: string
  readonly stream: Readable
  readonly stillMay: () => Promise<boolean>
}

export interface LiveLimits {
  /** Clients altogether, and of one account. */
  readonly clients: number
  readonly ofOne: number
}

/**
 * Tells every client what changed, whoever changed it: the engine, the command line or the API. One look at SQLite's `data_version`
 * (https://www.sqlite.org/pragma.html#pragma_data_version) each quarter of a second serves all of them; it sees what other connections
 * write, so it looks through one of its own. What an event says is made once.
 */
export class LiveHub {
  readonly #open: () => DatabaseSync
  readonly #place: readonly [directory: string, configFile: string | undefined]
  readonly #limits: LiveLimits
  readonly #clients = new Set<Client>()
  #watch: Watching | undefined

  constructor(directory: string, configFile: string | undefined, limits: LiveLimits = { clients: 500, ofOne: 50 }) {
    this.#open = () => openDatabase(directory)
    this.#place = [directory, configFile]
    this.#limits = limits
  }

  get clients(): number {
    return this.#clients.size
  }

  /**
   * The events of a client as they come (https://html.spec.whatwg.org/multipage/server-sent-events.html).
   * @param after the id of the last event it has: what changed since comes first
   * @param stillMay asked each minute; the stream ends when it says no
   * @throws Problem `too-many`
   */
  stream(who: string, after: string | undefined, stillMay: () => Promise<boolean>): Readable {
    const mine = [...this.#clients].filter((client) => client.who === who).length
    if (this.#clients.size >= this.#limits.clients || mine >= this.#limits.ofOne) {
      throw new Problem('too-many', 'too many pages listen for changes', { hint: 'Close those that nobody looks at.' })
    }
    this.#watch ??= this.#begin()
    const { marks, position } = this.#watch
    const client = { who, stream: new Readable({ read: () => {} }), stillMay }
    this.#clients.add(client)
    client.stream.once('close', () => this.#leave(client))
    const missed = after === undefined ? undefined : changeBetween(marks, parsePosition(after), position)
    client.stream.push(`retry: 2000\n${eventText(position, missed)}`)
    return client.stream
  }

  /** Ends every stream in good order. */
  close(): void {
    for (const { stream } of this.#clients) {
      stream.push(null)
      stream.destroy()
    }
    this.#clients.clear()
    this.#end()
  }

  #begin(): Watching {
    const database = this.#open()
    const marks = marksOf(database, ...this.#place)
    const version = database.prepare('PRAGMA data_version')
    const versionNow = () => Number(version.get()?.['data_version'])
    const timers = [
      setInterval(() => this.#poll(versionNow), pollEach),
      setInterval(() => this.#tell(':\n\n'), beatEach),
      setInterval(() => void this.#check(), checkEach),
    ]
    return { database, marks, timers, version: versionNow(), polls: 0, position: positionOf(marks) }
  }

  #end(): void {
    for (const timer of this.#watch?.timers ?? []) clearInterval(timer)
    this.#watch?.database.close()
    this.#watch = undefined
  }

  #leave(client: Client): void {
    this.#clients.delete(client)
    if (this.#clients.size === 0) this.#end()
  }

  #poll(versionNow: () => number): void {
    const watch = this.#watch
    if (watch === undefined) return
    const version = versionNow()
    if (version === watch.version && watch.polls++ % filesEach !== 0) return
    watch.version = version
    const position = positionOf(watch.marks)
    const event = changeBetween(watch.marks, watch.position, position)
    watch.position = position
    if (event !== undefined) this.#tell(eventText(position, event))
  }

  #tell(text: string): void {
    for (const { stream } of this.#clients) {
      if (stream.readableLength > mostBuffered) stream.destroy()
      else stream.push(text)
    }
  }

  /** Who is signed out, or has lost the role, hears no more. */
  async #check(): Promise<void> {
    for (const client of [...this.#clients]) {
      if (!(await client.stillMay().catch(() => false))) client.stream.destroy()
    }
  }
}

interface Watching {
  readonly database: DatabaseSync
  readonly marks: readonly Mark[]
  readonly timers: readonly ReturnType<typeof setInterval>[]
  version: number
  polls: number
  position: Position
}

/** An event without data is none for who listens, but its id is kept. */
function eventText(position: Position, event: ReturnType<typeof changeBetween>): string {
  const data = event === undefined ? '' : `data: ${JSON.stringify(event)}\n`
  return `id: ${positionText(position)}\n${data}\n`
}
