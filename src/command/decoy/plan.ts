import { type Prefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { count } from '../../base/quantity.ts'
import { type Redirection, redirectCommands } from '../../decoy/redirect/ruleset.ts'
import { sizeOfRanges, type UnusedRange, unusedRanges } from '../../decoy/redirect/unused.ts'
import { printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ownNetworks } from '../own-networks.ts'
import { addressesInUse } from './in-use.ts'
import type { DecoySettings } from './settings.ts'

const shownElements = 20

/** The unused addresses of our networks, and a person is told how they came about. */
export async function planRedirect(invocation: Invocation, settings: DecoySettings): Promise<readonly UnusedRange[]> {
  const { net } = await ownNetworks(invocation)
  if (net === undefined) {
    throw new Problem('usage', 'no networks', { hint: 'Give --net CIDR, or put `networks:` into sweepwatch.yaml.' })
  }
  const networks = net.map((text) => parsePrefix(text) as Prefix)
  const inUse = await addressesInUse(invocation, settings.used, networks)
  const unused = unusedRanges(
    networks,
    inUse.flatMap((each) => each.networks),
  )
  const { err } = invocation.terminal
  for (const { from, networks: used } of inUse) err(`in use, says ${printable(from)}: ${count(used.length)}\n`)
  err(`unused addresses of ${net.join(', ')}: ${sizeOfRanges(unused).toLocaleString('en')}\n`)
  if (unused.length === 0) throw new Problem('usage', `no address of ${net.join(', ')} is unused`)
  return unused
}

/** The rules in nft's words, long sets cut. @param redirections with the ports that are listened to, 0 where none is yet */
export function rulesText(unused: readonly UnusedRange[], redirections: readonly Redirection[]): string {
  const lines = redirectCommands(unused, redirections).map((command) => {
    const words = command.split(', ')
    const more = words.length - shownElements
    return more > 1 ? `${words.slice(0, shownElements).join(', ')}, … ${count(more)} more }` : command
  })
  return `${lines.join('\n')}\n`
}

/** Which port goes where; each service's listener takes all its ports. */
export function redirectionsOf(
  { ports }: DecoySettings,
  isAny: boolean,
  portOf: (service: string, transport: 'tcp' | 'udp') => number,
): readonly Redirection[] {
  const named = ports.map(({ service, transport, port }) => ({ transport, port, to: portOf(service, transport) }))
  const rest = isAny ? (['tcp', 'udp'] as const).map((transport) => ({ transport, to: portOf('any', transport) })) : []
  return [...named, ...rest]
}
