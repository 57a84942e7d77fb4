import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Feed, Receiver } from '../feed.ts'
import { unreadable } from '../file.ts'
import { Tail, type TailOptions } from './tail.ts'
import { Whole } from './whole.ts'

const interval = 1000
const mostFiles = 4096
/** What rotation leaves behind: `fw.log.1`, `conn.log.3.gz`, `fw.log-20261122`. They are read as what became of the current file. */
const former = /(\.\d{1,4}|[-.]\d{8}(-?\d{2,6})?)(\.(gz|zst|bz2|xz))?$/
const compressed = /\.(gz|zst)$/

/** Follows the files of a directory, those that are there and those that come. Not of directories inside it, no hidden ones. */
export class Directory implements Feed {
  readonly name: string
  readonly #options: TailOptions
  readonly #followed = new Map<string, Promise<void>>()

  constructor(path: string, options: TailOptions = {}) {
    this.name = path
    this.#options = options
  }

  async run(receiver: Receiver, signal: AbortSignal): Promise<void> {
    let tooMany = false
    while (!signal.aborted) {
      for (const path of this.#files()) {
        if (this.#followed.has(path)) continue
        if (this.#followed.size >= mostFiles) {
          if (!tooMany) receiver.notice(`${this.name}: more than ${mostFiles} files; the others are not read`)
          tooMany = true
          break
        }
        const feed = compressed.test(path) ? new Whole(path, this.#options.format) : new Tail(path, this.#options)
        const run = feed.run(receiver, signal).catch((error: Error) => receiver.notice(`${path}: ${error.message}`))
        this.#followed.set(path, run)
      }
      if (this.#options.untilEnd) break
      await wait(interval, undefined, { signal }).catch(() => {})
    }
    await Promise.all(this.#followed.values())
  }

  #files(): string[] {
    try {
      const names = readdirSync(this.name).filter((name) => !name.startsWith('.'))
      const all = new Set(names)
      return names
        .filter((name) => !all.has(name.replace(former, '')) || !former.test(name))
        .map((name) => join(this.name, name))
        .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
        .sort()
    } catch (error) {
      throw unreadable(this.name, error as NodeJS.ErrnoException)
    }
  }
}
