import { canonicalNetwork } from '../../network.ts'
import { type Flow, matchOf } from './flow.ts'

/** A flow that ExaBGP announces. */
export interface Announced extends Omit<Flow, 'rate'> {
  readonly match: string
  /** 0: all of it is dropped. */
  readonly bytesPerSecond: number
}

const line = /^neighbor \S+ .*? ipv[46] flow flow (.+?) extended-community (?:\[ )?rate-limit:(\d+)/
const component = /(\S+) (\[ [^\]]* \]|\S+)/g

/** Reads what `show adj-rib out extensive` says: a line a neighbour and flow. Flows of a form that Sweepwatch does not make are counted. */
export function readAdjRib(lines: readonly string[]): {
  readonly announced: readonly Announced[]
  readonly odd: number
} {
  const found = new Map<string, Announced>()
  const odd = new Set<string>()
  for (const text of lines) {
    if (!/ ipv[46] flow(-vpn)? /.test(text)) continue
    const [, flow = '', bytes] = line.exec(text) ?? []
    const read = readFlow(flow)
    if (read === undefined) odd.add(text.slice(text.indexOf(' flow ')))
    else
      found.set(matchOf({ ...read, rate: null }), {
        ...read,
        match: matchOf({ ...read, rate: null }),
        bytesPerSecond: Number(bytes),
      })
  }
  return { announced: [...found.values()], odd: odd.size }
}

function readFlow(text: string): Omit<Flow, 'rate'> | undefined {
  const parts = new Map(
    [...text.matchAll(component)].map(([, key = '', value = '']) => [key.replace(/-ipv[46]$/, ''), value]),
  )
  const direction = parts.has('source') ? 'in' : 'out'
  const prefix = parts.get(direction === 'in' ? 'source' : 'destination') ?? ''
  const network = canonicalNetwork(prefix.replace(/^(.*:.*\/\d+)\/0$/, '$1'))
  const protocol = (parts.get('protocol') ?? parts.get('next-header') ?? 'any').replace('=', '')
  const ports = [
    ...(parts.get(direction === 'in' ? 'destination-port' : 'source-port') ?? '').matchAll(/=(\d+)(?= |$)/g),
  ]
  const flow = {
    network: network ?? '',
    direction,
    protocol: protocol as Flow['protocol'],
    ports: ports.map(([, port]) => Number(port)),
  } as const
  const isOurForm =
    network !== undefined &&
    (ports.length === 0 ? protocol === 'any' && parts.size === 1 : /^(tcp|udp)$/.test(protocol) && parts.size === 3)
  return isOurForm ? flow : undefined
}
