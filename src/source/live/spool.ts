import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { shortDigest } from '../../base/digest.ts'
import type { Stream } from '../feed.ts'

const segmentBytes = 64 << 20

/**
 * What came over a socket, on disk until the kept state has taken it up: so that a kill loses nothing that was received.
 * Segments are named by the offset at which they begin in the stream.
 */
export class Spool {
  readonly #folder: string
  readonly #prefix: string
  #fd = -1
  #began = 0
  #end = 0

  /** @param folder is made where it is not there @param name of the stream */
  constructor(folder: string, name: string) {
    this.#folder = folder
    this.#prefix = `${shortDigest(name)}-`
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const last = this.#segments().at(-1)
    if (last) this.#end = last.from + statSync(last.path).size
  }

  /** Writes what was received. It stands in the page cache then, which a killed process leaves behind. */
  append(bytes: Uint8Array, to: number): void {
    if (this.#fd < 0 || this.#end - this.#began >= segmentBytes) this.#begin()
    for (let at = 0; at < to; ) at += writeSync(this.#fd, bytes, at, to - at)
    this.#end += to
  }

  /** Hands on what was spooled from `offset` on. */
  replay(offset: number, stream: Stream): void {
    const buffer = new Uint8Array(1 << 18)
    // Where less was spooled than the state took up, there is nothing to give.
    this.#end = Math.max(this.#end, offset)
    for (const { path, from } of this.#segments()) {
      const fd = openSync(path, 'r')
      try {
        let at = Math.max(0, offset - from)
        for (;;) {
          const count = readSync(fd, buffer, 0, buffer.length, at)
          if (count === 0) break
          stream.push(buffer, count)
          at += count
        }
      } finally {
        closeSync(fd)
      }
    }
  }

  /** Removes the segments that end before `offset`: the kept state has taken them up. */
  drop(offset: number): void {
    const segments = this.#segments()
    for (const [k, { path, from }] of segments.entries()) {
      const end = segments[k + 1]?.from ?? this.#end
      if (end > offset || (this.#fd >= 0 && from === this.#began)) continue
      rmSync(path, { force: true })
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = -1
  }

  #begin(): void {
    this.close()
    this.#began = this.#end
    const name = `${this.#prefix}${String(this.#began).padStart(16, '0')}.spool`
    this.#fd = openSync(join(this.#folder, name), 'a', 0o600)
  }

  #segments(): { path: string; from: number }[] {
    return readdirSync(this.#folder)
      .filter((name) => name.startsWith(this.#prefix) && name.endsWith('.spool'))
      .sort()
      .map((name) => ({
        path: join(this.#folder, name),
        from: Number(name.slice(this.#prefix.length, -'.spool'.length)),
      }))
  }
}
