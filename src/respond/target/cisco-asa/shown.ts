import { parseAddress } from '../../../base/address.ts'
import { several } from '../../../base/quantity.ts'
import { canonicalNetwork } from '../../network.ts'
import type { Listed, Listing } from '../../respond.ts'

const blocked = { measure: 'block', rate: null, direction: 'both', ports: [], protocol: 'any', until: null } as const

/** Reads `show running-config object-group`: the members of one group. */
export function readGroup(text: string, group: string): Listing {
  const entries: Listed[] = []
  let unknown = 0
  let isInside = false
  let intact = false
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/)
    if (words[0] === 'object-group') {
      isInside = words[1] === 'network' && words[2] === group
      intact ||= isInside
    } else if (isInside && (words[0] === 'network-object' || words[0] === 'group-object')) {
      const network = words[0] === 'network-object' ? memberOf(words.slice(1)) : undefined
      if (network === undefined) unknown++
      else entries.push({ ...blocked, network, dropped: null })
    } else if (line !== '' && !/^[\s!:]/.test(line)) isInside = false
  }
  return { intact, entries, strange: unknown === 0 ? [] : [`${several(unknown, 'member')} that are objects or groups`] }
}

/** `host ADDRESS`, `ADDRESS MASK` or `ADDRESS/LENGTH`. */
function memberOf([first = '', second = '']: readonly string[]): string | undefined {
  if (first === 'host') return parseAddress(second) === undefined ? undefined : canonicalNetwork(second)
  if (first.includes('/')) return canonicalNetwork(first)
  const mask = parseAddress(second)?.[3]
  const bits = mask === undefined ? -1 : Math.clz32(~mask)
  // Of a mask with holes the bits behind the first hole are not clear.
  const isMask = mask !== undefined && (bits === 32 || mask << bits === 0)
  return isMask ? canonicalNetwork(`${first}/${bits}`) : undefined
}

/** Reads `show shun`, and what `show shun statistics` adds to it. Both say `Shun`, an address, and more. */
export function readShuns(text: string): Listing {
  const found = new Map<string, number | null>()
  for (const line of text.split(/\r?\n/)) {
    const [, address = '', rest = ''] = /^\s*shun\s+(?:\([\w.-]+\)\s+)?([\d.]+)\s*(.*)$/i.exec(line) ?? []
    const network = parseAddress(address) === undefined ? undefined : canonicalNetwork(address)
    if (network === undefined) continue
    const dropped = /\bcnt=(\d{1,15})\b/.exec(rest)?.[1]
    found.set(network, dropped === undefined ? (found.get(network) ?? null) : Number(dropped))
  }
  const entries = [...found].map(([network, dropped]) => ({ ...blocked, network, dropped }))
  return { intact: true, entries, strange: [] }
}
