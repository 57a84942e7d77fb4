/** IP protocol numbers (IANA) that Sweepwatch tells apart; ARP gets a number outside the IP range's used part. */
export const Protocol = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmp6: 58,
  sctp: 132,
  /** ARP is no IP protocol; 254 is reserved for experiments (RFC 3692) and stands for it here. */
  arp: 254,
} as const

const names = new Map<number, string>(Object.entries(Protocol).map(([name, number]) => [number, name]))

/** The name of a protocol number as output.md writes it: `tcp`, `icmp6`, or the bare number. */
export function protocolName(number: number): string {
  return names.get(number) ?? String(number)
}

/** The number of a protocol name (any case; `ipv6-icmp` and `icmpv6` too) or of a decimal number; undefined if neither. */
export function protocolNumber(name: string): number | undefined {
  const lower = name.toLowerCase()
  if (lower === 'icmpv6' || lower === 'ipv6-icmp' || lower === 'icmp6') return Protocol.icmp6
  const known = (Protocol as Record<string, number>)[lower]
  if (known !== undefined) return known
  return /^\d{1,3}$/.test(lower) && Number(lower) < 256 ? Number(lower) : undefined
}

/** TCP flag bits as they stand on the wire (RFC 9293). */
export const Flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const
