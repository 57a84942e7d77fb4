import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { formatAddress, parseAddress } from '../../base/address.ts'
import { formatPrefix, truncate } from '../../base/prefix.ts'
import type { ProtectedNetwork } from '../../respond/guard/protected.ts'

/**
 * What this machine lives by, and nobody has to remember to configure: its own addresses, its gateways, its name servers, and who is logged in on it from
 * afar. What cannot be read is left out: the configuration names the rest.
 * @param peer the client of this session (`SSH_CONNECTION`), where there is one
 */
export async function thisMachine(peer: string | undefined): Promise<readonly ProtectedNetwork[]> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  const [route4, route6, resolver] = await Promise.all(
    ['/proc/net/route', '/proc/net/ipv6_route', '/etc/resolv.conf'].map(read),
  )
  return [
    ...ownAddresses(),
    ...gateways4(route4 ?? '').map((network) => ({ network, why: "this machine's gateway" })),
    ...gateways6(route6 ?? '').map((network) => ({ network, why: "this machine's gateway" })),
    ...nameServers(resolver ?? '').map((network) => ({ network, why: "this machine's name server" })),
    ...(peer !== undefined && parseAddress(peer) ? [{ network: peer, why: 'who is logged in here' }] : []),
  ]
}

function ownAddresses(): ProtectedNetwork[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address }) =>
      parseAddress(address) ? [{ network: address.replace(/%.*/, ''), why: "this machine's own address" }] : [],
    ),
  )
}

/** /proc/net/route (proc(5)): words in the order of the machine's bytes, which are little-endian where Node runs. */
export function gateways4(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const gateway = line.trim().split(/\s+/)[2]
    if (gateway === undefined || !/^[0-9A-F]{8}$/i.test(gateway) || /^0+$/.test(gateway)) return []
    const word = Buffer.from(gateway, 'hex').readUInt32LE()
    return [formatAddress(0, 0, 0xffff, word)]
  })
}

/** /proc/net/ipv6_route: destination, its length, source, its length, next hop. Link-local ones are protected anyway. */
export function gateways6(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const hop = line.trim().split(/\s+/)[4]
    if (hop === undefined || !/^[0-9a-f]{32}$/i.test(hop) || /^0+$/.test(hop)) return []
    const bytes = Buffer.from(hop, 'hex')
    const address = [0, 4, 8, 12].map((at) => bytes.readUInt32BE(at)) as [number, number, number, number]
    return [formatPrefix(truncate(address, 128))]
  })
}

/** resolv.conf(5). */
export function nameServers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, word = '']) => {
    const address = parseAddress(word)
    return address ? [formatAddress(...address)] : []
  })
}
