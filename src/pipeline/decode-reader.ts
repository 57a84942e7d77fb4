import type { Format, FormatContext, Reader, Sink, Tally } from '../format/format.ts'
import { LineReader } from '../framing/line.ts'

/** @param ahead where another reader of the same input stands, to go on from there; absent at its beginning */
export function openReader(format: Format, context: FormatContext, sink: Sink, ahead?: unknown): Reader {
  if (format.framing === 'container') return format.open(context, sink, ahead)
  const carried = ahead ?? format.carry?.start()
  return new LineReader(format, format.open({ ...context, carried }), sink, carried)
}

/** Adds what became of a later part of an input. */
export function addTally(tally: Tally, part: Readonly<Tally>): void {
  for (const { offset, reason } of part.examples) tally.show(offset, reason)
  for (const [reason, times] of part.reasons) tally.count(reason, times)
  tally.malformed += part.malformed
  tally.events += part.events
  tally.ignored += part.ignored
  tally.truncated += part.truncated
  tally.lost += part.lost
}
