import { ascii, equals } from './ascii.ts'
import { KeyGuess } from './key-guess.ts'

const quote = 34
const comma = 44
const colon = 58
const backslash = 92
const open = 123
const close = 125
const openArray = 91
const closeArray = 93

/** How a scan ended. `stopped`: the gate field had another value than wanted; the rest was not looked at. */
export const Scan = { malformed: -1, stopped: 0, done: 1 } as const
export type Scan = (typeof Scan)[keyof typeof Scan]

export interface JsonLayout {
  /** For each field the key paths it may stand at: `[['src_ip'], ['flow', 'start'], …]`; alternatives share an index. */
  readonly paths: readonly { readonly path: readonly string[]; readonly field: number }[]
  readonly fields: number
  /** A field whose value decides whether the record is wanted at all. */
  readonly gate?: { readonly field: number; readonly wanted: readonly string[] }
}

interface Entry {
  readonly node: number
  readonly name: Uint8Array
  field: number
  child: number
}

const slots = 256
const none: Entry = { node: -1, name: new Uint8Array(0), field: -1, child: -1 }

/**
 * Finds fields in one line that is a JSON object, without building objects or strings: `from[field]`, `to[field]` say
 * where a value's text stands (strings without their quotes, escapes as written), `from` is -1 where it is absent or
 * null. Of a repeated key the last counts, of an array on the path the first element. It is as lenient as finding
 * allows and no validator.
 */
export class JsonFields {
  readonly from: Int32Array
  readonly to: Int32Array
  readonly #table: Entry[] = new Array<Entry>(slots).fill(none)
  readonly #guess = new KeyGuess<Entry>(none)
  readonly #gate: number
  readonly #wanted: readonly Uint8Array[]
  #stopped = false

  constructor(layout: JsonLayout) {
    this.from = new Int32Array(layout.fields).fill(-1)
    this.to = new Int32Array(layout.fields)
    this.#gate = layout.gate?.field ?? -1
    this.#wanted = (layout.gate?.wanted ?? []).map(ascii)
    let nodes = 1
    for (const { path, field } of layout.paths) {
      let node = 0
      path.forEach((name, depth) => {
        const entry = this.#insert(node, ascii(name))
        if (depth === path.length - 1) entry.field = field
        else {
          if (entry.child < 0) entry.child = nodes++
          node = entry.child
        }
      })
    }
  }

  scan(bytes: Uint8Array, from: number, to: number): Scan {
    this.from.fill(-1)
    this.#stopped = false
    this.#guess.start(bytes)
    const start = skipBlank(bytes, from, to)
    if (start >= to || bytes[start] !== open) return Scan.malformed
    const end = this.#object(bytes, start + 1, to, 0)
    if (this.#stopped) return Scan.stopped
    return end < 0 ? Scan.malformed : Scan.done
  }

  /** Reads the members after `{`; returns where the object ends, -1 if it does not. Recursion is as deep as the paths. */
  #object(bytes: Uint8Array, from: number, to: number, node: number): number {
    let i = skipBlank(bytes, from, to)
    if (i < to && bytes[i] === close) return i + 1
    for (;;) {
      if (bytes[i] !== quote) i = skipBlank(bytes, i, to)
      if (i >= to || bytes[i] !== quote) return -1
      const past = this.#guess.past(i + 1, to, node)
      i = past < 0 ? this.#key(bytes, i + 1, to, node) : past
      if (i < 0) return -1
      i = this.#value(bytes, skipBlank(bytes, i, to), to, this.#guess.entry)
      if (i < 0) return -1
      if (bytes[i] !== comma) i = skipBlank(bytes, i, to)
      if (i >= to) return -1
      if (bytes[i] === close) return i + 1
      if (bytes[i] !== comma) return -1
      i++
    }
  }

