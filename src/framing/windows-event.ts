import { ascii, readUint } from '../base/ascii.ts'
import { readIso, readSeconds } from '../base/ascii-time.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import type { TextField } from '../event/texts.ts'
import { decoded, decodeEntities, XmlEvent } from './windows-event-xml.ts'

/** The fields that every Windows event has; those of its EventData follow, from `firstData` on. */
export const System = { eventId: 0, time: 1, ingested: 2, computer: 3, channel: 4, provider: 5 } as const
export const firstData = 6

/** What a JSON object must hold to be read as one shape, by field: paths with dots between their keys. */
interface Shape {
  readonly system: readonly (readonly [number, string])[]
  /** What stands before the names of EventData. */
  readonly data: readonly string[]
  /** Whether those names begin with a small letter. */
  readonly isSmall?: boolean
}

/** NXLog, Azure; Winlogbeat before 7, which has EventData in an object. */
const flat: Shape = {
  system: [
    [System.eventId, 'EventID'],
    [System.eventId, 'event_id'],
    [System.time, 'EventTime'],
    [System.time, 'TimeCreated'],
    [System.time, 'TimeGenerated'],
    [System.ingested, '@timestamp'],
    [System.computer, 'Hostname'],
    [System.computer, 'Computer'],
    [System.computer, 'computer_name'],
    [System.channel, 'Channel'],
    [System.channel, 'log_name'],
    [System.provider, 'SourceName'],
    [System.provider, 'source_name'],
    [System.provider, 'EventSourceName'],
  ],
  data: ['', 'event_data.'],
}

/** Winlogbeat 7 and later, Elastic Agent. */
const winlog: Shape = {
  system: [
    [System.eventId, 'winlog.event_id'],
    [System.time, 'winlog.time_created'],
    [System.ingested, '@timestamp'],
    [System.computer, 'winlog.computer_name'],
    [System.channel, 'winlog.channel'],
    [System.provider, 'winlog.provider_name'],
  ],
  data: ['winlog.event_data.'],
}

/** The XML as an object: evtx_dump, Velociraptor, Vector, Splunk. */
const nested: Shape = {
  system: ['Event.System.', 'System.'].flatMap((system): [number, string][] => [
    [System.eventId, `${system}EventID`],
    [System.eventId, `${system}EventID.#text`],
    [System.eventId, `${system}EventID.Value`],
    [System.time, `${system}TimeCreated.#attributes.SystemTime`],
    [System.time, `${system}TimeCreated.@SystemTime`],
    [System.time, `${system}TimeCreated.SystemTime`],
    [System.computer, `${system}Computer`],
    [System.channel, `${system}Channel`],
    [System.provider, `${system}Provider.#attributes.Name`],
    [System.provider, `${system}Provider.@Name`],
    [System.provider, `${system}Provider.Name`],
  ]),
  data: ['Event.EventData.', 'EventData.'],
}

/** Wazuh's agent and its alerts. */
const wazuh: Shape = {
  system: ['win.system.', 'data.win.system.'].flatMap((system): [number, string][] => [
    [System.eventId, `${system}eventID`],
    [System.time, `${system}systemTime`],
    [System.computer, `${system}computer`],
    [System.channel, `${system}channel`],
    [System.provider, `${system}providerName`],
  ]),
  data: ['win.eventdata.', 'data.win.eventdata.'],
  isSmall: true,
}

/** Tried in this order for each line, whatever the line before was: pieces of an input are read on several threads. */
const shapes: readonly Shape[] = [winlog, flat, nested, wazuh]

function jsonFields(shape: Shape, names: readonly string[]): JsonFields {
  const at = (field: number, path: string) => ({ path: path.split('.'), field })
  const written = shape.isSmall ? names.map((name) => name.charAt(0).toLowerCase() + name.slice(1)) : names
  const paths = [
    ...shape.system.map(([field, path]) => at(field, path)),
    ...written.flatMap((name, k) => shape.data.map((path) => at(firstData + k, path + name))),
  ]
  return new JsonFields({ paths, fields: firstData + names.length })
}

const brace = 123
const angle = 60
/** A syslog header and what collectors put before an event. */
const longestHeader = 512
const xmlStart = ascii('<Event')

