import { ascii, equals } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import type { Clock } from './clock.ts'
import { Common, type Fields, Traffic } from './fields.ts'
import { actionAt, addCommon, addText, countAt, Damage, isBlocking, readEnds, setNames } from './row.ts'

/** Traffic logs: sessions that began, ended, or were not let through. hot: no allocation per event. */

const start = ascii('start')
const drop = ascii('drop')
const deny = ascii('deny')

/** Makes row `i` of a traffic log. @returns `Damage` */
export function traffic(
  bytes: Uint8Array,
  fields: Fields,
  names: Names,
  clock: Clock,
  batch: EventBatch,
  i: number,
): number {
  if (fields.count <= Common.action) return Damage.fields
  const damage = readEnds(bytes, fields, batch, i, true)
  if (damage !== Damage.none) return damage
  const c = batch.column
  const from = fields.from[Common.subtype]!
  const to = fields.to[Common.subtype]!
  const isStart = equals(bytes, from, to, start)
  const isRefused = equals(bytes, from, to, drop) || equals(bytes, from, to, deny)
  let action = actionAt(bytes, fields)
  if (isRefused && action === Action.allow) action = Action.deny
  const isBlocked = isRefused || isBlocking(action)
  c.action[i] = action
  c.kind[i] = isStart || isBlocked ? Kind.log : Kind.flow
  if (!setTime(bytes, fields, clock, batch, i)) return Damage.time
  const isCounted = counts(bytes, fields, batch, i)
  if (isBlocked) c.outcome[i] = Outcome.blocked
  else if (!isStart && isCounted) c.outcome[i] = endOutcome(bytes, fields, batch, i)
  setNames(bytes, fields, names, batch, i, Traffic.deviceName)
  addCommon(bytes, fields, batch, i)
  if (
    fields.has(Traffic.endReason) &&
    !equals(bytes, fields.from[Traffic.endReason]!, fields.to[Traffic.endReason]!, none)
  ) {
    addText(bytes, fields, batch, i, Text.reason, Traffic.endReason)
  }
  return Damage.none
}

const none = ascii('n/a')

/** A session counts from its beginning; where that is not told, from its end back over the time it took. */
function setTime(bytes: Uint8Array, fields: Fields, clock: Clock, batch: EventBatch, i: number): boolean {
  const c = batch.column
  const elapsed = countAt(bytes, fields, Traffic.elapsed)
  if (elapsed > 0) c.duration[i] = elapsed * 1e6
  const isGenerated = clock.read(bytes, fields.from[Common.generatedTime]!, fields.to[Common.generatedTime]!)
  const generated = clock.time[0]!
  const zone = isGenerated ? clock.zone(bytes, fields, Traffic.highResolution, generated) : 0
  if (
    fields.has(Traffic.startTime) &&
    clock.read(bytes, fields.from[Traffic.startTime]!, fields.to[Traffic.startTime]!)
  ) {
    c.time[i] = clock.time[0]! - zone
    return true
  }
  if (!isGenerated) return false
  c.time[i] = generated - zone - (elapsed > 0 ? elapsed * 1e6 : 0)
  return true
}

/** @returns whether the packets of both directions are told (PAN-OS before 5.0 tells none) */
function counts(bytes: Uint8Array, fields: Fields, batch: EventBatch, i: number): boolean {
  const c = batch.column
  const sent = countAt(bytes, fields, Traffic.packetsSent)
  const received = countAt(bytes, fields, Traffic.packetsReceived)
  const bytesOut = countAt(bytes, fields, Traffic.bytesSent)
  const bytesIn = countAt(bytes, fields, Traffic.bytesReceived)
  if (bytesOut > 0) c.bytesOut[i] = bytesOut
  if (bytesIn > 0) c.bytesIn[i] = bytesIn
  if (sent < 0 || received < 0) {
    c.marks[i] = Mark.noCounts
    return false
  }
  c.packetsOut[i] = sent
  c.packetsIn[i] = received
  return true
}

const End = { other: 0, resetByServer: 1, policy: 2, threat: 3 } as const
const reasons: readonly (readonly [string, number])[] = [
  ['tcp-rst-from-server', End.resetByServer],
  ['policy-deny', End.policy],
  ['threat', End.threat],
]
const reasonWords = new WordTable(reasons.map(([word]) => word))
const incomplete = ascii('incomplete')

/**
 * What the packets of each side and the reason say of a finished session that the rule let through. App-ID calls a TCP session
 * `incomplete` whose handshake did not complete, or behind whose handshake no data came.
 */
function endOutcome(bytes: Uint8Array, fields: Fields, batch: EventBatch, i: number): number {
  const c = batch.column
  const received = c.packetsIn[i]!
  const from = fields.from[Traffic.endReason]!
  const place = fields.has(Traffic.endReason) ? reasonWords.place(bytes, from, fields.to[Traffic.endReason]!) : -1
  const end = place < 0 ? End.other : reasons[place]![1]
  if (end === End.policy || (end === End.threat && received === 0)) return Outcome.blocked
  const isTcp = c.protocol[i] === Protocol.tcp
  const isBare = isTcp && isIncomplete(bytes, fields)
  // A session that repeats its SYN is reset each time.
  if (end === End.resetByServer && (isBare || received <= 1)) return Outcome.refused
  if (received === 0) return c.packetsOut[i]! > 0 ? Outcome.unanswered : Outcome.unknown
  if (isTcp && !isBare) c.marks[i] = c.marks[i]! | Mark.data
  // One packet back, and no word of how it ended: a SYN-ACK or a RST.
  return isBare && received === 1 && !fields.has(Traffic.endReason) ? Outcome.unknown : Outcome.established
}

function isIncomplete(bytes: Uint8Array, fields: Fields): boolean {
  return equals(bytes, fields.from[Common.application]!, fields.to[Common.application]!, incomplete)
}
