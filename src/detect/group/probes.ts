import { State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import { mainDirection } from '../judge/direction.ts'
import { hostKey } from '../judge/host-key.ts'
import type { View } from '../judge/view.ts'

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
  const { journal, readings, sides } = view
  const direction = mainDirection(
    view,
    rows.filter((row) => readings.probe(row)),
  )
  const services = new Map<number, { probes: number; all: number }>()
  const hosts = new Set<number>()
  const service = (row: number) => ((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number)
  const resolves = (row: number) => journal.method[row] === MethodCode.arp || journal.method[row] === MethodCode.ndp
  const resolving = rows.filter(resolves).length * 2 >= rows.length
  for (const row of rows) {
    const seen = services.get(service(row)) ?? { probes: 0, all: 0 }
    seen.all++
    if (readings.probe(row)) {
      seen.probes++
      hosts.add(hostKey(journal, row))
    }
    services.set(service(row), seen)
  }
  const swept = (row: number) => {
    const seen = services.get(service(row))
    return seen !== undefined && seen.probes > 0 && (seen.probes * 2 >= seen.all || !isUse(view, row))
  }
  const kept = rows.filter((row) => {
    if (resolves(row) && !resolving) return false
    if (readings.probe(row)) return true
    return sides.direction(row) === direction && (swept(row) || (hosts.has(hostKey(journal, row)) && !isUse(view, row)))
  })
  return kept.length >= 4 ? kept : rows
}
