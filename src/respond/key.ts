import type { Listed } from './respond.ts'

/** What makes two entries one at a target: network, measure and scope, not their end or rate. */
export function keyOf({
  network,
  measure,
  direction,
  protocol,
  ports,
}: Omit<Listed, 'until' | 'dropped' | 'rate'>): string {
  const scope = ports.length === 0 ? '' : [...ports].sort((x, y) => x - y).join(',')
  return `${network} ${measure} ${direction} ${protocol} ${scope}`
}
