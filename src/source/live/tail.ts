import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Feed, FileIdentity, Receiver, Stream } from '../feed.ts'
import { unreadable } from '../file.ts'
import { hasHead, identify } from './file-identity.ts'
import { readRest, rotatedSince } from './rotated.ts'

const interval = 200
/** How long an emptied place is waited for before the old file is given up. */
const longestLinger = 10_000
const piece = 1 << 18
/** After so many bytes other sources get their turn. */
const turn = 4 << 20

export interface TailOptions {
  readonly format?: string
  /** End where the file ends now, for a run that is to come to an end. */
  readonly untilEnd?: boolean
  /** A file that is new to us is read from its end on, not from its beginning. */
  readonly fromEnd?: boolean
}

/**
 * Follows a file by its name: through rotation by rename (with or without compression), copy and truncate, removal and
 * return. Every byte is read once: the position is kept with the state, and where the file was rotated meanwhile, the rest of
 * the former one and those in between are read first.
 */
export class Tail implements Feed {
  readonly name: string
  readonly #options: TailOptions
  readonly #buffer = new Uint8Array(piece)
  #fd = -1
  #offset = 0
  #identity: FileIdentity | undefined
  #stream: Stream | undefined
  #isMissing = false
  #lingered = 0

  constructor(path: string, options: TailOptions = {}) {
    this.name = path
    this.#options = options
  }

  async run(receiver: Receiver, signal: AbortSignal): Promise<void> {
    try {
      await this.#resume(receiver)
      while (!signal.aborted) {
        const more = this.#fd >= 0 && (await this.#read(receiver, signal))
        if (more || (await this.#follow(receiver))) continue
        if (this.#options.untilEnd) return this.#stream?.end()
        await wait(interval, undefined, { signal }).catch(() => {})
      }
    } finally {
      if (this.#fd >= 0) closeSync(this.#fd)
      this.#fd = -1
    }
  }

  /** Begins where the state says, in whatever file that is by now. */
  async #resume(receiver: Receiver): Promise<void> {
    const place = receiver.placeOf(this.name)
    if (!place?.identity) {
      this.#open(receiver, this.#options.fromEnd === true)
      return
    }
    const fd = this.#tryOpen()
    if (fd >= 0) {
      const stats = fstatSync(fd)
      if (stats.size >= place.offset && isSame(stats, place.identity) && hasHead(fd, place.identity)) {
        this.#begin(receiver, fd, place.offset)
        return
      }
      closeSync(fd)
    }
    await this.#catchUp(receiver)
    this.#open(receiver, false)
  }

  /** Reads what is there now. @returns whether there may be more at once */
  async #read(receiver: Receiver, signal: AbortSignal): Promise<boolean> {
    const stats = fstatSync(this.#fd)
    const identity = this.#identity as FileIdentity
    if (stats.size < this.#offset || (stats.size > this.#offset && !hasHead(this.#fd, identity))) {
      receiver.notice(`${this.name}: was cut short; read from its beginning again`)
      await this.#catchUp(receiver)
      this.#begin(receiver, this.#fd, 0)
      return true
    }
    if (stats.size > this.#offset && identity.headBytes < 1024) this.#learn(receiver, stats)
    let taken = 0
    for (; taken < turn && !signal.aborted; ) {
      const count = readSync(this.#fd, this.#buffer, 0, piece, this.#offset)
      if (count === 0) break
      this.#offset += count
      taken += count
      this.#stream?.push(this.#buffer, count)
    }
    // Others wait for the event loop.
    if (taken > 0) await new Promise<void>((resolve) => setImmediate(resolve))
    return taken > 0
  }

  /** Looks whether the name stands for another file by now. @returns whether there is something new to read */
  async #follow(receiver: Receiver): Promise<boolean> {
    const stats = this.#stats()
    if (!stats) {
      if (!this.#isMissing) receiver.notice(`${this.name}: is not there; waiting for it`)
      this.#isMissing = true
      return false
    }
    this.#isMissing = false
    const identity = this.#identity
    if (this.#fd >= 0 && identity && isSame(stats, identity)) return false
    if (this.#fd >= 0 && identity) {
      if (fstatSync(this.#fd).size > this.#offset) return true
      // Its writer may go on writing to the old file until it is told of the new one.
      if (stats.size === 0 && ++this.#lingered * interval < longestLinger) return false
      this.#lingered = 0
      receiver.notice(`${this.name}: was rotated`)
      closeSync(this.#fd)
      this.#fd = -1
      await this.#catchUp(receiver)
    }
    return this.#open(receiver, false)
  }

  /** Reads what is left of a former file, and those that came and went since, oldest first. */
  async #catchUp(receiver: Receiver): Promise<void> {
    const { identity, offset } = receiver.placeOf(this.name) ?? {}
    const rotated = identity ? rotatedSince(this.name, { identity, offset: offset ?? 0 }) : []
    // Where the former file cannot be found again, what came of its last line is all there is.
    if (rotated.length === 0) this.#stream?.end()
    for (const file of rotated) {
      const stream = receiver.open(this.name, this.#streamOptions(file.offset, file.identity))
      const problem = await readRest(file, stream)
      stream.end()
      receiver.notice(problem ?? `${file.path}: read to its end`)
    }
  }

  #open(receiver: Receiver, fromEnd: boolean): boolean {
    const fd = this.#tryOpen()
    if (fd < 0) return false
    this.#begin(receiver, fd, fromEnd ? fstatSync(fd).size : 0)
    return true
  }

  #begin(receiver: Receiver, fd: number, offset: number): void {
    this.#fd = fd
    this.#offset = offset
    this.#identity = identify(fd, fstatSync(fd))
    this.#stream = receiver.open(this.name, this.#streamOptions(offset, this.#identity))
  }

  /** A file that was short when it was opened is known better by now. */
  #learn(receiver: Receiver, stats: Stats): void {
    this.#identity = identify(this.#fd, stats)
    receiver.identify(this.name, this.#identity)
  }

  #streamOptions(from: number, identity: FileIdentity) {
    return { from, identity, ...(this.#options.format === undefined ? {} : { format: this.#options.format }) }
  }

  #stats(): Stats | undefined {
    return statSync(this.name, { throwIfNoEntry: false })
  }

  #tryOpen(): number {
    try {
      return openSync(this.name, 'r')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return -1
      throw unreadable(this.name, error as NodeJS.ErrnoException)
    }
  }
}

function isSame(stats: Stats, identity: FileIdentity): boolean {
  return stats.ino === identity.ino && stats.dev === identity.dev
}
