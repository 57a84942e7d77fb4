import { ascii } from '../base/ascii.ts'
import { type EventBatch, Subject } from './batch.ts'
import { beginLogged } from './logged-row.ts'
import { Text } from './texts.ts'

const port = ascii('port')

/** Opens a row that says that a scanner found a port open. Hot: nothing is allocated. */
export function beginOpenPort(batch: EventBatch, time: number): number {
  const i = beginLogged(batch, Subject.finding, time)
  batch.text(i, Text.signatureId, port, 0, port.length)
  return i
}
