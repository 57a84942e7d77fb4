import { ascii, equals } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { type EventBatch, Kind, Mark, Outcome, Subject } from '../../event/batch.ts'
import type { Names } from '../../event/names.ts'
import { Text } from '../../event/texts.ts'
import type { Clock } from './clock.ts'
import { Common, type Fields, Threat } from './fields.ts'
import { actionAt, addCommon, addText, Damage, isBlocking, readEnds, setNames } from './row.ts'

/** Threat logs: alerts of all kinds (vulnerability, spyware, scan, flood, …), and the URLs that were asked for. hot: no allocation per event. */

const url = ascii('url')
const open = 40
const close = 41
const severities: readonly (readonly [string, number])[] = [
  ...([
    ['informational', 1],
    ['info', 1],
    ['Informational', 1],
    ['low', 1],
    ['Low', 1],
    ['medium', 2],
  ] as const),
  // PAN-OS numbers them in CEF.
  ...([
    ['1', 1],
    ['2', 1],
    ['3', 2],
    ['4', 3],
    ['5', 4],
  ] as const),
  ...([
    ['Medium', 2],
    ['high', 3],
    ['High', 3],
    ['critical', 4],
    ['Critical', 4],
  ] as const),
]
const severityWords = new WordTable(severities.map(([word]) => word))

/** Makes row `i` of a threat log. @returns `Damage` */
export function threat(
  bytes: Uint8Array,
  fields: Fields,
  names: Names,
  clock: Clock,
  batch: EventBatch,
  i: number,
): number {
  if (fields.count <= Threat.threat) return Damage.fields
  const isUrl = equals(bytes, fields.from[Common.subtype]!, fields.to[Common.subtype]!, url)
  const c = batch.column
  c.subject[i] = isUrl ? Subject.http : Subject.alert
  c.kind[i] = Kind.log
  c.marks[i] = Mark.noCounts
  const damage = readEnds(bytes, fields, batch, i, false)
  if (damage !== Damage.none) return damage
  if (!setTime(bytes, fields, clock, batch, i)) return Damage.time
  const action = actionAt(bytes, fields)
  c.action[i] = action
  if (isBlocking(action)) c.outcome[i] = Outcome.blocked
  setNames(bytes, fields, names, batch, i, Threat.deviceName)
  addCommon(bytes, fields, batch, i)
  if (isUrl) request(bytes, fields, batch, i)
  else alert(bytes, fields, batch, i)
  return Damage.none
}

/** A threat counts when the firewall saw it, to the millisecond from PAN-OS 10 on. */
function setTime(bytes: Uint8Array, fields: Fields, clock: Clock, batch: EventBatch, i: number): boolean {
  const field = Threat.highResolution
  const isFine = fields.has(field) && clock.read(bytes, fields.from[field]!, fields.to[field]!)
  if (!isFine && !clock.read(bytes, fields.from[Common.generatedTime]!, fields.to[Common.generatedTime]!)) return false
  batch.column.time[i] = clock.time[0]!
  return true
}

function request(bytes: Uint8Array, fields: Fields, batch: EventBatch, i: number): void {
  addText(bytes, fields, batch, i, Text.uri, Threat.misc)
  addText(bytes, fields, batch, i, Text.message, Threat.category)
  addText(bytes, fields, batch, i, Text.userAgent, Threat.userAgent)
  if (!isNothing(bytes, fields, Threat.httpMethod)) addText(bytes, fields, batch, i, Text.httpMethod, Threat.httpMethod)
}

const unknown = ascii('unknown')

function isNothing(bytes: Uint8Array, fields: Fields, field: number): boolean {
  return !fields.has(field) || equals(bytes, fields.from[field]!, fields.to[field]!, unknown)
}

/** `SCAN: TCP Port Scan(8001)`: name and id. */
function alert(bytes: Uint8Array, fields: Fields, batch: EventBatch, i: number): void {
  const from = fields.from[Threat.threat]!
  const to = fields.to[Threat.threat]!
  let split = to
  if (bytes[to - 1] === close) while (split > from && bytes[split - 1] !== open) split--
  const hasId = split < to && split > from
  batch.text(i, Text.signature, bytes, from, hasId ? split - 1 : to)
  if (hasId) batch.text(i, Text.signatureId, bytes, split, to - 1)
  const severity = fields.has(Threat.severity)
    ? severityWords.place(bytes, fields.from[Threat.severity]!, fields.to[Threat.severity]!)
    : -1
  if (severity >= 0) batch.column.severity[i] = severities[severity]![1]
  addText(
    bytes,
    fields,
    batch,
    i,
    Text.category,
    isNothing(bytes, fields, Threat.threatCategory) ? Common.subtype : Threat.threatCategory,
  )
  addText(bytes, fields, batch, i, Text.uri, Threat.misc)
  addText(bytes, fields, batch, i, Text.userAgent, Threat.userAgent)
}
