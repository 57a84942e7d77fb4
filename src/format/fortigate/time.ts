import { readUint } from '../../base/ascii.ts'
import { clockAt, daysOf, twoDigits } from '../../base/ascii-time.ts'
import { Field } from './fields.ts'
import type { FortiRecord } from './record.ts'

/** Digits of seconds since 1970, from 2001 to 2286. */
const secondsDigits = 10

/** Writes a record's time, in microseconds, to `out[0]`. False where it tells none. */
export function readTime(bytes: Uint8Array, record: FortiRecord, out: Float64Array): boolean {
  return readEventTime(bytes, record, out) || readDate(bytes, record, out)
}

/** `eventtime` counts seconds (6.0), microseconds, or nanoseconds (6.2 and later) since 1970. */
function readEventTime(bytes: Uint8Array, { from, to }: FortiRecord, out: Float64Array): boolean {
  const start = from[Field.eventTime]!
  const digits = to[Field.eventTime]! - start
  if (start < 0 || digits < secondsDigits || digits > 19) return false
  const seconds = readUint(bytes, start, start + secondsDigits)
  const end = Math.min(start + digits, start + secondsDigits + 6)
  const rest = end > start + secondsDigits ? readUint(bytes, start + secondsDigits, end) : 0
  if (seconds < 0 || rest < 0) return false
  let micros = rest
  for (let k = end - start; k < secondsDigits + 6; k++) micros *= 10
  out[0] = seconds * 1e6 + micros
  return true
}

/** `date=2026-11-22 time=02:13:41`, local; `tz="+0100"` says where, else it is taken as UTC. */
function readDate(bytes: Uint8Array, { from, to }: FortiRecord, out: Float64Array): boolean {
  const date = from[Field.date]!
  const time = from[Field.time]!
  if (date < 0 || time < 0 || to[Field.date]! - date !== 10 || to[Field.time]! - time < 8) return false
  const year = readUint(bytes, date, date + 4)
  const month = twoDigits(bytes, date + 5)
  const day = twoDigits(bytes, date + 8)
  const clock = clockAt(bytes, time)
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return false
  out[0] = (daysOf(year, month, day) * 86400 + clock - zoneSeconds(bytes, from[Field.zone]!, to[Field.zone]!)) * 1e6
  return true
}

function zoneSeconds(bytes: Uint8Array, from: number, to: number): number {
  if (from < 0 || to - from < 5) return 0
  const hours = twoDigits(bytes, from + 1)
  const minutes = twoDigits(bytes, to - 2)
  if (hours < 0 || minutes < 0) return 0
  const seconds = hours * 3600 + minutes * 60
  return bytes[from] === 45 ? -seconds : bytes[from] === 43 ? seconds : 0
}
