import { skipSpaces, wordEnd } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { Precision, Stamp } from './stamp.ts'

const space = 32
const colon = 58
const openBracket = 91
const closeBracket = 93
const quote = 34
const backslash = 92
const longestTag = 64

/**
 * Reads what a syslog relay puts before a message: RFC 5424, RFC 3164, and what devices make of the latter (no host, no
 * stamp, no priority, a year, ISO 8601 times). Nothing is allocated: the fields say where things stand in the line.
 */
export class Syslog {
  /** Facility * 8 + severity; -1 where it is not told. */
  priority = -1
  /** The name of the sender; empty where it is not told. */
  hostFrom = 0
  hostTo = 0
  /** The program, without its process id; empty where it is not told. */
  tagFrom = 0
  tagTo = 0
  /** RFC 5424: message id, structured data with its brackets; empty where there is none. */
  idFrom = 0
  idTo = 0
  dataFrom = 0
  dataTo = 0
  /** Where the message itself begins. */
  text = 0
  /** True for RFC 5424. */
  isStructured = false
  readonly #stamp: Stamp
  #known = 0

  /** @param newest microseconds: the newest time the input can be from, for stamps without a year */
  constructor(newest: number) {
    this.#stamp = new Stamp(newest)
  }

  /** Microseconds, one element; valid after `read` where `hasTime`, or after `settle` said so. */
  get time(): Float64Array {
    return this.#stamp.time
  }

  get hasTime(): boolean {
    return this.#stamp.precision !== Precision.none
  }

  /** What the stamp is exact to (`Precision`). */
  get precision(): number {
    return this.#stamp.precision
  }

  /** Reads the header of the line `bytes[from, to)`. A line that has none is all message. */
  read(bytes: Uint8Array, from: number, to: number): void {
    this.hostFrom = this.hostTo = this.tagFrom = this.tagTo = from
    this.idFrom = this.idTo = this.dataFrom = this.dataTo = from
    this.isStructured = false
    let i = this.#priority(bytes, from, to)
    if (this.priority >= 0 && bytes[i] === 49 && bytes[i + 1] === space) {
      this.#structured(bytes, i + 2, to)
      return
    }
    if (this.priority >= 0 && bytes[i] === colon) i++
    const stamped = this.#stamp.read(bytes, i, to)
    if (!this.hasTime) {
      this.#tag(bytes, i, to)
      return
    }
    this.#legacy(bytes, stamped, to)
  }

  /**
   * Makes `time` what this record is to be dated with: its stamp, else when it arrived, else the stamp before it.
   * @returns false where nothing is known
   */
  settle(batch: EventBatch): boolean {
    if (this.hasTime) this.#known = this.time[0]!
    else this.time[0] = batch.arrival > 0 ? batch.arrival : this.#known
    return this.time[0]! > 0
  }

  /** Whether the tag is this word. */
  isFrom(bytes: Uint8Array, program: Uint8Array): boolean {
    if (this.tagTo - this.tagFrom !== program.length) return false
    for (let i = 0; i < program.length; i++) if (bytes[this.tagFrom + i] !== program[i]) return false
    return true
  }

