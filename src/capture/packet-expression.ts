import { isIpv4 } from '../base/address.ts'
import { formatPrefix, type Prefix, parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'

/** Kernels take filters of 4096 instructions; an IPv6 address takes some twenty. */
const mostNetworks = 100

/**
 * A filter for libpcap (pcap-filter(7)) of packets between networks and peers, either way. It is made of addresses that were read and
 * written anew, so nothing else can be in it.
 *
 * @param hasTags also packets with a VLAN tag; not every kind of link has them
 * @throws Problem `bad-network`
 */
export function packetExpression(networks: readonly string[], peers: readonly string[], hasTags: boolean): string {
  const parts = [networks, peers].filter((list) => list.length > 0).map(anyOf)
  if (parts.length === 0) throw new Problem('bad-network', 'a capture needs at least one address')
  const plain = parts.join(' and ')
  return hasTags ? `(${plain}) or (vlan and ${plain})` : plain
}

function anyOf(networks: readonly string[]): string {
  if (networks.length > mostNetworks) {
    throw new Problem(
      'bad-network',
      `${networks.length} addresses are more than a live filter takes (${mostNetworks})`,
      {
        hint: 'Name networks instead of single addresses, or capture everything and cut afterwards.',
      },
    )
  }
  const words = networks.map((text) => {
    const prefix = parsePrefix(text)
    if (prefix === undefined) throw new Problem('bad-network', `${text} is no address and no network`)
    return wordsOf(prefix)
  })
  return `(${words.join(' or ')})`
}

function wordsOf(prefix: Prefix): string {
  const text = formatPrefix(prefix)
  if (prefix.bits === 128) return `host ${text.split('/', 1)[0]}`
  return isIpv4(prefix.address) && prefix.bits === 96 ? 'ip' : `net ${text}`
}
