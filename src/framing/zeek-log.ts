import { ascii, find, readPort } from '../base/ascii.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import { type EventBatch, Kind } from '../event/batch.ts'
import { clearEnds, readDestination, readSource } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { readProtocol } from '../event/protocol-text.ts'
import type { TextField } from '../event/texts.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from '../format/format.ts'
import { cutColumns, openSpans } from './zeek-columns.ts'
import {
  defaultHeader,
  isVariant,
  passHeaders,
  readHeader,
  skipBlank,
  type ZeekHeader,
  type ZeekLog,
} from './zeek-header.ts'
import { Path, pathOf } from './zeek-path.ts'
import { ZeekRecord } from './zeek-record.ts'
import { readZeekTime } from './zeek-time.ts'

/** A field of a log that is more than time and ends: `[name, text]`, without a text where only `finish` reads it. */
export interface ZeekField {
  readonly name: string
  readonly text?: TextField
  /** A set or vector, of which the first element is taken. */
  readonly isList?: boolean
}

/** One of Zeek's logs of protocols and alerts, as a table. */
export interface ZeekDefinition {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly blind: readonly string[]
  /** Its `#path` or `_path`. */
  readonly path: string
  /** The columns Zeek writes by default, blanks between them. */
  readonly columns: string
  /** Fields that together only this log has, for records that do not say their path. */
  readonly shape: readonly string[]
  readonly subject: number
  /** Where the log has no proto; 0 where it is not told. */
  readonly protocol: number
  /** Whether a record without a source is damaged. */
  readonly needsSource: boolean
  /** The field that names the sensor. */
  readonly device?: string
  readonly fields: readonly ZeekField[]
  /** What the fields say besides their texts. `record.has(firstField + k)` asks for `fields[k]`. */
  finish?(record: ZeekRecord, batch: EventBatch, i: number): void
}

const common = ['ts', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto'] as const
const Field = { ts: 0, origHost: 1, origPort: 2, respHost: 3, respPort: 4, proto: 5, device: 6 } as const
/** Where a definition's own fields begin in a record. */
export const firstField = common.length + 1

const hash = 35
const openBrace = 123
const micros = new Float64Array(1)

/** The format of a Zeek log that is written as columns or as JSON. */
export function zeekLog(definition: ZeekDefinition): LineFormat {
  const { id, title, about, blind } = definition
  const log = logOf(definition)
  const claims = claimsOf(definition)
  return {
    id,
    title,
    about,
    blind,
    framing: 'line',
    maxRows: 1,
    sniff: (head) => Math.max(sniffColumns(definition, log, head), sniffJson(head, claims)),
    claims,
    open: (context) => openLog(definition, log, context),
    carry: {
      start: () => defaultHeader(log),
      pass: (header, bytes, from, to) => passHeaders(header as ZeekHeader, log, bytes, from, to),
    },
  }
}

function logOf({ fields, columns, device, path }: ZeekDefinition): ZeekLog {
  return {
    fieldNames: [...common, device ?? '', ...fields.map(({ name }) => name)],
    columns: columns.split(' '),
    isPath: (given) => isVariant(given, path),
  }
}

function openLog(definition: ZeekDefinition, log: ZeekLog, context: FormatContext): Decode {
  const header = (context.carried as ZeekHeader | undefined) ?? defaultHeader(log)
  const count = log.fieldNames.length
  const columns = openSpans(count)
  const json = openJson(definition, log)
  const record = new ZeekRecord(header, columns, json)
  const append = appender(definition, context)
  return (bytes, from, to, batch) => {
    const start = skipBlank(bytes, from, to)
    if (start === to) return Decoded.ignored
    if (bytes[start] === hash) {
      readHeader(header, log, bytes, start, to)
      columns.from.fill(-1)
      return Decoded.ignored
    }
    if (bytes[start] === openBrace) {
      const scan = json.scan(bytes, start, to)
      batch.reason = 'not a JSON object'
      if (scan !== Scan.done) return scan === Scan.stopped ? Decoded.ignored : Decoded.malformed
      record.open(bytes, true, count)
    } else {
      if (!header.isOurs) return Decoded.ignored
      cutColumns(bytes, from, to, header, columns)
      record.open(bytes, false, count)
    }
    return append(record, batch)
  }
}

function openJson({ path, device }: ZeekDefinition, { fieldNames }: ZeekLog): JsonFields {
  const gate = fieldNames.length
  const nested = common.flatMap((name, field) => (name.startsWith('id.') ? [{ path: name.split('.'), field }] : []))
  return new JsonFields({
    paths: [
      ...fieldNames.flatMap((name, field) => (name === '' ? [] : [{ path: [name], field }])),
      ...nested,
      ...(device === undefined ? [{ path: ['_system_name'], field: Field.device }] : []),
      { path: ['_path'], field: gate },
    ],
    fields: gate + 1,
    gate: { field: gate, wanted: pathsOf(path) },
  })
}

/** A log and the sampled one of some sensors. */
const pathsOf = (path: string) => [path, `${path}_red`]

/** Makes a row of each record. */
function appender(definition: ZeekDefinition, context: FormatContext) {
  const { fields, subject, protocol, needsSource, finish } = definition
  const devices = new Names(context.rules)
  return (record: ZeekRecord, batch: EventBatch): Decoded => {
    const { bytes, spans } = record
    const { from, to } = spans
    const i = batch.begin()
    const c = batch.column
    c.kind[i] = Kind.log
    c.subject[i] = subject
    clearEnds(batch, i)
    const reason = readEnds(record, batch, i, needsSource)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return Decoded.malformed
    }
    c.time[i] = micros[0]!
    const proto = record.has(Field.proto) ? readProtocol(bytes, from[Field.proto]!, to[Field.proto]!) : protocol
    c.protocol[i] = Math.max(0, proto)
    if (record.has(Field.device)) c.device[i] = devices.id(bytes, from[Field.device]!, to[Field.device]!)
    for (let k = 0; k < fields.length; k++) {
      const { text, isList } = fields[k]!
      if (text !== undefined) record.text(batch, i, text, firstField + k, isList === true)
    }
    finish?.(record, batch, i)
    return Decoded.event
  }
}

