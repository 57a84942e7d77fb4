import type { Scan } from '../detect/finding.ts'

/** A list of live systems in a block that is mostly empty (T1595.001's "specific lists of target IP addresses"). */
export function isHitList({ direction, targets, outcomes, probes, shape }: Scan): boolean {
  const alive = outcomes.established + outcomes.refused
  return (
    direction === 'inbound' &&
    shape !== 'vertical' &&
    targets.addresses >= 4 &&
    targets.coverage < 0.2 &&
    alive >= 0.8 * probes
  )
}
