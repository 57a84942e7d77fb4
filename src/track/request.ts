import { type EventBatch, Kind, Mark, Outcome } from '../event/batch.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { State } from './journal.ts'
import { icmpMethod, MethodCode, tcpMethod, udpMethod } from './method.ts'

/** The state bits that a record's own outcome gives its contact. */
export function outcomeState(batch: EventBatch, i: number): number {
  const c = batch.column
  const marks = c.marks[i] as number
  switch (c.outcome[i]) {
    case Outcome.established: {
      // Where the record tells no volume, data is taken as exchanged.
      const data = marks & (Mark.data | Mark.noCounts) ? State.data : 0
      const reply = marks & Mark.replyData ? State.replyData : 0
      const shaken =
        c.protocol[i] === Protocol.tcp ? handshake(c.flags[i] as number, c.replyFlags[i] as number, marks) : 0
      return State.established | State.heard | data | reply | shaken
    }
    case Outcome.refused:
      return State.refused | State.heard
    case Outcome.blocked:
      return State.blocked
    case Outcome.unknown:
      return State.unknownOutcome
    default:
      return 0
  }
}

/** What a flow record's flags tell of the handshake. */
function handshake(flags: number, replyFlags: number, marks: number): number {
  const synAck = (replyFlags & (Flag.syn | Flag.ack)) !== 0
  if (flags & Flag.ack || marks & Mark.data) return State.completed | State.reacted
  if (flags & Flag.rst && synAck && (marks & Mark.replyData) === 0) return State.halfOpen | State.reacted
  return 0
}

export function recordMethod(batch: EventBatch, i: number): number {
  const c = batch.column
  const marks = c.marks[i] as number
  if (c.outcome[i] === Outcome.response || marks & Mark.reverse) return MethodCode.response
  const protocol = c.protocol[i] as number
  if (protocol !== Protocol.tcp || c.kind[i] !== Kind.flow)
    return marks & Mark.midstream ? MethodCode.midstream : methodOf(batch, i, protocol)
  // A flow's flags are a union; a flow that says nothing of flags or shows a SYN began with one.
  const flags = c.flags[i] as number
  if (marks & Mark.midstream) return isLone(batch, i) ? tcpMethod(flags, false) : MethodCode.midstream
  return flags === 0 || flags & Flag.syn ? MethodCode.tcpSyn : tcpMethod(flags, (marks & Mark.data) !== 0)
}

/** One or two packets without data that drew a RST or nothing: a probe with odd flags, not the tail of a conversation. */
function isLone(batch: EventBatch, i: number): boolean {
  const c = batch.column
  const replyFlags = c.replyFlags[i] as number
  const data = (c.marks[i] as number) & (Mark.data | Mark.replyData)
  return data === 0 && (c.packetsOut[i] as number) <= 2 && (replyFlags === 0 || (replyFlags & Flag.rst) !== 0)
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
