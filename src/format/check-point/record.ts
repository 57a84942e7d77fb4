import { ascii, equals, find, readUint } from '../../base/ascii.ts'
import { JsonFields, Scan } from '../../base/json-scan.ts'
import { PairFields } from '../../base/pair-scan.ts'
import { WordTable } from '../../base/word-table.ts'
import { Cef, isCefOf } from '../../framing/cef.ts'
import { isLeefOf, Leef } from '../../framing/leef.ts'
import { cefLabels, cefNames, leefNames, names, substitutes } from './fields.ts'

const vendor = ascii('Check Point')
const bracketAction = ascii('[action:"')
const anyBracket = ascii(':"')
const program = ascii('CheckPoint ')
const splunkMark = ascii('|action=')
const originMark = ascii('|originsicname=')
const loguidMark = ascii('loguid=')
const actionPair = ascii('action="')
const oldMark = ascii('[Fields@1.3.6.1.4.1.2620')
const jsonMark = ascii('"originsicname"')
const openBracket = 91
const closeBracket = 93
const brace = 123
const quote = 34
const backslash = 92
const colon = 58
const semicolon = 59
const space = 32
const pipe = 124
const furthest = 512

/** How a record is written. */
export const Shape = { none: 0, syslog: 1, splunk: 2, generic: 3, json: 4, cef: 5, leef: 6 } as const

/** The shape of a line, cheaply. */
export function shapeOf(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + furthest)
  if (find(bytes, from, last, bracketAction) >= 0) return Shape.syslog
  const tag = find(bytes, from, last, program)
  if (tag >= 0 && bracketAt(bytes, tag, last) >= 0) return Shape.syslog
  if (find(bytes, from, last, oldMark) >= 0) return Shape.generic
  if (isCefOf(bytes, from, to, vendor)) return Shape.cef
  if (isLeefOf(bytes, from, to, vendor)) return Shape.leef
  if (bytes[from] === brace) return find(bytes, from, to, jsonMark) >= 0 ? Shape.json : Shape.none
  if (find(bytes, from, to, loguidMark) < 0) return Shape.none
  if (find(bytes, from, to, splunkMark) >= 0 && find(bytes, from, to, originMark) >= 0) return Shape.splunk
  return find(bytes, from, to, actionPair) >= 0 && find(bytes, from, to, loguidQuoted) >= 0 ? Shape.generic : Shape.none
}

const loguidQuoted = ascii('loguid="{')

/** Where the bracket of `CheckPoint 1234 - [name:"value"` stands. */
function bracketAt(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== openBracket) i++
  return i < to && i - from < 48 && find(bytes, i, Math.min(to, i + 64), anyBracket) >= 0 ? i : -1
}

/** One log of Check Point's Log Exporter in any of its formats, by `Field`. Of a repeated field the first counts. */
export class CheckPointRecord {
  from: Int32Array
  to: Int32Array
  shape: number = Shape.none
  /** Where the record begins: a syslog header stands before it. */
  start = 0
  readonly #own = new WordTable(names)
  readonly #ownFrom = new Int32Array(names.length).fill(-1)
  readonly #ownTo = new Int32Array(names.length)
  readonly #splunk = new PairFields(names, pipe)
  readonly #generic = new PairFields(names)
  readonly #json = new JsonFields({
    paths: names.map((name, field) => ({ path: [name], field })),
    fields: names.length,
  })
  readonly #cef = new Cef(cefNames, cefLabels)
  readonly #leef = new Leef(leefNames)

  constructor() {
    this.from = this.#ownFrom
    this.to = this.#ownTo
  }

  /** @returns false where the record is damaged or none */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.shape = shapeOf(bytes, from, to)
    this.start = from
    const isRead = this.#read(bytes, from, to)
    if (isRead) this.#substitute()
    return isRead
  }

  has(field: number): boolean {
    return this.from[field]! >= 0 && this.to[field]! > this.from[field]!
  }

  is(bytes: Uint8Array, field: number, word: Uint8Array): boolean {
    return this.from[field]! >= 0 && equals(bytes, this.from[field]!, this.to[field]!, word)
  }

  number(bytes: Uint8Array, field: number): number {
    return this.from[field]! < 0 ? -1 : readUint(bytes, this.from[field]!, this.to[field]!)
  }

  #read(bytes: Uint8Array, from: number, to: number): boolean {
    switch (this.shape) {
      case Shape.syslog:
        return this.#readOwn(bytes, from, to)
      case Shape.splunk:
        return this.#take(this.#splunk, this.#splunk.scan(bytes, from, to) > 0)
      case Shape.generic:
        return this.#take(this.#generic, this.#generic.scan(bytes, from, to) > 0)
      case Shape.json:
        return this.#take(this.#json, this.#json.scan(bytes, from, to) === Scan.done)
      case Shape.cef:
        return this.#take(this.#cef, this.#cef.read(bytes, from, to), this.#cef.start)
      case Shape.leef:
        return this.#take(this.#leef, this.#leef.read(bytes, from, to), this.#leef.start)
      default:
        return false
    }
  }

  #take(fields: { from: Int32Array; to: Int32Array }, isRead: boolean, start = this.start): boolean {
    this.from = fields.from
    this.to = fields.to
    this.start = start
    return isRead
  }

  /** `[action:"Drop"; ike::"…"; src:"192.0.2.1"; ]`, where `\` stands before a quote, a bracket and itself. */
  #readOwn(bytes: Uint8Array, from: number, to: number): boolean {
    this.#ownFrom.fill(-1)
    this.from = this.#ownFrom
    this.to = this.#ownTo
    const tag = find(bytes, from, Math.min(to, from + furthest), bracketAction)
    let i = tag >= 0 ? tag : bracketAt(bytes, find(bytes, from, to, program), to)
    this.start = i++
    while (i < to && bytes[i] !== closeBracket) {
      while (bytes[i] === space || bytes[i] === semicolon) i++
      const key = i
      while (i < to && bytes[i] !== colon && bytes[i] !== closeBracket) i++
      if (bytes[i] !== colon) break
      const field = this.#own.place(bytes, key, i)
      while (bytes[i] === colon) i++
      if (bytes[i] !== quote) return false
      const value = ++i
      while (i < to && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1
      if (i >= to) return false
      if (field >= 0 && this.#ownFrom[field]! < 0) {
        this.#ownFrom[field] = value
        this.#ownTo[field] = i
      }
      i++
    }
    return true
  }

  #substitute(): void {
    const { from, to } = this
    for (let k = 0; k < substitutes.length; k++) {
      const field = substitutes[k]![0]
      const other = substitutes[k]![1]
      if (from[field]! >= 0 || other >= from.length || from[other]! < 0) continue
      from[field] = from[other]!
      to[field] = to[other]!
    }
  }
}
