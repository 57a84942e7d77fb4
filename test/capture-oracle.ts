import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export const hasTshark = spawnSync('tshark', ['--version']).status === 0
export const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0

/** Packets are looked at one by one, as they stand in the capture. */
const alone = ['ip.defragment:FALSE', 'ipv6.defragment:FALSE', 'tcp.desegment_tcp_streams:FALSE'].flatMap((each) => [
  '-o',
  each,
])
const quiet: ExecFileSyncOptions = { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 30 }

/** Wireshark's display filter for packets that concern an address as Sweepwatch means it. */
export function displayFilter(address: string): string {
  const fields = address.includes(':')
    ? ['ipv6.addr', 'icmpv6.nd.ns.target_address', 'icmpv6.nd.na.target_address']
    : ['ip.addr', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4']
  return fields.map((field) => `${field} == ${address}`).join(' || ')
}

/** Writes the packets that a display filter selects. */
export function selectWithTshark(capture: string, filter: string, out: string): void {
  execFileSync('tshark', ['-n', '-r', capture, ...alone, '-Y', filter, '-F', 'nsecpcap', '-w', out], quiet)
}

/** Addresses of a capture in all layers, those of most packets first. */
export function addressesOf(capture: string): string[] {
  const wanted = ['ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4']
  const fields = wanted.flatMap((field) => ['-e', field])
  const text = execFileSync(
    'tshark',
    ['-n', '-r', capture, ...alone, '-T', 'fields', '-E', 'separator=,', ...fields],
    quiet,
  ).toString()
  const counts = new Map<string, number>()
  for (const address of text.split(/[\n,]/)) if (address !== '') counts.set(address, (counts.get(address) ?? 0) + 1)
  return [...counts].sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1)).map(([address]) => address)
}

/** What identifies a packet of a pcap file with nanoseconds: time, length on the wire, and its bytes. */
export function packetsOf(pcap: string): string[] {
  const bytes = readFileSync(pcap)
  const packets: string[] = []
  for (let at = 24; at < bytes.length; ) {
    const captured = bytes.readUInt32LE(at + 8)
    const time = `${bytes.readUInt32LE(at)}.${String(bytes.readUInt32LE(at + 4)).padStart(9, '0')}`
    const digest = createHash('sha1')
      .update(bytes.subarray(at + 16, at + 16 + captured))
      .digest('hex')
    packets.push(`${time} ${bytes.readUInt32LE(at + 12)} ${digest}`)
    at += 16 + captured
  }
  return packets
}
