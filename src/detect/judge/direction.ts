import type { Direction } from '../finding.ts'
import type { View } from './view.ts'

/** The direction most of the contacts have; ties go to the stricter. */
export function mainDirection(view: View, rows: Uint32Array): Direction {
  const counts: Record<Direction, number> = { inbound: 0, outbound: 0, internal: 0, external: 0 }
  const most = Math.min(rows.length, 4096)
  for (let i = 0; i < most; i++) counts[view.sides.direction(rows[i] as number)]++
  let best: Direction = 'internal'
  for (const direction of ['outbound', 'inbound', 'external'] as const)
    if (counts[direction] > counts[best]) best = direction
  return best
}
