import { Hash } from '../../base/hash.ts'
import { unescapeJson } from '../../base/json-unescape.ts'
import type { EventBatch } from '../../event/batch.ts'
import type { TextField } from '../../event/texts.ts'
import { programName } from './program-name.ts'

const longest = 1024

/**
 * 64 bits of a text or of several words: where it stands in a table. Both halves are signed, as such numbers stay off the
 * heap. hot: no allocation per event.
 */
export class Fingerprint {
  low = 0
  high = 0
  readonly #first: Hash
  readonly #second: Hash

  constructor(key: number) {
    this.#first = new Hash(key)
    this.#second = new Hash(key + 0x5bd1)
  }

  /** Of two fingerprints and a number that tells what for. */
  join(a: Fingerprint, b: Fingerprint, use: number): void {
    this.words(a.low, a.high, b.low, b.high, use)
  }

  words(a: number, b: number, c: number, d: number, e: number): void {
    this.low = this.#first.of5(a, b, c, d, e) | 0
    this.high = this.#second.of5(d, c, b, a, e) | 0
  }

  text(bytes: Uint8Array, length: number): void {
    let low = 1
    let high = 2
    for (let i = 0; i < length; i += 4) {
      const word =
        bytes[i]! |
        (at(bytes, i + 1, length) << 8) |
        (at(bytes, i + 2, length) << 16) |
        (at(bytes, i + 3, length) << 24)
      low = Math.imul(low ^ word, 0x9e3779b1)
      low ^= low >>> 15
      high = Math.imul(high ^ word, 0x85ebca6b)
      high ^= high >>> 13
    }
    this.low = this.#first.of2(low, length) | 0
    this.high = this.#second.of2(high, length) | 0
  }
}

function at(bytes: Uint8Array, i: number, length: number): number {
  return i < length ? bytes[i]! : 0
}

/** Fingerprints of the names in a row. */
export class Names {
  readonly #plain = new Uint8Array(2 * longest)
  readonly #name = new Uint8Array(longest)

  /** The host's name in lower case. False where the row has none; all such rows are one host's. */
  host(batch: EventBatch, i: number, field: TextField, into: Fingerprint): boolean {
    const length = this.#read(batch, i, field)
    for (let k = 0; k < length; k++) {
      const byte = this.#plain[k]!
      if (byte >= 65 && byte <= 90) this.#plain[k] = byte + 32
    }
    into.text(this.#plain, length)
    return length > 0
  }

  /** The program's name. False where the row has none. */
  program(batch: EventBatch, i: number, field: TextField, into: Fingerprint): boolean {
    const length = programName(this.#plain, 0, this.#read(batch, i, field), this.#name)
    into.text(this.#name, length)
    return length > 0
  }

  /** Copies a text, as it reads, to `into[from, to)`. @returns its length */
  copy(batch: EventBatch, i: number, field: TextField, into: Uint8Array, from: number, to: number): number {
    const length = Math.min(to - from, this.#read(batch, i, field))
    for (let k = 0; k < length; k++) into[from + k] = this.#plain[k]!
    return length
  }

  /** The text without JSON's escapes. */
  #read(batch: EventBatch, i: number, field: TextField): number {
    if (!batch.findText(i, field)) return 0
    const { span, from, isJson } = batch.texts
    const to = Math.min(batch.texts.to, from + longest)
    if (isJson) return unescapeJson(span, from, to, this.#plain, 0)
    for (let k = from; k < to; k++) this.#plain[k - from] = span[k]!
    return to - from
  }
}
