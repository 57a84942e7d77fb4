import type { Traffic } from '../../openc2.ts'
import type { Block } from '../../respond.ts'

/** One denial: the traffic of one command, until when. */
export interface Denial {
  readonly key: string
  readonly traffic: Traffic
  readonly until: string
}

/** The commands that a block takes: one for each port, and each direction where there are ports. */
function denialsOf({ network, direction, ports, protocol, until }: Block): readonly Denial[] {
  if (ports.length === 0 || protocol === 'any') {
    const side = direction === 'both' ? 'both' : direction === 'in' ? 'ingress' : 'egress'
    return [denial({ network, side, port: null }, until)]
  }
  const sides = [
    ...(direction === 'out' ? [] : ['ingress' as const]),
    ...(direction === 'in' ? [] : ['egress' as const]),
  ]
  return sides.flatMap((side) => ports.map((number) => denial({ network, side, port: { protocol, number } }, until)))
}

function denial(traffic: Traffic, until: string): Denial {
  const { network, side, port } = traffic
  return { key: `${network} ${side}${port === null ? '' : ` ${port.protocol}/${port.number}`}`, traffic, until }
}

/** By their traffic; of two alike the one that ends later. */
export function denials(blocks: readonly Block[]): ReadonlyMap<string, Denial> {
  const last = new Map<string, Denial>()
  for (const each of blocks.flatMap(denialsOf))
    if (each.until > (last.get(each.key)?.until ?? '')) last.set(each.key, each)
  return last
}