/** Time (into `micros`), addresses, ports. @returns why the record is malformed, or nothing */
function readEnds(record: ZeekRecord, batch: EventBatch, i: number, needsSource: boolean): string {
  const { bytes, spans } = record
  const { from, to } = spans
  if (!record.has(Field.ts)) return 'no ts'
  if (!readZeekTime(bytes, from[Field.ts]!, to[Field.ts]!, micros)) return 'ts is not readable'
  const hasSource = readSource(bytes, from[Field.origHost]!, to[Field.origHost]!, batch, i)
  if (!hasSource && (needsSource || record.has(Field.origHost))) return 'no readable id.orig_h'
  const hasTarget = readDestination(bytes, from[Field.respHost]!, to[Field.respHost]!, batch, i)
  if (!hasTarget && record.has(Field.respHost)) return 'id.resp_h is not readable'
  batch.column.srcPort[i] = Math.max(0, port(record, Field.origPort))
  batch.column.dstPort[i] = Math.max(0, port(record, Field.respPort))
  return ''
}

function port({ bytes, spans }: ZeekRecord, field: number): number {
  return spans.from[field]! < 0 ? -1 : readPort(bytes, spans.from[field]!, spans.to[field]!)
}

/** By `#path`, else by columns that only this log has. */
function sniffColumns({ shape }: ZeekDefinition, log: ZeekLog, head: Uint8Array): number {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16384)).toString('latin1')
  if (!text.trimStart().startsWith('#')) return 0
  const lines = text.split(/\r?\n/, 40).map((line) => line.trimStart())
  const path = lines.find((line) => line.startsWith('#path'))
  const fields = lines.find((line) => line.startsWith('#fields'))
  if (fields === undefined) return 0
  if (path !== undefined) return log.isPath(path.slice(6).trim()) ? 1 : 0
  const names = fields.split(/[^\w.]+/)
  return shape.every((name) => names.includes(name)) ? 0.9 : 0
}

function sniffJson(head: Uint8Array, claims: (bytes: Uint8Array, from: number, to: number) => boolean): number {
  const newline = head.indexOf(10)
  return claims(head, 0, newline < 0 ? head.length : newline) ? 0.95 : 0
}

const timeKey = ascii('"ts"')

/** A JSON record of this log: it says so in `_path`, or has the fields that no other log has. */
function claimsOf({ path, shape }: ZeekDefinition) {
  const paths = pathsOf(path).map(ascii)
  const keys = shape.map((field) => ascii(`"${field}"`))
  return (bytes: Uint8Array, from: number, to: number): boolean => {
    if (bytes[from] !== openBrace || find(bytes, from, to, timeKey) < 0) return false
    const told = pathOf(bytes, from, to, paths)
    if (told !== Path.none) return told === Path.ours
    for (let k = 0; k < keys.length; k++) if (find(bytes, from, to, keys[k]!) < 0) return false
    return true
  }
}
