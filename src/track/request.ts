import { type EventBatch, Kind, Mark, Outcome } from '../event/batch.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { State } from './journal.ts'
import { icmpMethod, MethodCode, tcpMethod, udpMethod } from './method.ts'

/** What a flow record's flags tell of the handshake. */
export function handshake(flags: number, replyFlags: number, marks: number): number {
  const synAck = (replyFlags & (Flag.syn | Flag.ack)) !== 0
  if (flags & Flag.ack || marks & Mark.data) return State.completed | State.reacted
  if (flags & Flag.rst && synAck && (marks & Mark.replyData) === 0) return State.halfOpen | State.reacted
  return 0
}

export function recordMethod(batch: EventBatch, i: number): number {
  const c = batch.column
  const marks = c.marks[i] as number
  if (c.outcome[i] === Outcome.response || marks & Mark.reverse) return MethodCode.response
  if (marks & Mark.midstream) return MethodCode.midstream
  const protocol = c.protocol[i] as number
  if (protocol === Protocol.tcp && c.kind[i] === Kind.flow) {
    // A flow's flags are a union; a flow that says nothing of flags or shows a SYN began with one.
    const flags = c.flags[i] as number
    return flags === 0 || flags & Flag.syn ? MethodCode.tcpSyn : tcpMethod(flags, (marks & Mark.data) !== 0)
  }
  return methodOf(batch, i, protocol)
}

export function methodOf(batch: EventBatch, i: number, protocol: number): number {
  const c = batch.column
  if (protocol === Protocol.tcp) {
    // A TCP packet without a TCP header: somebody tries the protocol, not a port.
    if (c.flags[i] === 0 && c.srcPort[i] === 0 && c.dstPort[i] === 0) return MethodCode.ipProtocol
    // A log line without the TCP header tells no flags: the likeliest first packet is taken.
    if (c.kind[i] === Kind.log && ((c.marks[i] as number) & Mark.flagsTold) === 0 && c.flags[i] === 0) {
      return MethodCode.tcpSyn
    }
    return tcpMethod(c.flags[i] as number, (c.payloadLength[i] as number) > 0)
  }
  if (c.outcome[i] === Outcome.response) return MethodCode.response
  if (protocol === Protocol.udp) {
    return c.kind[i] === Kind.flow && c.outcome[i] === Outcome.established
      ? MethodCode.udp
      : udpMethod(c.srcPort[i] as number, c.dstPort[i] as number)
  }
  if (isIcmp(protocol)) return icmpMethod(protocol, c.icmpType[i] as number)
  if (protocol === Protocol.arp) return MethodCode.arp
  if (protocol === Protocol.sctp) return MethodCode.sctp
  return protocol === Protocol.igmp ? MethodCode.unknown : MethodCode.ipProtocol
}

export function isIcmp(protocol: number): boolean {
  return protocol === Protocol.icmp || protocol === Protocol.icmp6
}

/** The request type an ICMP type belongs to, so that a reply finds its request. */
export function requestType(protocol: number, type: number): number {
  if (protocol === Protocol.icmp) return type === 0 ? 8 : type === 14 ? 13 : type === 18 ? 17 : type === 16 ? 15 : type
  return type === 129 ? 128 : type === 136 ? 135 : type
}

/** Multicast (RFC 5771, RFC 4291) and the limited broadcast. Directed broadcasts are addresses like any other here. */
export function isGroup(dst0: number, dst2: number, dst3: number): boolean {
  return dst0 === 0 && dst2 === 0xffff ? dst3 >>> 28 === 14 || dst3 === 0xffffffff : dst0 >>> 24 === 0xff
}
