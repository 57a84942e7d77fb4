import { execFileSync, spawnSync } from 'node:child_process'

export const hasTshark = spawnSync('tshark', ['--version']).status === 0

/** What tshark says a packet is: its innermost network layer and what stands above. `undefined` parts are not compared. */
export interface Seen {
  readonly layers: string
  readonly src: string
  readonly dst: string
  readonly protocol: number | undefined
  readonly srcPort: string | undefined
  readonly dstPort: string | undefined
  /** A fragment that is not the last one. */
  readonly isFragment: boolean
}

const fields = [
  'frame.protocols',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
  'sctp.srcport',
  'sctp.dstport',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'ip.flags.mf',
  'icmpv6.nd.ns.target_address',
  'icmpv6.nd.na.target_address',
] as const

const numbers = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['icmp', 1],
  ['icmpv6', 58],
  ['sctp', 132],
])

/** Every packet of a capture as tshark sees it, in order; undefined where it sees no IP and no ARP. */
export function tsharkOf(file: string): (Seen | undefined)[] {
  const preferences = [
    'ip.defragment:FALSE',
    'ipv6.defragment:FALSE',
    'sctp.reassembly:FALSE',
    'udp.check_checksum:FALSE',
  ]
  const options = preferences.flatMap((preference) => ['-o', preference])
  const wanted = fields.flatMap((field) => ['-e', field])
  const text = execFileSync('tshark', ['-n', '-r', file, '-T', 'fields', '-E', 'occurrence=l', ...options, ...wanted], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return text.split('\n').slice(0, -1).map(parse)
}

function parse(line: string): Seen | undefined {
  const cells = line.split('\t')
  const cell = (field: (typeof fields)[number]) => cells[fields.indexOf(field)] ?? ''
  const layers = cell('frame.protocols').split(':')
  const network = Math.max(layers.lastIndexOf('ip'), layers.lastIndexOf('ipv6'), layers.lastIndexOf('arp'))
  if (network < 0) return undefined
  const text = cell('frame.protocols')
  if (layers[network] === 'arp') {
    const arp = { src: cell('arp.src.proto_ipv4'), dst: cell('arp.dst.proto_ipv4') }
    return { layers: text, ...arp, protocol: 254, srcPort: '0', dstPort: '0', isFragment: false }
  }
  const name = layers[network] as 'ip' | 'ipv6'
  const above = layers.slice(network + 1).find((layer) => numbers.has(layer))
  const hasPorts = above === 'tcp' || above === 'udp' || above === 'sctp'
  const solicited = cell('icmpv6.nd.ns.target_address')
  const advertised = cell('icmpv6.nd.na.target_address')
  return {
    layers: text,
    src: advertised === '' ? cell(`${name}.src`) : advertised,
    dst: solicited === '' ? cell(`${name}.dst`) : solicited,
    protocol: above === undefined ? undefined : numbers.get(above),
    srcPort: hasPorts ? cell(`${above}.srcport`) : undefined,
    dstPort: hasPorts ? cell(`${above}.dstport`) : undefined,
    isFragment: cell('ip.flags.mf') === 'True' || cell('ip.flags.mf') === '1',
  }
}
