import type { View } from './view.ts'

/**
 * The contacts of an accused source that belong to its scanning: those that probed, and the answered ones on ports or
 * hosts it probed. A scanner's own gateway, resolver and other ordinary business stay out of the scan's targets.
 */
export function probesOf(view: View, rows: Uint32Array): Uint32Array {
  const { journal } = view
  const services = new Set<number>()
  const hosts = new Set<number>()
  const service = (row: number) => ((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number)
  const host = (row: number) => journal.address[8 * row + 7] as number
  const probing = new Uint8Array(rows.length)
  for (const [n, row] of rows.entries()) {
    if (!view.readings.probe(row)) continue
    probing[n] = 1
    services.add(service(row))
    hosts.add(host(row))
  }
  const kept = rows.filter((row, n) => probing[n] === 1 || services.has(service(row)) || hosts.has(host(row)))
  return kept.length >= 4 ? kept : rows
}
