import { readPort, readUint } from '../../base/ascii.ts'
import { readSeconds } from '../../base/ascii-time.ts'
import { WordTable } from '../../base/word-table.ts'
import { zoneOf } from '../../base/zone.ts'
import { Action, type EventBatch, Kind, Mark, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { readAnyTime } from '../../framing/envelope.ts'
import { actionOf } from '../../framing/verdict.ts'
import type { FormatContext } from '../format.ts'
import { sourcesOf, type Taker } from './spans.ts'
import { type ColumnSpec, type Mapping, numberColumns, textColumns, wordColumns } from './spec.ts'
import { TimePattern } from './time-pattern.ts'

/** Fills one column of row `i`. False where what the log says cannot be read. */
type Fill = (bytes: Uint8Array, taker: Taker, batch: EventBatch, i: number) => boolean

interface Filled {
  readonly fill: Fill
  /** Why a row is malformed when `fill` fails. */
  readonly reason: string
}

const micros = new Float64Array(1)

/** Fills rows by a mapping. Each column is read by what was chosen for it when the mapping was opened. */
export class MappedRow {
  readonly #columns: readonly Filled[]
  readonly #isJson: boolean
  readonly #hasCounts: boolean

  constructor(mapping: Mapping, context: FormatContext) {
    this.#isJson = mapping.lines === 'json'
    this.#hasCounts = mapping.columns['packetsOut'] !== undefined
    const sources = sourcesOf(mapping)
    const names = new Names(context.rules)
    this.#columns = Object.entries(mapping.columns).map(([name, spec]) => ({
      fill: this.#fillOf(name, spec, sources.indexOf(spec.from as string), names, context),
      reason: `${name}: ${spec.from === undefined ? 'is not readable' : `what ${JSON.stringify(spec.from)} holds is not readable`}`,
    }))
  }

  /** @returns why the row is malformed; nothing where it is not */
  read(bytes: Uint8Array, taker: Taker, batch: EventBatch, i: number): string {
    const c = batch.column
    c.kind[i] = this.#hasCounts ? Kind.flow : Kind.log
    c.marks[i] = this.#hasCounts ? 0 : Mark.noCounts
    c.protocol[i] = 0
    c.time[i] = 0
    c.src0[i] = c.src1[i] = c.src2[i] = c.src3[i] = 0
    c.dst0[i] = c.dst1[i] = c.dst2[i] = c.dst3[i] = 0
    for (let k = 0; k < this.#columns.length; k++) {
      if (!this.#columns[k]!.fill(bytes, taker, batch, i)) return this.#columns[k]!.reason
    }
    if (c.time[i] === 0) return 'time: is absent'
    const isContact = c.subject[i] === Subject.contact
    if (isContact && isNone(c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!)) return 'src: is absent'
    if (isContact && isNone(c.dst0[i]!, c.dst1[i]!, c.dst2[i]!, c.dst3[i]!)) return 'dst: is absent'
    if (isContact && c.protocol[i] === 0) return 'protocol: is absent'
    if (c.outcome[i] === Outcome.unknown && (c.action[i] === Action.deny || c.action[i] === Action.reject)) {
      c.outcome[i] = Outcome.blocked
    }
    return ''
  }

  #fillOf(name: string, spec: ColumnSpec, k: number, names: Names, context: FormatContext): Fill {
    if (name === 'time') return fillTime(spec, k, context)
    const words = wordColumns[name]
    if (words !== undefined) return fillWord(name as 'outcome' | 'action' | 'kind', spec, k, words)
    if (name === 'src')
      return (bytes, { from, to }, batch, i) => from[k]! < 0 || readSource(bytes, from[k]!, to[k]!, batch, i)
    if (name === 'dst')
      return (bytes, { from, to }, batch, i) => from[k]! < 0 || readDestination(bytes, from[k]!, to[k]!, batch, i)
    if (name === 'protocol') return fillProtocol(spec, k)
    if (name === 'srcPort' || name === 'dstPort') return fillPort(name, k)
    if (name === 'duration') return fillDuration(k)
    if (name === 'rule' || name === 'sensor') return fillName(name === 'rule' ? 'rule' : 'device', spec, k, names)
    const number = numberColumns.find((column) => column === name)
    return number === undefined ? this.#fillText(name, spec, k) : fillNumber(number, spec, k)
  }

  #fillText(name: string, { value }: ColumnSpec, k: number): Fill {
    const field = textColumns[name]!
    if (value !== undefined) {
      const constant = Buffer.from(value)
      return (_, __, batch, i) => {
        batch.text(i, field, constant, 0, constant.length)
        return true
      }
    }
    const isJson = this.#isJson
    return (bytes, { from, to }, batch, i) => {
      if (from[k]! < 0) return true
      if (isJson) batch.jsonText(i, field, bytes, from[k]!, to[k]!)
      else batch.text(i, field, bytes, from[k]!, to[k]!)
      return true
    }
  }
}

function isNone(a: number, b: number, c: number, d: number): boolean {
  return (a | b | c | d) === 0
}

const scales: Readonly<Record<string, number>> = { 'epoch-ms': 1e3, 'epoch-us': 1, 'epoch-ns': 1e-3 }

function fillTime({ format = 'auto', zone = 'UTC' }: ColumnSpec, k: number, { newest }: FormatContext): Fill {
  const read = timeReader(format, zone, newest)
  return (bytes, { from, to }, batch, i) => {
    if (from[k]! < 0 || !read(bytes, from[k]!, to[k]!)) return false
    batch.column.time[i] = micros[0]!
    return true
  }
}

