import type { DatabaseSync } from 'node:sqlite'
import { eventOf } from '../../store/case-body.ts'

const newest = 300
const most = 8

export interface Counted {
  readonly what: string
  readonly scans: number
}

/** Which of our blocks, and which ports, the newest scans asked for. */
export function mostScanned(database: DatabaseSync): {
  readonly scans: number
  readonly blocks: readonly Counted[]
  readonly ports: readonly Counted[]
} {
  const rows = database.prepare("SELECT * FROM case_event WHERE kind = 'scan' ORDER BY seq DESC LIMIT ?").all(newest)
  const seen = new Set<string>()
  const [blocks, ports] = [new Map<string, number>(), new Map<string, number>()]
  for (const { body } of rows.map(eventOf)) {
    if (body.kind !== 'scan' || seen.has(body.scan.id)) continue
    seen.add(body.scan.id)
    const { targets } = body.scan
    for (const block of targets.blocks.slice(0, 64)) add(blocks, block)
    for (const port of targets.ports.slice(0, 64)) add(ports, `${targets.protocols[0] ?? 'port'}/${port}`)
  }
  return { scans: seen.size, blocks: top(blocks), ports: top(ports) }
}

function add(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

function top(counts: ReadonlyMap<string, number>): Counted[] {
  return [...counts]
    .map(([what, scans]) => ({ what, scans }))
    .sort((x, y) => y.scans - x.scans || (x.what < y.what ? -1 : 1))
    .slice(0, most)
}
