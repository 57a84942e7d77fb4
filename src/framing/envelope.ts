import { ascii, find, readUint } from '../base/ascii.ts'
import { readIso, readSeconds } from '../base/ascii-time.ts'
import { JsonFields, type JsonLayout, Scan } from '../base/json-scan.ts'

/** What envelopes tell, by index. Of several places the first that is there counts, so the surest stands first. */
const messagePaths = [
  ['event', 'original'],
  ['message'],
  ['MESSAGE'],
  ['log'],
  ['event'],
  ['_raw'],
  ['line'],
  ['@message'],
  ['textPayload'],
  ['body'],
  ['rawMessage'],
] as const
const timePaths = [
  ['__REALTIME_TIMESTAMP'],
  ['@timestamp'],
  ['timestamp'],
  ['time'],
  ['ts'],
  ['date'],
  ['_time'],
  ['@ingestionTime'],
] as const
const hostPaths = [
  ['_HOSTNAME'],
  ['host', 'hostname'],
  ['host', 'name'],
  ['host'],
  ['hostname'],
  ['agent', 'hostname'],
  ['agent', 'name'],
  ['beat', 'hostname'],
] as const
const programPaths = [
  ['SYSLOG_IDENTIFIER'],
  ['_COMM'],
  ['process', 'name'],
  ['log', 'syslog', 'appname'],
  ['syslog', 'appname'],
  ['program'],
  ['appname'],
  ['ident'],
] as const

const groups = [messagePaths, timePaths, hostPaths, programPaths] as const
const firsts = groups.map((_, g) => groups.slice(0, g).reduce((sum, group) => sum + group.length, 0))
const all: readonly (readonly string[])[] = groups.flat()

const layout: JsonLayout = {
  // Exports of Elasticsearch and Splunk put the record one level down.
  paths: all.flatMap((path, field) => [
    { path, field },
    { path: ['_source', ...path], field },
    { path: ['result', ...path], field },
  ]),
  fields: all.length,
}

/** Keys under which a record stands as an object, as decoders of shippers leave it. */
const objectKeys = ['"eve"', '"event"', '"message"', '"log"', '"jsonPayload"', '"body"', '"_source"', '"result"'].map(
  ascii,
)
const numbersKey = ascii('"MESSAGE"')
const colon = 58
const openObject = 123
const openArray = 91
const quote = 34
const backslash = 92

/** What `read` found. */
export const Carried = { nothing: 0, text: 1, numbers: 2 } as const

/**
 * Reads what log shippers put around a line: one JSON object, in which the line is a string (Elastic agents, Logstash, Vector,
 * Fluent Bit and Fluentd, Docker, Loki, CloudWatch, Splunk HEC, journalctl), and maybe time, host and program.
 *
 * hot: no allocation per event.
 */
export class JsonEnvelope {
  /** The carried text, in the envelope's bytes: a JSON string without its quotes, or byte numbers. */
  from = 0
  to = 0
  hostFrom = 0
  hostTo = 0
  programFrom = 0
  programTo = 0
  /** Microseconds, one element; 0 where not told. */
  readonly time = new Float64Array(1)
  isSound = false
  readonly #fields = new JsonFields(layout)

  read(bytes: Uint8Array, from: number, to: number): number {
    const fields = this.#fields
    this.time[0] = 0
    this.isSound = fields.scan(bytes, from, to) === Scan.done
    if (!this.isSound) return Carried.nothing
    const message = this.#first(0)
    const time = this.#first(1)
    const host = this.#first(2)
    const program = this.#first(3)
    this.hostFrom = host < 0 ? 0 : fields.from[host]!
    this.hostTo = host < 0 ? 0 : fields.to[host]!
    this.programFrom = program < 0 ? 0 : fields.from[program]!
    this.programTo = program < 0 ? 0 : fields.to[program]!
    if (time >= 0) readAnyTime(bytes, fields.from[time]!, fields.to[time]!, this.time)
    if (message < 0) return this.#numbers(bytes, from, to)
    this.from = fields.from[message]!
    this.to = fields.to[message]!
    // Numbers and `true` are no lines, but an array of numbers may be one.
    return bytes[this.from - 1] === quote ? Carried.text : this.#numbers(bytes, from, to)
  }

  /**
   * The next object in the envelope that may be the record itself; `from` and `to` say where. False after the last.
   * @param k counts from 0
   */
  object(bytes: Uint8Array, from: number, to: number, k: number): boolean {
    const key = objectKeys[k]
    this.from = this.to = from
    if (key === undefined) return false
    for (let at = find(bytes, from + 1, to, key); at >= 0; at = find(bytes, at + 1, to, key)) {
      const start = valueAt(bytes, at + key.length, to)
      if (start < 0 || bytes[start] !== openObject) continue
      this.from = start
      this.to = objectEnd(bytes, start, to)
      return true
    }
    return true
  }

  /** How many keys `object` looks for. */
  static readonly objects = objectKeys.length

  #first(group: number): number {
    const first = firsts[group]!
    const end = first + groups[group]!.length
    for (let k = first; k < end; k++) if (this.#fields.from[k]! >= 0) return k
    return -1
  }

  /** journalctl writes what is not printable as an array of numbers. */
  #numbers(bytes: Uint8Array, from: number, to: number): number {
    const at = find(bytes, from, to, numbersKey)
    const start = at < 0 ? -1 : valueAt(bytes, at + numbersKey.length, to)
    if (start < 0 || bytes[start] !== openArray) return Carried.nothing
    let end = start + 1
    while (end < to && bytes[end] !== 93) end++
    this.from = start + 1
    this.to = end
    return Carried.numbers
  }
}

/** Past the colon after a key; -1 where none follows. */
function valueAt(bytes: Uint8Array, at: number, to: number): number {
  let i = at
  while (i < to && bytes[i]! <= 32) i++
  if (i >= to || bytes[i] !== colon) return -1
  i++
  while (i < to && bytes[i]! <= 32) i++
  return i < to ? i : -1
}

function objectEnd(bytes: Uint8Array, start: number, to: number): number {
  let depth = 0
  for (let i = start; i < to; i++) {
    const byte = bytes[i]
    if (byte === quote) {
      i++
      while (i < to && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1
    } else if (byte === openObject) depth++
    else if (byte === 125 && --depth === 0) return i + 1
  }
  return to
}

/** ISO 8601, or a number since the epoch: seconds with a fraction, milliseconds, microseconds or nanoseconds by its size. */
export function readAnyTime(bytes: Uint8Array, from: number, to: number, out: Float64Array): boolean {
  out[0] = 0
  if (readIso(bytes, from, to, out, 0) >= 0) return true
  let digits = from
  while (digits < to && bytes[digits]! >= 48 && bytes[digits]! <= 57) digits++
  const count = digits - from
  if (count === 9 || (count <= 11 && digits < to)) return readSeconds(bytes, from, to, out, 0)
  if (count < 10 || count > 20) return false
  // Ten digits of seconds: from 2001 to 2286.
  let micros = 0
  for (let i = from + 10; i < from + 16; i++) micros = micros * 10 + (i < digits ? bytes[i]! - 48 : 0)
  out[0] = (readUint(bytes, from, from + 5) * 1e5 + readUint(bytes, from + 5, from + 10)) * 1e6 + micros
  return true
}