function timeReader(
  format: string,
  zone: string,
  newest: number,
): (bytes: Uint8Array, from: number, to: number) => boolean {
  if (format.includes('%')) {
    const pattern = new TimePattern(format, zoneOf(zone)!, newest)
    return (bytes, from, to) => pattern.read(bytes, from, to, micros)
  }
  if (format === 'epoch') return (bytes, from, to) => readSeconds(bytes, from, to, micros, 0)
  const scale = scales[format]
  if (scale !== undefined) return (bytes, from, to) => readScaled(bytes, from, to, scale)
  const local = zoneOf(zone)!
  return (bytes, from, to) => {
    if (!readAnyTime(bytes, from, to, micros)) return false
    if (!isZoned(bytes, from, to)) micros[0] = local.toUtc(micros[0]!)
    return true
  }
}

/** Whole or decimal numbers of a unit since the epoch. */
function readScaled(bytes: Uint8Array, from: number, to: number, scale: number): boolean {
  let value = 0
  for (let i = from; i < to && bytes[i] !== 46; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9 || i - from > 19) return false
    value = value * 10 + digit
  }
  micros[0] = Math.round(value * scale)
  return to > from
}

/** Whether a time says its zone, or is a number and has none. */
function isZoned(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < 19 || bytes[from + 4] !== 45) return true
  for (let i = from + 19; i < to; i++) if (bytes[i] === 90 || bytes[i] === 43 || bytes[i] === 45) return true
  return false
}

/** Words by a table of the mapping, else as they are called here; of actions also what devices usually call them. */
function fillWord(
  name: 'outcome' | 'action' | 'kind',
  { value, values = {} }: ColumnSpec,
  k: number,
  known: Readonly<Record<string, number>>,
): Fill {
  const column = name === 'kind' ? 'subject' : name
  if (value !== undefined) {
    return (_, __, batch, i) => {
      batch.column[column][i] = known[value]!
      return true
    }
  }
  const entries = [...Object.entries(values).map(([word, to]) => [word, known[to]!] as const), ...Object.entries(known)]
  const table = new WordTable(entries.map(([word]) => word))
  const numbers = Uint8Array.from(entries, ([, number]) => number)
  return (bytes, { from, to }, batch, i) => {
    if (from[k]! < 0) return true
    const place = table.place(bytes, from[k]!, to[k]!)
    const usual = name === 'action' && place < 0 ? actionOf(bytes, from[k]!, to[k]!) : 0
    batch.column[column][i] = place < 0 ? usual : numbers[place]!
    // What an outcome or action is called in the log and not in the mapping is not known; a kind has to be.
    return place >= 0 || name !== 'kind'
  }
}

function fillProtocol({ value, values = {} }: ColumnSpec, k: number): Fill {
  const constant = value === undefined ? -1 : numberOf(value)
  const table = new WordTable(Object.keys(values))
  const numbers = Int16Array.from(Object.values(values), numberOf)
  return (bytes, { from, to }, batch, i) => {
    let number = constant
    if (value === undefined) {
      if (from[k]! < 0) return true
      const place = table.place(bytes, from[k]!, to[k]!)
      number = place < 0 ? readProtocol(bytes, from[k]!, to[k]!) : numbers[place]!
    }
    if (number < 0) return false
    batch.column.protocol[i] = number
    // Logs that do not tell the type are mostly of echo.
    if (number === Protocol.icmp) batch.column.icmpType[i] = 8
    if (number === Protocol.icmp6) batch.column.icmpType[i] = 128
    return true
  }
}

function numberOf(name: string): number {
  const bytes = Buffer.from(name)
  return readProtocol(bytes, 0, bytes.length)
}

function fillPort(column: 'srcPort' | 'dstPort', k: number): Fill {
  return (bytes, { from, to }, batch, i) => {
    const port = from[k]! < 0 ? 0 : readPort(bytes, from[k]!, to[k]!)
    batch.column[column][i] = Math.max(0, port)
    return port >= 0
  }
}

/** Seconds, with or without a fraction. */
function fillDuration(k: number): Fill {
  return (bytes, { from, to }, batch, i) => {
    if (from[k]! < 0) return true
    if (!readSeconds(bytes, from[k]!, to[k]!, micros, 0)) return false
    batch.column.duration[i] = micros[0]!
    return true
  }
}

function fillName(column: 'rule' | 'device', { value }: ColumnSpec, k: number, names: Names): Fill {
  const constant = value === undefined ? undefined : Buffer.from(value)
  return (bytes, { from, to }, batch, i) => {
    if (constant) batch.column[column][i] = names.id(constant, 0, constant.length)
    else if (from[k]! >= 0) batch.column[column][i] = names.id(bytes, from[k]!, to[k]!)
    return true
  }
}

function fillNumber(column: (typeof numberColumns)[number], { value, values = {} }: ColumnSpec, k: number): Fill {
  const table = new WordTable(Object.keys(values))
  const numbers = Float64Array.from(Object.values(values), Number)
  const constant = value === undefined ? Number.NaN : Number(value)
  return (bytes, { from, to }, batch, i) => {
    if (value !== undefined) batch.column[column][i] = constant
    else if (from[k]! >= 0) {
      const place = table.place(bytes, from[k]!, to[k]!)
      const number = place < 0 ? readUint(bytes, from[k]!, to[k]!) : numbers[place]!
      if (number < 0) return false
      batch.column[column][i] = number
    }
    return true
  }
}
