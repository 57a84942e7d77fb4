import { Flag, Protocol } from '../event/protocol.ts'

/**
 * What an attempt's first packet was. The numbers are kept in the journal; `methodNames` are output.md's words.
 * `response` (an answer nobody asked for) and `midstream` (a connection already running) are no probing methods: they
 * are journalled for what they tell of hosts and of backscatter.
 */
export const MethodCode = {
  unknown: 0,
  tcpSyn: 1,
  tcpFin: 2,
  tcpNull: 3,
  tcpXmas: 4,
  tcpAck: 5,
  tcpMaimon: 6,
  tcpOdd: 7,
  udp: 8,
  icmpEcho: 9,
  icmpTimestamp: 10,
  icmpMask: 11,
  icmp6Echo: 12,
  arp: 13,
  ndp: 14,
  sctp: 15,
  ipProtocol: 16,
  response: 17,
  midstream: 18,
} as const

export const methodNames = [
  'unknown',
  'tcp-syn',
  'tcp-fin',
  'tcp-null',
  'tcp-xmas',
  'tcp-ack',
  'tcp-maimon',
  'unknown',
  'udp',
  'icmp-echo',
  'icmp-timestamp',
  'icmp-mask',
  'icmp6-echo',
  'arp',
  'ndp',
  'sctp',
  'ip-protocol',
] as const

/** TCP: which method the first packet of an unknown connection is, by its flags and whether it carries data. */
export function tcpMethod(flags: number, carriesData: boolean): number {
  const six = flags & 0x3f
  if (six & Flag.syn) {
    if (six & Flag.ack) return MethodCode.response
    return six & (Flag.fin | Flag.rst) ? MethodCode.tcpOdd : MethodCode.tcpSyn
  }
  if (six & Flag.rst) return MethodCode.response
  if (six === 0) return MethodCode.tcpNull
  if (!(six & Flag.ack)) {
    if (six === Flag.fin) return MethodCode.tcpFin
    if ((six & (Flag.fin | Flag.psh | Flag.urg)) === (Flag.fin | Flag.psh | Flag.urg)) return MethodCode.tcpXmas
    return MethodCode.tcpOdd
  }
  if (carriesData) return MethodCode.midstream
  if (six === (Flag.fin | Flag.ack)) return MethodCode.tcpMaimon
  return six === Flag.ack ? MethodCode.tcpAck : MethodCode.midstream
}

/** ICMP and ICMPv6 by type (RFC 792, 950, 4443, 4861). Error messages and replies answer something. */
export function icmpMethod(protocol: number, type: number): number {
  if (protocol === Protocol.icmp6) {
    if (type === 128) return MethodCode.icmp6Echo
    if (type === 135) return MethodCode.ndp
    // Router and multicast listener messages are local chatter; 136 and 129 answer.
    return type === 129 || type === 136 ? MethodCode.response : MethodCode.unknown
  }
  if (type === 8) return MethodCode.icmpEcho
  if (type === 13) return MethodCode.icmpTimestamp
  if (type === 17) return MethodCode.icmpMask
  return type === 15 ? MethodCode.icmpTimestamp : MethodCode.response
}

/**
 * UDP carries no flags. A first packet from a well-known port to an ephemeral one is the second half of a conversation
 * that began before the capture, or an answer to a forged query.
 */
export function udpMethod(srcPort: number, dstPort: number): number {
  const service = srcPort < 1024 || servicePorts.has(srcPort)
  return service && dstPort >= 1024 && srcPort !== dstPort && !servicePorts.has(dstPort)
    ? MethodCode.response
    : MethodCode.udp
}

/** UDP services above 1023 that answer from their port. */
const servicePorts = new Set([1194, 1434, 1900, 3478, 3702, 4500, 5060, 5351, 5353, 5355, 11211, 17185, 27960, 51820])
