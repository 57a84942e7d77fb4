import { ascii, find, hexDigit } from '../base/ascii.ts'
import { WordTable } from '../base/word-table.ts'
import type { EventBatch } from '../event/batch.ts'
import type { TextField } from '../event/texts.ts'
import { addUnescaped, findMark, Head, isMaker, keyEnd, nextKey, readHead } from './cef.ts'

const tab = 9
const space = 32
const equalSign = 61
const pipe = 124
const mark = ascii('LEEF:')
/** What rsyslog makes of a tab (its `escapeControlCharactersOnReceive`, on by default). */
const escapedTab = ascii('#011')
/** LEEF has no name and no severity in its header: they are attributes (`sev`), or nothing. */
const headFields = Head.signatureId + 1

/**
 * Reads an event in IBM QRadar's Log Event Extended Format (IBM, "LEEF event components"):
 * `LEEF:1.0|vendor|product|version|event id|key=value<tab>key=value`; 2.0 has one more header field, the byte between
 * attributes, as itself or as `x5E`. Where tabs were made `#011` or blanks on the way, the attributes are still found.
 *
 * hot: no allocation per event.
 */
export class Leef {
  /** Where `LEEF:` stands in the line: what is before it is a syslog header. */
  start = 0
  /** The header, by `Head`: vendor, product, version and, as `signatureId`, the event id. */
  readonly headFrom = new Int32Array(headFields)
  readonly headTo = new Int32Array(headFields)
  /** The attributes, by their place in `names`; `from` is -1 where one is absent or empty. */
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #keys: WordTable
  #separator = tab

  /** @param names attribute keys that are wanted: `src`, `srcPort`, … */
  constructor(names: readonly string[]) {
    this.#keys = new WordTable(names)
    this.from = new Int32Array(names.length).fill(-1)
    this.to = new Int32Array(names.length)
  }

  /** Reads the event in the line `bytes[from, to)`, wherever in its beginning it stands; false where there is none. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.from.fill(-1)
    const start = findLeef(bytes, from, to)
    if (start < 0) return false
    this.start = start
    const isSecond = bytes[start + mark.length] === 50
    let body = readHead(bytes, afterVersion(bytes, start, to), to, headFields, this.headFrom, this.headTo)
    if (body < 0) return false
    this.#separator = tab
    if (isSecond) body = this.#readSeparator(bytes, body, to)
    if (find(bytes, body, to, escapedTab) >= 0 && !has(bytes, body, to, this.#separator)) this.#escaped(bytes, body, to)
    else if (has(bytes, body, to, this.#separator)) this.#attributes(bytes, body, to)
    else this.#blanks(bytes, body, to)
    return true
  }

  has(field: number): boolean {
    return this.from[field]! >= 0
  }

  /** Gives row `i` an attribute as a text, without its escapes. */
  addText(batch: EventBatch, i: number, text: TextField, bytes: Uint8Array, field: number): void {
    if (this.from[field]! >= 0) addUnescaped(batch, i, text, bytes, this.from[field]!, this.to[field]!)
  }

  /** Gives row `i` a field of the header as a text, without its escapes. */
  addHead(batch: EventBatch, i: number, text: TextField, bytes: Uint8Array, field: number): void {
    addUnescaped(batch, i, text, bytes, this.headFrom[field]!, this.headTo[field]!)
  }

  /** `^|`, `x5E|`, `0x5E|` or `|` for the tab; devices that leave the field out are read with tabs. */
  #readSeparator(bytes: Uint8Array, from: number, to: number): number {
    let end = from
    while (end < to && end < from + 5 && bytes[end] !== pipe && bytes[end] !== equalSign) end++
    // The separator may be the `=` or `|` of nobody: only a closed, short field is one.
    if (bytes[end] !== pipe || end >= to) return from
    if (end - from === 1) this.#separator = bytes[from]!
    else if (end - from >= 2) {
      const code = hexByte(bytes, from, end)
      if (code < 0) return from
      this.#separator = code
    }
    return end + 1
  }

  #attributes(bytes: Uint8Array, from: number, to: number): void {
    const separator = this.#separator
    for (let i = from; i < to; ) {
      let end = i
      while (end < to && bytes[end] !== separator) end++
      this.#attribute(bytes, i, end)
      i = end + 1
    }
  }

  #escaped(bytes: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to; ) {
      const next = find(bytes, i, to, escapedTab)
      const end = next < 0 ? to : next
      this.#attribute(bytes, i, end)
      i = end + escapedTab.length
    }
  }

  /** No separator at all: one attribute, or tabs that became blanks. */
  #blanks(bytes: Uint8Array, from: number, to: number): void {
    let i = from
    while (i < to && bytes[i] === space) i++
    while (i < to && keyEnd(bytes, i, to) >= 0) {
      const next = nextKey(bytes, i, to)
      this.#attribute(bytes, i, next)
      i = next
    }
  }

  /** Of a repeated key the first counts: what an attacker writes stands behind what the device wrote. */
  #attribute(bytes: Uint8Array, from: number, to: number): void {
    let key = from
    while (key < to && bytes[key] === space) key++
    let equal = key
    while (equal < to && bytes[equal] !== equalSign) equal++
    let end = to
    while (end > equal + 1 && bytes[end - 1] === space) end--
    if (end <= equal + 1) return
    const field = this.#keys.place(bytes, key, equal)
    if (field < 0 || this.from[field]! >= 0) return
    this.from[field] = equal + 1
    this.to[field] = end
  }
}

/** Where `LEEF:1.0|` or `LEEF:2.0|` stands in the beginning of a line; -1 where it does not. */
export function findLeef(bytes: Uint8Array, from: number, to: number): number {
  return findMark(bytes, from, to, mark, afterVersion)
}

/** Whether a line is a LEEF event of this vendor (and this product, where one is given); cheap, for `claims`. */
export function isLeefOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  vendor: Uint8Array,
  product?: Uint8Array,
): boolean {
  const start = findLeef(bytes, from, to)
  return start >= 0 && isMaker(bytes, afterVersion(bytes, start, to), to, vendor, product)
}

/** Past `LEEF:1.0|`, `LEEF:2|` …; -1 where that is not what stands at `at`. */
function afterVersion(bytes: Uint8Array, at: number, to: number): number {
  let i = at + mark.length
  if (bytes[i] !== 49 && bytes[i] !== 50) return -1
  while (i < to && i < at + mark.length + 4 && bytes[i] !== pipe) i++
  return i < to && bytes[i] === pipe ? i + 1 : -1
}

function hexByte(bytes: Uint8Array, from: number, to: number): number {
  let i = bytes[from] === 48 ? from + 1 : from
  if ((bytes[i]! | 32) !== 120) return -1
  i++
  if (to - i < 1 || to - i > 2) return -1
  let value = 0
  for (; i < to; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

function has(bytes: Uint8Array, from: number, to: number, byte: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === byte) return true
  return false
}