/** What a record was found to be. */
export const EventRead = { none: 0, broken: 1, event: 2 } as const

/**
 * Finds the fields of one Windows event, be it XML as Windows renders it or JSON as Winlogbeat, Elastic Agent, NXLog, Wazuh,
 * evtx_dump and Azure write it: `from[field]`, `to[field]` say where a value stands, `from` is -1 where it is absent. Use
 * `text` to give a row a value: it undoes JSON's escapes or XML's entities. Nothing is allocated.
 */
export class WindowsEvent {
  from: Int32Array
  to: Int32Array
  /** Microseconds, one element; valid after `readTime`. */
  readonly time = new Float64Array(1)
  #isJson = true
  readonly #shapes: readonly JsonFields[]
  readonly #xml: XmlEvent

  /** @param names of EventData; name k is field `firstData + k` */
  constructor(names: readonly string[]) {
    this.#shapes = shapes.map((shape) => jsonFields(shape, names))
    this.#xml = new XmlEvent(names, firstData)
    this.from = this.#xml.from
    this.to = this.#xml.to
  }

  /** Reads the event in `bytes[from, to)`, before which a header may stand. @returns `EventRead` */
  read(bytes: Uint8Array, from: number, to: number): number {
    const start = eventStart(bytes, from, to)
    if (start < 0) return EventRead.none
    this.#isJson = bytes[start] === brace
    if (this.#isJson) return this.#readJson(bytes, start, to)
    this.from = this.#xml.from
    this.to = this.#xml.to
    return this.#xml.scan(bytes, start, to) ? this.#told() : EventRead.broken
  }

  #readJson(bytes: Uint8Array, from: number, to: number): number {
    for (let k = 0; k < shapes.length; k++) {
      const fields = this.#shapes[k]!
      this.from = fields.from
      this.to = fields.to
      if (fields.scan(bytes, from, to) === Scan.malformed) return EventRead.broken
      if (this.#told() === EventRead.event) return EventRead.event
    }
    return EventRead.none
  }

  has(field: number): boolean {
    return this.from[field]! >= 0 && this.to[field]! > this.from[field]!
  }

  /** The value as a decimal number, -1 where it is none. */
  number(bytes: Uint8Array, field: number): number {
    return this.from[field]! < 0 ? -1 : readUint(bytes, this.from[field]!, this.to[field]!)
  }

  /** Puts the event's time into `time`. False where it tells none. */
  readTime(bytes: Uint8Array): boolean {
    return this.#readTime(bytes, System.time) || this.#readTime(bytes, System.ingested)
  }

  /** Gives row `i` the value as text; `-`, Windows's word for nothing, is nothing. */
  text(batch: EventBatch, i: number, field: TextField, bytes: Uint8Array, value: number): void {
    const from = this.from[value]!
    const to = this.to[value]!
    if (from < 0 || (to - from === 1 && bytes[from] === 45)) return
    if (this.#isJson) batch.jsonText(i, field, bytes, from, to)
    else {
      const length = decodeEntities(bytes, from, to)
      if (length < 0) batch.text(i, field, bytes, from, to)
      else batch.text(i, field, decoded, 0, length)
    }
  }

  #readTime(bytes: Uint8Array, field: number): boolean {
    const from = this.from[field]!
    if (from < 0) return false
    const to = this.to[field]!
    return readIso(bytes, from, to, this.time, 0) >= 0 || readSeconds(bytes, from, to, this.time, 0)
  }

  #told(): number {
    return this.from[System.eventId]! < 0 ? EventRead.none : EventRead.event
  }
}

/** Where the JSON object or the Event element begins, -1 if nowhere near. */
export function eventStart(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + longestHeader)
  for (let i = from; i < last; i++) {
    if (bytes[i] === brace) return i
    if (bytes[i] === angle && isEventTag(bytes, i, to)) return i
  }
  return -1
}

function isEventTag(bytes: Uint8Array, at: number, to: number): boolean {
  for (let k = 0; k < xmlStart.length; k++) if (at + k >= to || bytes[at + k] !== xmlStart[k]) return false
  const next = bytes[at + xmlStart.length]
  return next === 32 || next === 62
}
