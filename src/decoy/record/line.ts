import { isoTime } from '../../base/time.ts'
import type { Told } from './touch.ts'

/** A touch or login as a line of the log that `sweepwatch-decoy` reads; in docs/decoys.md. Nothing in it can act on a terminal. */
export function toldObject(told: Told): Record<string, unknown> {
  const { kind, id, service, at, transport, src, srcPort, dst, dstPort, isGuess, redirected, ...rest } = told
  const head = { decoy: service, event: kind, time: isoTime(at), id, transport }
  const ends = { src, srcPort, dst, dstPort, ...(redirected && { redirected }), ...(isGuess && { dstUnknown: true }) }
  if (!('duration' in rest)) return { ...head, ...ends, ...rest }
  const { duration, ended, bytesIn, bytesOut, payload, ...learned } = rest
  const text = payload?.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
  return {
    ...head,
    ...ends,
    duration: duration / 1e6,
    ended,
    bytesIn,
    bytesOut,
    ...learned,
    ...(payload && payload.length > 0 && { payload: payload.toString('hex'), text }),
  }
}
