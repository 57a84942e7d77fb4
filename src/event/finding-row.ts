import { ascii } from '../base/ascii.ts'
import { type EventBatch, Subject } from './batch.ts'
import { beginLogged } from './logged-row.ts'
import { Text } from './texts.ts'

const port = ascii('port')

/** Opens a row that says that a scanner found a port open. Hot: nothing is allocated. */
export function beginOpenPort(batch: EventBatch, clock: Float64Array): number {
  const i = beginLogged(batch, Subject.finding, clock)
  batch.text(i, Text.signatureId, port, 0, port.length)
  return i
}
