import { readSync } from 'node:fs'
import type { ByteSource } from '../source/source.ts'

/** Bytes of an open file from one place to another. */
export class FileRange implements ByteSource {
  taken = 0
  readonly damage = undefined
  readonly #fd: number
  readonly #to: number
  #at: number

  constructor(fd: number, from: number, to: number) {
    this.#fd = fd
    this.#at = from
    this.#to = to
  }

  read(into: Uint8Array, at: number): number {
    const wanted = Math.min(into.length - at, this.#to - this.#at)
    if (wanted <= 0) return 0
    const count = readSync(this.#fd, into, at, wanted, this.#at)
    this.#at += count
    this.taken += count
    return count
  }

  /** The file is its opener's to close. */
  close(): void {}
}
