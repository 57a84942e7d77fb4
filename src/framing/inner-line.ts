import { isoLength, writeIso } from '../base/iso-write.ts'
import { hasEscapes, unescapeJson } from '../base/json-unescape.ts'
import { Syslog } from './syslog.ts'

/** Longer messages are cut: no log format we read has lines that come near. */
const longestMessage = 128 * 1024
const longestName = 64
const mostHeader = isoLength + 2 * longestName + 8
const space = 32
const colon = 58

/**
 * The line that an envelope carries, put together in a buffer of its own where it must be: escapes taken out, and where it has
 * no syslog header of its own, one with what the envelope knows (`<ISO time> host program: `) before it, so that the formats
 * that read it find time, host and tag where they look for them.
 *
 * hot: no allocation per event.
 */
export class InnerLine {
  /** Where the line stands: in the envelope's own bytes, or in the buffer. */
  bytes: Uint8Array
  from = 0
  to = 0
  /** Where the line without the made header begins; equal to `from` where none was made. */
  bare = 0
  readonly #buffer = new Uint8Array(mostHeader + longestMessage)
  readonly #syslog = new Syslog(0)
  #header = 0

  constructor() {
    this.bytes = this.#buffer
  }

  /** The text `bytes[from, to)` of a JSON string, without its quotes. */
  take(bytes: Uint8Array, from: number, to: number): void {
    let end = to
    while (end - 1 > from && bytes[end - 2] === 92 && (bytes[end - 1] === 110 || bytes[end - 1] === 114)) end -= 2
    if (hasEscapes(bytes, from, end)) {
      this.#set(this.#buffer, mostHeader, unescapeJson(bytes, from, end, this.#buffer, mostHeader))
    } else this.#set(bytes, from, end)
  }

  /** The text `bytes[from, to)` as it is. */
  takePlain(bytes: Uint8Array, from: number, to: number): void {
    this.#set(bytes, from, to)
  }

  /** The text of an array of byte numbers, `bytes[from, to)` without its brackets. */
  takeNumbers(bytes: Uint8Array, from: number, to: number): void {
    let end = mostHeader
    let value = -1
    for (let i = from; i <= to && end < this.#buffer.length; i++) {
      const digit = i < to ? bytes[i]! - 48 : -1
      if (digit >= 0 && digit <= 9) value = (value < 0 ? 0 : value * 10) + digit
      else if (value >= 0) {
        this.#buffer[end++] = value < 32 && value !== 9 ? space : value & 255
        value = -1
      }
    }
    this.#set(this.#buffer, mostHeader, end)
  }

  /** Whether the line has a header of its own. */
  get isComplete(): boolean {
    this.#syslog.read(this.bytes, this.from, this.to)
    return this.#syslog.hasTime || this.#syslog.priority >= 0
  }

  /** Puts a header before the line. `time`: microseconds, one element, 0 where not known. Names are empty where not known. */
  prepend(
    time: Float64Array,
    bytes: Uint8Array,
    hostFrom: number,
    hostTo: number,
    programFrom: number,
    programTo: number,
  ): void {
    const buffer = this.#buffer
    if (this.bytes !== buffer) {
      const length = Math.min(this.to - this.from, longestMessage)
      for (let i = 0; i < length; i++) buffer[mostHeader + i] = this.bytes[this.from + i]!
      this.#set(buffer, mostHeader, mostHeader + length)
    }
    this.#header = 0
    if (time[0]! > 0 && time[0]! < 2.5e17) {
      writeIso(time, buffer, 0)
      buffer[isoLength] = space
      this.#header = isoLength + 1
      if (!this.#name(bytes, hostFrom, hostTo)) buffer[this.#header++] = 45
      buffer[this.#header++] = space
    }
    if (this.#name(bytes, programFrom, programTo)) {
      buffer[this.#header++] = colon
      buffer[this.#header++] = space
    }
    // The header is moved up to the line, which is longer.
    this.from = this.bare - this.#header
    buffer.copyWithin(this.from, 0, this.#header)
  }

  #set(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes
    this.from = this.bare = from
    this.to = to
  }

  /** Writes a name that a syslog header can have; false where it is none. */
  #name(bytes: Uint8Array, from: number, to: number): boolean {
    if (to <= from || to - from > longestName) return false
    for (let i = from; i < to; i++) if (!isNameByte(bytes[i]!)) return false
    for (let i = from; i < to; i++) this.#buffer[this.#header++] = bytes[i]!
    return true
  }
}

/** Letters, digits and `. _ - / ( )`. */
function isNameByte(byte: number): boolean {
  const letter = byte | 32
  return (letter >= 97 && letter <= 122) || (byte >= 45 && byte <= 57) || byte === 95 || byte === 40 || byte === 41
}