  /** Reads the key that begins at `from` and its colon; returns where they end, -1 if they do not. */
  #key(bytes: Uint8Array, from: number, to: number, node: number): number {
    const keyEnd = stringEnd(bytes, from, to)
    if (keyEnd < 0) return -1
    const at = skipBlank(bytes, keyEnd + 1, to)
    if (at >= to || bytes[at] !== colon) return -1
    const entry = this.#lookup(node, bytes, from, keyEnd)
    this.#guess.learn(from, at + 1, node, entry)
    this.#guess.entry = entry
    return at + 1
  }

  #value(bytes: Uint8Array, i: number, to: number, entry: Entry): number {
    if (i >= to) return -1
    const first = bytes[i]!
    if (first === quote) {
      const end = stringEnd(bytes, i + 1, to)
      return end < 0 || !this.#keep(entry.field, bytes, i + 1, end) ? -1 : end + 1
    }
    if (first === open && entry.child >= 0) return this.#object(bytes, i + 1, to, entry.child)
    if (first === openArray && (entry.child >= 0 || entry.field >= 0)) return this.#array(bytes, i + 1, to, entry)
    if (first === open || first === openArray) return skipNested(bytes, i, to)
    const end = literalEnd(bytes, i, to)
    if (end === i) return -1
    return first === 110 || this.#keep(entry.field, bytes, i, end) ? end : -1
  }

  /** Reads the first element of the array whose elements begin at `from`; returns where the array ends, -1 if it does not. */
  #array(bytes: Uint8Array, from: number, to: number, entry: Entry): number {
    let i = skipBlank(bytes, from, to)
    if (bytes[i] !== openArray && bytes[i] !== closeArray) i = this.#value(bytes, i, to, entry)
    return i < 0 ? -1 : skipNested(bytes, i, to, 1)
  }

  /** False when the gate says that the record is not wanted. */
  #keep(field: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (field < 0) return true
    this.from[field] = from
    this.to[field] = to
    if (field !== this.#gate) return true
    for (let i = 0; i < this.#wanted.length; i++) if (equals(bytes, from, to, this.#wanted[i]!)) return true
    this.#stopped = true
    return false
  }

  #lookup(node: number, bytes: Uint8Array, from: number, to: number): Entry {
    if (from === to) return none
    let slot = slotOf(node, to - from, bytes[from]!, bytes[to - 1]!)
    for (;;) {
      const entry = this.#table[slot]!
      if (entry === none) return none
      if (entry.name.length === to - from && entry.node === node && equals(bytes, from, to, entry.name)) return entry
      slot = (slot + 1) & (slots - 1)
    }
  }

  #insert(node: number, name: Uint8Array): Entry {
    let slot = slotOf(node, name.length, name[0]!, name[name.length - 1]!)
    for (;;) {
      const entry = this.#table[slot]!
      if (entry.node === node && equals(name, 0, name.length, entry.name)) return entry
      if (entry === none) return (this.#table[slot] = { node, name, field: -1, child: -1 })
      slot = (slot + 1) & (slots - 1)
    }
  }
}

/** The paths are few and fixed, so nobody can fill this table. */
function slotOf(node: number, length: number, first: number, last: number): number {
  return (node * 89 + length * 31 + first * 7 + last * 13) & (slots - 1)
}

function skipBlank(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && (bytes[i] === 32 || bytes[i] === 9)) i++
  return i
}

/** Where the string's closing quote stands, -1 if there is none. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === quote) return i
    if (byte === backslash) i++
  }
  return -1
}

/** Past the object or array that begins at `from` (or, with `outer`, around it), -1 if it does not end. */
function skipNested(bytes: Uint8Array, from: number, to: number, outer = 0): number {
  let depth = outer
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === quote) {
      i = stringEnd(bytes, i + 1, to)
      if (i < 0) return -1
    } else if (byte === open || byte === openArray) depth++
    else if ((byte === close || byte === closeArray) && --depth === 0) return i + 1
  }
  return -1
}

function literalEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  for (; i < to; i++) {
    const byte = bytes[i]!
    if (byte > comma && byte < 58) continue
    if (byte === comma || byte === close || byte === closeArray || byte === 32 || byte === 9) break
  }
  return i
}
