import { parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import { OwnNetworks, type OwnSource } from '../detect/network/own-networks.ts'

/** Our networks as they were given; undefined where they were not, and are to be inferred. Throws a `Problem` for what is no network. */
export function ownNetworks(net: readonly string[] | undefined, from: OwnSource = 'option'): OwnNetworks | undefined {
  if (!net || net.length === 0) return undefined
  const prefixes = net.map((text) => {
    const prefix = parsePrefix(text)
    if (prefix) return prefix
    throw new Problem('bad-network', `${text} is no network`, { hint: 'Write it as 192.0.2.0/24 or 2001:db8::/32.' })
  })
  return new OwnNetworks(prefixes, from)
}
