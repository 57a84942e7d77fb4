import type { Block, GuardedBlock, Rate } from '../../respond.ts'
import { isV6 } from '../../sound.ts'

/** One flow specification: what it matches (its identity, as in RFC 8955 section 4), and how many bytes a second of it may pass. */
export interface Flow {
  readonly network: string
  readonly direction: 'in' | 'out'
  readonly protocol: Block['protocol']
  readonly ports: readonly number[]
  /** Null: a block. */
  readonly rate: Rate | null
}

export function flowsOf({ network, direction, protocol, ports, rate }: Block): readonly Flow[] {
  const sorted = [...new Set(ports)].sort((a, b) => a - b)
  const ways = direction === 'both' ? (['in', 'out'] as const) : [direction]
  return ways.map((way) => ({ network, direction: way, protocol, ports: sorted, rate }))
}

/** The match part in ExaBGP's words. IPv6 prefixes have an offset (RFC 8956 section 3.1), here always 0. */
export function matchOf({ network, direction, protocol, ports }: Flow): string {
  const isSix = isV6(network)
  const prefix = `${direction === 'in' ? 'source' : 'destination'} ${network}${isSix ? '/0' : ''};`
  if (ports.length === 0) return prefix
  const port = direction === 'in' ? 'destination-port' : 'source-port'
  const transport = `${isSix ? 'next-header' : 'protocol'} =${protocol};`
  return `${prefix} ${transport} ${port} [ ${ports.map((each) => `=${each}`).join(' ')} ];`
}

/** ExaBGP's largest rate. */
const mostBytes = 1e12

/** @param packetBytes how many bytes a packet counts: the traffic rate of RFC 8955 section 7.1 is in bytes a second */
export function bytesOf({ rate }: Flow, packetBytes: number): number {
  return rate === null ? 0 : Math.min(mostBytes, rate.perSecond * packetBytes)
}

/** `route { match { … } then { discard; } }`, the same for the API and in a configuration file. */
export function routeText(flow: Flow, packetBytes: number): string {
  const then = flow.rate === null ? 'discard' : `rate-limit ${bytesOf(flow, packetBytes)}`
  return `route { match { ${matchOf(flow)} } then { ${then}; } }`
}

/** By match. Where two blocks want the same flow, the one that lets less through counts. */
export function strictest(blocks: readonly GuardedBlock[]): ReadonlyMap<string, Flow> {
  const found = new Map<string, Flow>()
  for (const flow of blocks.flatMap(flowsOf)) {
    const before = found.get(matchOf(flow))
    if (before === undefined || pace(flow) < pace(before)) found.set(matchOf(flow), flow)
  }
  return found
}

function pace({ rate }: Flow): number {
  return rate?.perSecond ?? 0
}
