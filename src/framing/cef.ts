import { ascii, find } from '../base/ascii.ts'
import { WordTable } from '../base/word-table.ts'
import type { EventBatch } from '../event/batch.ts'
import type { TextField } from '../event/texts.ts'

const space = 32
const equalSign = 61
const backslash = 92
const pipe = 124
const mark = ascii('CEF:')
/** A syslog header and what a relay adds stand before the mark. */
const furthest = 512
const longestKey = 128

/** The fields of a CEF or LEEF header, by place in `headFrom` and `headTo`. */
export const Head = { vendor: 0, product: 1, version: 2, signatureId: 3, name: 4, severity: 5 } as const
const headFields = 6

/** Custom extensions, whose meaning the device writes into a second extension: `cs1=web cs1Label=Rule`. */
const customKeys = [
  ...[1, 2, 3, 4, 5, 6].map((n) => `cs${n}`),
  ...[1, 2, 3].map((n) => `cn${n}`),
  ...['cfp', 'c6a'].flatMap((key) => [1, 2, 3, 4].map((n) => `${key}${n}`)),
  ...['flexString', 'flexNumber', 'flexDate', 'deviceCustomDate'].flatMap((key) => [1, 2].map((n) => `${key}${n}`)),
]

/**
 * Reads an event in ArcSight's Common Event Format (Micro Focus, "Implementing ArcSight Common Event Format", version 25):
 * `CEF:0|vendor|product|version|signature|name|severity|key=value key=value`, where values hold blanks. The fields say where
 * things stand in the line, escapes as written; `addText` takes the escapes out.
 *
 * hot: no allocation per event.
 */
export class Cef {
  /** Where `CEF:` stands in the line: what is before it is a syslog header. */
  start = 0
  /** The header, by `Head`. */
  readonly headFrom = new Int32Array(headFields)
  readonly headTo = new Int32Array(headFields)
  /** The extensions, by their place in `names`, labels behind them; `from` is -1 where one is absent or empty. */
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #keys: WordTable
  readonly #labels: WordTable
  readonly #names: number
  /** By field, its custom extension where it is wanted for itself as well; else -1. */
  readonly #custom: Int32Array
  /** Values and labels of custom extensions, each with its own place behind the fields. */
  readonly #customFrom = new Int32Array(2 * customKeys.length)
  readonly #customTo = new Int32Array(2 * customKeys.length)

  /**
   * @param names extension keys that are wanted: `src`, `spt`, …
   * @param labels labels of custom extensions whose values are wanted (`Rule Name`), as the device writes them: field
   *   `names.length + k` is the value of the extension (cs1…6, cn1…3, …) that has label k
   */
  constructor(names: readonly string[], labels: readonly string[] = []) {
    const customs = labels.length === 0 ? [] : [...customKeys, ...customKeys.map((key) => `${key}Label`)]
    this.#keys = new WordTable([...names, ...customs])
    this.#custom = Int32Array.from(names, (name) => customs.indexOf(name))
    this.#labels = new WordTable(labels)
    this.#names = names.length
    this.from = new Int32Array(names.length + labels.length).fill(-1)
    this.to = new Int32Array(names.length + labels.length)
  }

  /** Reads the event in the line `bytes[from, to)`, wherever in its beginning it stands; false where there is none. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.from.fill(-1)
    const start = findCef(bytes, from, to)
    if (start < 0) return false
    this.start = start
    const body = readHead(bytes, afterVersion(bytes, start, to), to, headFields, this.headFrom, this.headTo)
    if (body < 0) return false
    this.#customFrom.fill(-1)
    this.#extensions(bytes, body, to)
    this.#label(bytes)
    return true
  }

  has(field: number): boolean {
    return this.from[field]! >= 0
  }

  /** Whether a field of the header is this word. */
  isHead(bytes: Uint8Array, field: number, word: Uint8Array): boolean {
    return isSpan(bytes, this.headFrom[field]!, this.headTo[field]!, word)
  }

  /** Gives row `i` an extension as a text, without its escapes. */
  addText(batch: EventBatch, i: number, text: TextField, bytes: Uint8Array, field: number): void {
    if (this.from[field]! >= 0) addUnescaped(batch, i, text, bytes, this.from[field]!, this.to[field]!)
  }

  /** Gives row `i` a field of the header as a text, without its escapes. */
  addHead(batch: EventBatch, i: number, text: TextField, bytes: Uint8Array, field: number): void {
    addUnescaped(batch, i, text, bytes, this.headFrom[field]!, this.headTo[field]!)
  }

