import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { toldObject } from './line.ts'
import type { Told } from './touch.ts'

export const logName = 'touches.jsonl'

/**
 * The log of touches, a line each, for its owner only. It is written line by line, so that nothing told is lost with the process. When it
 * is full it is renamed to `.1`, that to `.2`, and so on; the oldest is overwritten, so that nobody can fill the disk by touching.
 */
export class TouchLog {
  readonly #path: string
  readonly #most: number
  readonly #files: number
  #fd: number
  #bytes: number

  /** @param most bytes of a file; @param files old ones that are kept */
  constructor(directory: string, most: number, files: number) {
    this.#path = join(directory, logName)
    this.#most = most
    this.#files = files
    this.#fd = openSync(this.#path, 'a', 0o600)
    this.#bytes = fstatSync(this.#fd).size
  }

  add(told: Told, text: (value: unknown) => string): void {
    const line = Buffer.from(`${text(toldObject(told))}\n`)
    if (this.#bytes > 0 && this.#bytes + line.length > this.#most) this.#turn()
    for (let at = 0; at < line.length; ) at += writeSync(this.#fd, line, at)
    this.#bytes += line.length
  }

  close(): void {
    closeSync(this.#fd)
  }

  #turn(): void {
    closeSync(this.#fd)
    for (let k = this.#files - 1; k >= 1; k--) rename(`${this.#path}.${k}`, `${this.#path}.${k + 1}`)
    rename(this.#path, `${this.#path}.1`)
    this.#fd = openSync(this.#path, 'a', 0o600)
    this.#bytes = 0
  }
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
