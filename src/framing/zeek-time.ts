import { readUint } from '../base/ascii.ts'
import { readIso, readSeconds } from '../base/ascii-time.ts'

const milliseconds = 13

/**
 * Reads the time of a Zeek record into `micros[0]`: seconds with a fraction, or what `LogAscii::json_timestamps` makes of
 * them (ISO 8601, whole milliseconds).
 */
export function readZeekTime(bytes: Uint8Array, from: number, to: number, micros: Float64Array): boolean {
  if (readSeconds(bytes, from, to, micros, 0) || readIso(bytes, from, to, micros, 0) === to) return true
  if (to - from !== milliseconds) return false
  micros[0] = readUint(bytes, from, to) * 1000
  return micros[0]! >= 0
}