  #priority(bytes: Uint8Array, from: number, to: number): number {
    this.priority = -1
    if (bytes[from] !== 60) return from
    let i = from + 1
    let value = 0
    for (; i < to && i < from + 4 && bytes[i]! >= 48 && bytes[i]! <= 57; i++) value = value * 10 + bytes[i]! - 48
    if (i === from + 1 || i >= to || bytes[i] !== 62 || value > 191) return from
    this.priority = value
    return i + 1
  }

  /** RFC 5424 section 6, from the time stamp on. */
  #structured(bytes: Uint8Array, from: number, to: number): void {
    this.isStructured = true
    const stampEnd = wordEnd(bytes, from, to)
    // A nil time stamp is no stamp, and `read` says so.
    this.#stamp.read(bytes, from, stampEnd)
    let i = Math.min(to, stampEnd + 1)
    this.hostFrom = i
    this.hostTo = i = wordEnd(bytes, i, to)
    if (isNil(bytes, this.hostFrom, i)) this.hostFrom = i
    this.tagFrom = i = Math.min(to, i + 1)
    this.tagTo = i = wordEnd(bytes, i, to)
    if (isNil(bytes, this.tagFrom, i)) this.tagFrom = i
    i = wordEnd(bytes, Math.min(to, i + 1), to)
    this.idFrom = i = Math.min(to, i + 1)
    this.idTo = i = wordEnd(bytes, i, to)
    if (isNil(bytes, this.idFrom, i)) this.idFrom = i
    this.dataFrom = i = Math.min(to, i + 1)
    this.dataTo = i = dataEnd(bytes, i, to)
    if (isNil(bytes, this.dataFrom, i)) this.dataFrom = i
    if (i < to && bytes[i] === space) i++
    if (bytes[i] === 0xef && bytes[i + 1] === 0xbb && bytes[i + 2] === 0xbf) i += 3
    this.text = Math.min(to, i)
  }

  /** RFC 3164 section 4.1, behind the time stamp: a host name, then a tag; devices leave out either. */
  #legacy(bytes: Uint8Array, from: number, to: number): void {
    let i = skipSpaces(bytes, from, to)
    if (bytes[i] === colon) i = skipSpaces(bytes, i + 1, to)
    const end = wordEnd(bytes, i, to)
    const isHost = end < to && isName(bytes, i, end)
    if (!isHost) {
      this.#tag(bytes, i, to)
      return
    }
    this.hostFrom = isNil(bytes, i, end) ? end : i
    this.hostTo = end
    i = afterSame(bytes, this.hostFrom, end, to)
    if (bytes[i] === colon && bytes[i + 1] === space) i = skipSpaces(bytes, i + 1, to)
    this.#tag(bytes, i, to)
  }

  /** `program[pid]: `, `program: `, or nothing. */
  #tag(bytes: Uint8Array, from: number, to: number): void {
    this.text = from
    const most = Math.min(to, from + longestTag)
    let i = from
    while (i < most && isTagByte(bytes[i]!)) i++
    const end = i
    if (i < most && bytes[i] === openBracket) {
      while (i < most && bytes[i] !== closeBracket && bytes[i] !== space) i++
      if (bytes[i] !== closeBracket) return
      i++
    }
    if (i >= most || bytes[i] !== colon || end === from || (i + 1 < to && bytes[i + 1] !== space)) return
    this.tagFrom = from
    this.tagTo = end
    this.text = skipSpaces(bytes, i + 1, to)
  }
}

/** Letters, digits and `. _ - / ( )`: what programs are called. */
function isTagByte(byte: number): boolean {
  const letter = byte | 32
  return (letter >= 97 && letter <= 122) || (byte >= 45 && byte <= 57) || byte === 95 || byte === 40 || byte === 41
}

/** Whether a word can be a host's name or address: nothing of a message, and no tag. */
function isName(bytes: Uint8Array, from: number, to: number): boolean {
  if (to === from || bytes[to - 1] === colon) return false
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (!isTagByte(byte) && byte !== colon && byte !== 37 && byte !== 64) return false
  }
  return bytes[from] !== 37
}

function isNil(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from === 1 && bytes[from] === 45
}

/** Past the structured data that begins at `from`: `-`, or elements in brackets, in whose values `]` is escaped. */
function dataEnd(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== openBracket) return wordEnd(bytes, from, to)
  let isQuoted = false
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (isQuoted && byte === backslash) i++
    else if (byte === quote) isQuoted = !isQuoted
    else if (byte === closeBracket && !isQuoted && bytes[i + 1] !== openBracket) return i + 1
  }
  return to
}

/** Past the blanks behind a word, and past the same word where it stands there again: UniFi OS writes its name twice. */
function afterSame(bytes: Uint8Array, from: number, end: number, to: number): number {
  const next = skipSpaces(bytes, end, to)
  const length = end - from
  if (next + length >= to || bytes[next + length] !== space) return next
  for (let k = 0; k < length; k++) if (bytes[next + k] !== bytes[from + k]) return next
  return skipSpaces(bytes, next + length, to)
}
