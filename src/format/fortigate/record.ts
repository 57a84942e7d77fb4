import { ascii, equals, find, readUint, startsWith } from '../../base/ascii.ts'
import { PairFields } from '../../base/pair-scan.ts'
import { Cef } from '../../framing/cef.ts'
import { cefKeys, cefLabels, Field, pairKeys } from './fields.ts'

const dateKey = ascii('date=')
const csvDate = ascii(',time=')
const notAvailable = ascii('N/A')
const colon = 58
const comma = 44

/** One record of FortiOS, as key=value pairs (with blanks or, as "csv", commas between them) or as CEF, by `Field`. */
export class FortiRecord {
  from: Int32Array
  to: Int32Array
  isCef = false
  readonly #pairs = new PairFields([...pairKeys, 'policy-label-of-cef'])
  readonly #csv = new PairFields([...pairKeys, 'policy-label-of-cef'], comma)
  readonly #cef = new Cef(cefKeys, cefLabels)

  constructor() {
    this.from = this.#pairs.from
    this.to = this.#pairs.to
  }

  /** @returns where the record begins in the line, -1 where there is none */
  read(bytes: Uint8Array, from: number, to: number): number {
    this.isCef = this.#cef.read(bytes, from, to)
    if (this.isCef) {
      this.from = this.#cef.from
      this.to = this.#cef.to
      this.#splitCategory(bytes)
      return this.#cef.start
    }
    const start = find(bytes, from, to, dateKey)
    if (start < 0) return -1
    const isCsv = startsWith(bytes, start + dateKey.length + 10, to, csvDate)
    const pairs = isCsv ? this.#csv : this.#pairs
    pairs.scan(bytes, start, to)
    this.from = pairs.from
    this.to = pairs.to
    return start
  }

  has(field: number): boolean {
    return this.from[field]! >= 0 && this.to[field]! > this.from[field]!
  }

  /** Whether a value is told: `N/A` and nothing are not. */
  tells(bytes: Uint8Array, field: number): boolean {
    return this.has(field) && !this.is(bytes, field, notAvailable)
  }

  is(bytes: Uint8Array, field: number, word: Uint8Array): boolean {
    return this.from[field]! >= 0 && equals(bytes, this.from[field]!, this.to[field]!, word)
  }

  /** The value as a decimal number, -1 where it is none. */
  number(bytes: Uint8Array, field: number): number {
    return this.from[field]! < 0 ? -1 : readUint(bytes, this.from[field]!, this.to[field]!)
  }

  /** CEF has type and subtype in one: `traffic:forward`. */
  #splitCategory(bytes: Uint8Array): void {
    const { from, to } = this
    for (let i = from[Field.type]!; i >= 0 && i < to[Field.type]!; i++) {
      if (bytes[i] !== colon) continue
      if (from[Field.subtype]! < 0) {
        from[Field.subtype] = i + 1
        to[Field.subtype] = to[Field.type]!
      }
      to[Field.type] = i
    }
  }
}
