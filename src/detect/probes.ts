import { State } from '../track/journal.ts'
import { hostKey } from './host-key.ts'
import type { View } from './view.ts'

/** Data went both ways: the service was used, not looked at. */
function isUse(view: View, row: number): boolean {
  const { journal } = view
  return journal.has(row, State.data) && journal.has(row, State.replyData)
}

/**
 * The contacts of an accused source that belong to its scanning: those that probed, and the answered ones on ports or
 * hosts it probed. A scanner's own gateway, resolver and other ordinary business stay out of the scan's targets.
 */
export function probesOf(view: View, rows: Uint32Array): Uint32Array {
  const { journal } = view
  const services = new Set<number>()
  const hosts = new Set<number>()
  const service = (row: number) => ((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number)
  const host = (row: number) => hostKey(journal, row)
  const probing = new Uint8Array(rows.length)
  for (const [n, row] of rows.entries()) {
    if (!view.readings.probe(row)) continue
    probing[n] = 1
    services.add(service(row))
    hosts.add(host(row))
  }
  const kept = rows.filter(
    (row, n) => probing[n] === 1 || services.has(service(row)) || (hosts.has(host(row)) && !isUse(view, row)),
  )
  return kept.length >= 4 ? kept : rows
}