  #extensions(bytes: Uint8Array, from: number, to: number): void {
    let key = from
    while (key < to && bytes[key] === space) key++
    let equal = keyEnd(bytes, key, to)
    if (equal < 0) {
      key = nextKey(bytes, key, to)
      equal = keyEnd(bytes, key, to)
    }
    while (key < to && equal >= 0) {
      const value = equal + 1
      const next = nextKey(bytes, value, to)
      let end = next
      while (end > value && bytes[end - 1] === space) end--
      if (end > value) this.#keep(this.#keys.place(bytes, key, equal), value, end)
      key = next
      equal = keyEnd(bytes, key, to)
    }
  }

  /** Of a repeated key the first counts: what an attacker writes stands behind what the device wrote. */
  #keep(place: number, from: number, to: number): void {
    if (place < 0) return
    if (place < this.#names && this.from[place]! < 0) {
      this.from[place] = from
      this.to[place] = to
    }
    const custom = place < this.#names ? this.#custom[place]! : place - this.#names
    if (custom < 0 || this.#customFrom[custom]! >= 0) return
    this.#customFrom[custom] = from
    this.#customTo[custom] = to
  }

  #label(bytes: Uint8Array): void {
    const customs = customKeys.length
    if (this.from.length === this.#names) return
    for (let k = 0; k < customs; k++) {
      const label = this.#customFrom[customs + k]!
      if (label < 0 || this.#customFrom[k]! < 0) continue
      const field = this.#labels.place(bytes, label, this.#customTo[customs + k]!)
      if (field < 0 || this.from[this.#names + field]! >= 0) continue
      this.from[this.#names + field] = this.#customFrom[k]!
      this.to[this.#names + field] = this.#customTo[k]!
    }
  }
}

/** Where `CEF:0|` (or a later version, or with a blank) stands in the beginning of a line; -1 where it does not. */
export function findCef(bytes: Uint8Array, from: number, to: number): number {
  return findMark(bytes, from, to, mark, afterVersion)
}

/** Whether a line is a CEF event of this vendor (and this product, where one is given); cheap, for `claims`. */
export function isCefOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  vendor: Uint8Array,
  product?: Uint8Array,
): boolean {
  const start = findCef(bytes, from, to)
  return start >= 0 && isMaker(bytes, afterVersion(bytes, start, to), to, vendor, product)
}

/**
 * Where a mark with a version behind it stands in the beginning of a line; -1 where it does not.
 * @param past where the version that follows a mark at `at` ends; -1 where none does
 */
export function findMark(
  bytes: Uint8Array,
  from: number,
  to: number,
  word: Uint8Array,
  past: (bytes: Uint8Array, at: number, to: number) => number,
): number {
  const last = Math.min(to, from + furthest)
  for (let at = find(bytes, from, last, word); at >= 0; at = find(bytes, at + 1, last, word)) {
    if (past(bytes, at, to) >= 0) return at
  }
  return -1
}

/** Whether `vendor|` (and `product|`) stand at `at`. */
export function isMaker(
  bytes: Uint8Array,
  at: number,
  to: number,
  vendor: Uint8Array,
  product: Uint8Array | undefined,
): boolean {
  const vendorEnd = at + vendor.length
  if (vendorEnd >= to || bytes[vendorEnd] !== pipe || !isSpan(bytes, at, vendorEnd, vendor)) return false
  if (product === undefined) return true
  const productEnd = vendorEnd + 1 + product.length
  return productEnd < to && bytes[productEnd] === pipe && isSpan(bytes, vendorEnd + 1, productEnd, product)
}

/** Past `CEF:0|`; -1 where that is not what stands at `at`. */
function afterVersion(bytes: Uint8Array, at: number, to: number): number {
  let i = at + mark.length
  if (bytes[i] === space) i++
  const digits = i
  while (i < to && i < digits + 2 && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  return i > digits && i < to && bytes[i] === pipe ? i + 1 : -1
}

/**
 * Reads `count` header fields, each closed by a `|` (`\|` inside one is text), the last also by the end of the line.
 * @returns where the body begins, -1 where a field is missing
 */
export function readHead(
  bytes: Uint8Array,
  at: number,
  to: number,
  count: number,
  headFrom: Int32Array,
  headTo: Int32Array,
): number {
  let i = at
  for (let field = 0; field < count; field++) {
    headFrom[field] = i
    while (i < to && bytes[i] !== pipe) i += bytes[i] === backslash ? 2 : 1
    headTo[field] = Math.min(i, to)
    if (i >= to) return field === count - 1 ? to : -1
    i++
  }
  return i
}

/** Where the `=` of the key at `from` stands; -1 where there is no key. */
export function keyEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  const last = Math.min(to, from + longestKey)
  while (i < last && isKeyByte(bytes[i]!)) i++
  return i > from && i < to && bytes[i] === equalSign ? i : -1
}

/** Where the next ` key=` has its key, `to` where there is none: a value ends before it. Each byte is looked at once. */
export function nextKey(bytes: Uint8Array, from: number, to: number): number {
  let key = -1
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte === backslash) {
      // Only these two can mislead; a path that ends with a backslash before the blank must not.
      if (bytes[i + 1] === equalSign || bytes[i + 1] === backslash) i++
      key = -1
    } else if (byte === space) key = i + 1
    else if (byte === equalSign && key >= 0 && i > key && i - key < longestKey) return key
    else if (key >= 0 && !isKeyByte(byte)) key = -1
  }
  return to
}

/** Letters, digits and `_ . - [ ]`: the last for lists (`ad.arg[0]`). */
function isKeyByte(byte: number): boolean {
  const letter = byte | 32
  return (
    (letter >= 97 && letter <= 122) ||
    (byte >= 48 && byte <= 57) ||
    byte === 95 ||
    byte === 46 ||
    byte === 45 ||
    byte === 91 ||
    byte === 93
  )
}

function isSpan(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

const scratch = new Uint8Array(4096)

/** Adds `bytes[from, to)` as a text without the backslashes of `\\`, `\|`, `\=`; `\n` and `\r` become blanks. */
export function addUnescaped(
  batch: EventBatch,
  i: number,
  text: TextField,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  let isEscaped = false
  for (let at = from; at < to && !isEscaped; at++) isEscaped = isEscape(bytes, at, to)
  if (!isEscaped) {
    batch.text(i, text, bytes, from, to)
    return
  }
  let length = 0
  for (let at = from; at < to && length < scratch.length; at++) {
    if (isEscape(bytes, at, to)) at++
    else {
      scratch[length++] = bytes[at]!
      continue
    }
    const byte = bytes[at]!
    scratch[length++] = byte === 110 || byte === 114 ? space : byte
  }
  batch.text(i, text, scratch, 0, length)
}

function isEscape(bytes: Uint8Array, at: number, to: number): boolean {
  if (bytes[at] !== backslash || at + 1 >= to) return false
  const next = bytes[at + 1]
  return next === backslash || next === pipe || next === equalSign || next === 110 || next === 114
}
