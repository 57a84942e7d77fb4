import type { EventBatch } from '../../event/batch.ts'
import type { Dictionary } from '../../event/dictionary.ts'
import { Names } from '../../event/names.ts'
import { Stamp } from '../../framing/stamp.ts'
import { Syslog } from '../../framing/syslog.ts'
import { noZone, zoneMinutes } from '../../framing/zone-name.ts'

const space = 32
const percent = 37
const hyphen = 45
const colon = 58
const less = 60
const greater = 62
/** The mark stands behind a syslog header, perhaps two. */
const furthest = 300
const longestKept = 128

/**
 * Finds the mark `%ASA-6-302013: ` of a message: its id and where its text begins; and reads what stands before it. Lines
 * that follow each other mostly have the same header, so that of the line before is compared first.
 *
 * hot: no allocation per event.
 */
export class Header {
  /** Of the message: its number; 0 after `read` said that there is none. */
  id = 0
  /** Where the message begins. */
  text = 0
  /** The `%` of the mark. */
  start = 0
  /** Dictionary id of the device. */
  device = 0
  /** Microseconds, one element. */
  readonly time: Float64Array
  readonly #syslog: Syslog
  readonly #inner: Stamp
  readonly #names: Names
  /** The header of the line before without its priority; a line without a time is read each time. */
  readonly #kept = new Uint8Array(longestKept)
  #keptLength = -1
  /** Whether the header of the line that `mark` read is the kept one. */
  #isSame = false

  constructor(newest: number, rules: Dictionary) {
    this.#syslog = new Syslog(newest)
    this.time = this.#syslog.time
    this.#inner = new Stamp(newest)
    this.#names = new Names(rules)
  }

  /** Reads the mark only: `id`, `text`, `start`. @returns whether there is one */
  mark(bytes: Uint8Array, from: number, to: number): boolean {
    const body = afterPriority(bytes, from, to)
    this.#isSame = this.#isKept(bytes, body, to)
    const start = this.#isSame ? body + this.#keptLength : findMark(bytes, body, to)
    this.start = start
    const at = start < 0 ? -1 : idAfter(bytes, start, to)
    const id = at < 0 ? -1 : numberAt(bytes, at)
    if (id < 0) return false
    this.id = id
    const text = at + 8
    // `: `, and nothing else behind the id, is what nearly all lines have.
    const isPlain =
      bytes[at + 6] === colon && bytes[at + 7] === space && bytes[text] !== space && bytes[text] !== hyphen
    this.text = isPlain ? text : afterMark(bytes, at + 6, to)
    return true
  }

  /** Reads what stands before the mark: `time`, `device`. @returns false where no time is known */
  read(bytes: Uint8Array, from: number, batch: EventBatch): boolean {
    if (this.#isSame) return true
    const syslog = this.#syslog
    syslog.read(bytes, from, this.start)
    const hasTime = syslog.hasTime
    const known = syslog.settle(batch)
    this.#readDevice(bytes)
    this.#readInner(bytes)
    this.#keep(bytes, afterPriority(bytes, from, this.start), hasTime)
    return known
  }

  #readDevice(bytes: Uint8Array): void {
    const { hostFrom, hostTo, tagFrom, tagTo } = this.#syslog
    const isHost = hostTo > hostFrom
    const from = isHost ? hostFrom : tagFrom
    const to = isHost ? hostTo : tagTo
    const east = zoneMinutes(bytes, from, to)
    if (east === noZone) {
      this.device = this.#names.id(bytes, from, to)
      return
    }
    this.device = 0
    if (this.#syslog.hasTime) this.time[0] = this.time[0]! - east * 60e6
  }

  /** Behind a relay's header the device's own time may stand, with its zone. */
  #readInner(bytes: Uint8Array): void {
    const from = this.#syslog.text
    const to = this.start
    if (to - from < 16) return
    const end = this.#inner.read(bytes, from, to)
    if (end === from) return
    let zone = end
    while (zone < to && bytes[zone] !== colon && bytes[zone] !== space) zone++
    const east = zoneMinutes(bytes, end, zone)
    this.time[0] = this.#inner.time[0]! - (east === noZone ? 0 : east * 60e6)
  }

  #isKept(bytes: Uint8Array, body: number, to: number): boolean {
    const length = this.#keptLength
    if (length < 0 || body + length >= to || bytes[body + length] !== percent) return false
    const kept = this.#kept
    // The seconds differ first, and stand near the end.
    for (let k = length - 1; k >= 0; k--) if (kept[k] !== bytes[body + k]) return false
    return true
  }

  #keep(bytes: Uint8Array, body: number, hasTime: boolean): void {
    const length = this.start - body
    this.#keptLength = hasTime && length <= longestKept ? length : -1
    for (let k = 0; k < this.#keptLength; k++) this.#kept[k] = bytes[body + k]!
  }
}

function afterPriority(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== less) return from
  let i = from + 1
  while (i < to && i < from + 5 && bytes[i] !== greater) i++
  return bytes[i] === greater ? i + 1 : from
}

/** Where the `%` of a mark stands, -1 if nowhere. */
function findMark(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + furthest)
  for (let i = from; i < last; i++) if (bytes[i] === percent && isMark(bytes, i, to)) return i
  return -1
}

/**
 * Where the six digits of the id stand behind the `%` at `at`, -1 if this is no mark: `%ASA-6-302013`, `%FTD-`, `%PIX-`,
 * `%FWSM-`; with a class (`%ASA-session-6-302013`), with nothing in its place (`%FTD--6-852002`).
 */
function idAfter(bytes: Uint8Array, at: number, to: number): number {
  let i = at + 4
  if (bytes[i] !== hyphen) {
    if (bytes[i] !== 77 || bytes[++i] !== hyphen) return -1
    if (bytes[at + 1] !== 70 || bytes[at + 2] !== 87 || bytes[at + 3] !== 83) return -1
  } else if (!isProduct(bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!)) return -1
  i++
  if (!isDigit(bytes[i]!)) {
    const last = i + 16
    while (i < last && i < to && bytes[i] !== hyphen) i++
    i++
  }
  if (i + 8 > to || !isDigit(bytes[i]!) || bytes[i + 1] !== hyphen) return -1
  return i + 2
}

function isMark(bytes: Uint8Array, at: number, to: number): boolean {
  const id = idAfter(bytes, at, to)
  return id >= 0 && numberAt(bytes, id) >= 0
}

function isProduct(a: number, b: number, c: number): boolean {
  if (a === 65) return b === 83 && c === 65
  if (a === 70) return b === 84 && c === 68
  return a === 80 && b === 73 && c === 88
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

/** The six digits at `at`, -1 where they are not. */
function numberAt(bytes: Uint8Array, at: number): number {
  let number = 0
  for (let k = at; k < at + 6; k++) {
    const digit = bytes[k]! - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    number = number * 10 + digit
  }
  return number
}

/** Past the colon and the blanks behind the id; a relay that made the mark a tag leaves its empty fields (`- - -`) there. */
function afterMark(bytes: Uint8Array, at: number, to: number): number {
  let i = at
  if (bytes[i] === colon) i++
  while (i < to && bytes[i] === space) i++
  while (i + 1 < to && bytes[i] === hyphen && bytes[i + 1] === space) i += 2
  return i
}

/** Whether a line holds a mark. */
export function hasMark(bytes: Uint8Array, from: number, to: number): boolean {
  return findMark(bytes, from, to) >= 0
}
