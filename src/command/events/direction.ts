import type { Address } from '../../base/address.ts'
import { contains, parsePrefix } from '../../base/prefix.ts'
import type { Direction } from '../../detect/finding.ts'

/** Says which way a contact goes, where our networks are told; undefined where they are not, so that nothing is made up. */
export function directionOf(
  net: readonly string[] | undefined,
): ((src: Address, dst: Address) => Direction) | undefined {
  if (net === undefined) return undefined
  const prefixes = net.map(parsePrefix).filter((prefix) => prefix !== undefined)
  const ours = (address: Address) => prefixes.some((prefix) => contains(prefix, ...address))
  return (src, dst) => {
    if (ours(src)) return ours(dst) ? 'internal' : 'outbound'
    return ours(dst) ? 'inbound' : 'external'
  }
}
