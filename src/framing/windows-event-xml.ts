import { ascii, equals, find, hexDigit, startsWith } from '../base/ascii.ts'

const angle = 60
const close = 62
const slash = 47
const ampersand = 38
const semicolon = 59

const word = (text: string) => ascii(text)
const data = word('Data')
const nameAttribute = word('Name')
const eventEnd = word('</Event>')

/** Elements of System: name, the attribute that holds the value (none: the text does), the field. The order is `System`'s. */
const elements: readonly {
  readonly name: Uint8Array
  readonly attribute: Uint8Array | undefined
  readonly field: number
}[] = [
  { name: word('EventID'), attribute: undefined, field: 0 },
  { name: word('TimeCreated'), attribute: word('SystemTime'), field: 1 },
  { name: word('Computer'), attribute: undefined, field: 3 },
  { name: word('Channel'), attribute: undefined, field: 4 },
  { name: word('Provider'), attribute: nameAttribute, field: 5 },
]

/**
 * Finds System and EventData in one Event element as Windows renders it. It knows elements, attributes and text, and passes
 * over all else: no document types, no entities but the five of XML and characters by number. Nothing is allocated.
 */
export class XmlEvent {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #names: readonly Uint8Array[]
  readonly #first: number
  #valueFrom = 0
  #valueTo = 0

  constructor(names: readonly string[], first: number) {
    this.#names = names.map(ascii)
    this.#first = first
    this.from = new Int32Array(first + names.length).fill(-1)
    this.to = new Int32Array(first + names.length)
  }

  /** Of a repeated element the first counts. @returns false where the element does not end */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    this.from.fill(-1)
    let i = from
    while (i < to) {
      while (i < to && bytes[i] !== angle) i++
      if (startsWith(bytes, i, to, eventEnd)) return true
      const name = ++i
      while (i < to && bytes[i]! > 32 && bytes[i] !== close && bytes[i] !== slash) i++
      const nameTo = i
      const end = tagEnd(bytes, i, to)
      if (end < 0) return false
      if (nameTo > name) this.#element(bytes, name, nameTo, end, to)
      i = end + 1
    }
    return false
  }

  /** @param end where the tag's `>` stands */
  #element(bytes: Uint8Array, name: number, nameTo: number, end: number, to: number): void {
    if (equals(bytes, name, nameTo, data)) {
      if (!this.#attribute(bytes, nameTo, end, nameAttribute)) return
      const field = this.#field(bytes, this.#valueFrom, this.#valueTo)
      if (field >= 0) this.#text(bytes, field, end, to)
      return
    }
    for (let k = 0; k < elements.length; k++) {
      const { name: known, attribute, field } = elements[k]!
      if (!equals(bytes, name, nameTo, known)) continue
      if (attribute === undefined) this.#text(bytes, field, end, to)
      else if (this.#attribute(bytes, nameTo, end, attribute)) this.#keep(field, this.#valueFrom, this.#valueTo)
      return
    }
  }

  #field(bytes: Uint8Array, from: number, to: number): number {
    for (let k = 0; k < this.#names.length; k++) if (equals(bytes, from, to, this.#names[k]!)) return this.#first + k
    return -1
  }

  /** The text between the tag that ends at `end` and the next one. */
  #text(bytes: Uint8Array, field: number, end: number, to: number): void {
    if (bytes[end - 1] === slash) return
    let i = end + 1
    while (i < to && bytes[i] !== angle) i++
    this.#keep(field, end + 1, i)
  }

  #keep(field: number, from: number, to: number): void {
    if (this.from[field]! >= 0) return
    this.from[field] = from
    this.to[field] = to
  }

  /** Finds an attribute between a tag's name and its end. */
  #attribute(bytes: Uint8Array, from: number, end: number, name: Uint8Array): boolean {
    let i = from
    while (i < end) {
      while (i < end && bytes[i]! <= 32) i++
      const key = i
      while (i < end && bytes[i] !== 61) i++
      const keyTo = i
      const quote = bytes[i + 1]
      if (i >= end || (quote !== 34 && quote !== 39)) return false
      const value = i + 2
      i = value
      while (i < end && bytes[i] !== quote) i++
      if (equals(bytes, key, keyTo, name)) {
        this.#valueFrom = value
        this.#valueTo = i
        return true
      }
      i++
    }
    return false
  }
}

/** Where the `>` of the tag stands, which is in no attribute's value; -1 if it does not come. */
function tagEnd(bytes: Uint8Array, from: number, to: number): number {
  let quote = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (quote !== 0) {
      if (byte === quote) quote = 0
    } else if (byte === 34 || byte === 39) quote = byte
    else if (byte === close) return i
  }
  return -1
}

/** The text that `decodeEntities` made. */
export const decoded = new Uint8Array(4096)
const entities: readonly (readonly [Uint8Array, number])[] = [
  [word('lt'), 60],
  [word('gt'), 62],
  [word('amp'), 38],
  [word('quot'), 34],
  [word('apos'), 39],
]
const anEntity = word('&')
const longestEntity = 8

/** Writes `bytes[from, to)` to `decoded` with its entities undone, cut to what fits. @returns its length; -1 where it has none */
export function decodeEntities(bytes: Uint8Array, from: number, to: number): number {
  if (find(bytes, from, to, anEntity) < 0) return -1
  let length = 0
  for (let i = from; i < to && length < decoded.length - 4; ) {
    const end = bytes[i] === ampersand ? entityEnd(bytes, i + 1, to) : -1
    const code = end < 0 ? -1 : entityCode(bytes, i + 1, end)
    if (code < 0) decoded[length++] = bytes[i++]!
    else {
      length = putCharacter(code, length)
      i = end + 1
    }
  }
  return length
}

function entityEnd(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + longestEntity)
  for (let i = from; i < last; i++) if (bytes[i] === semicolon) return i
  return -1
}

function entityCode(bytes: Uint8Array, from: number, to: number): number {
  for (let k = 0; k < entities.length; k++) if (equals(bytes, from, to, entities[k]![0])) return entities[k]![1]
  if (bytes[from] !== 35 || to - from < 2) return -1
  const isHex = (bytes[from + 1]! | 32) === 120
  let code = 0
  for (let i = from + (isHex ? 2 : 1); i < to; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0 || (!isHex && digit > 9)) return -1
    code = code * (isHex ? 16 : 10) + digit
  }
  return code > 0x10ffff ? -1 : code
}

/** Writes a character as UTF-8. */
function putCharacter(code: number, at: number): number {
  let i = at
  if (code < 0x80) decoded[i++] = code
  else {
    if (code < 0x800) decoded[i++] = 0xc0 | (code >> 6)
    else {
      if (code < 0x10000) decoded[i++] = 0xe0 | (code >> 12)
      else {
        decoded[i++] = 0xf0 | (code >> 18)
        decoded[i++] = 0x80 | ((code >> 12) & 63)
      }
      decoded[i++] = 0x80 | ((code >> 6) & 63)
    }
    decoded[i++] = 0x80 | (code & 63)
  }
  return i
}
