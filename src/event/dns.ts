import { ascii, equals } from '../base/ascii.ts'
import { Outcome } from './batch.ts'

const refusals = ['REFUSED', 'NOTAUTH', '5', '9'].map(ascii)

/** What a response code says became of a query: the server refused it, or answered (with whatever). */
export function outcomeOfRcode(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from) return Outcome.unknown
  for (let k = 0; k < refusals.length; k++) if (equals(bytes, from, to, refusals[k]!)) return Outcome.refused
  return Outcome.established
}
