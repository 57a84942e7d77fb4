import { Mark, Outcome } from '../../event/batch.ts'
import { Flag, Protocol } from '../../event/protocol.ts'

const synAck = Flag.syn | Flag.ack

/**
 * How a TCP flow ended, from the flags each side sent over its life; plus `Mark.midstream << 8` when it began before.
 *
 * @param counted whether packets are known @param packets from the originator @param replies packets from the responder
 */
export function tcpOutcome(out: number, back: number, counted: boolean, packets: number, replies: number): number {
  if ((back & synAck) === synAck && out & Flag.syn) return Outcome.established
  if (counted && replies === 0) return noReply(out, packets)
  if (!(out & Flag.syn)) return midstream(out, back)
  if (back & Flag.rst && !(back & Flag.syn)) return Outcome.refused
  return counted && back === 0 ? Outcome.established : Outcome.unknown
}

export const midstreamBit = Mark.midstream << 8

function noReply(out: number, packets: number): number {
  if (out & Flag.rst && !(out & Flag.syn)) return Outcome.response
  // One packet with both flags is an answer; several that gave both are a client whose server is not seen.
  if ((out & (synAck | Flag.psh | Flag.fin)) === synAck) return packets === 1 ? Outcome.response : Outcome.unknown
  if (out & Flag.syn) return out & Flag.ack ? Outcome.unknown : Outcome.unanswered
  // FIN and Xmas probes carry no ACK, whereas every packet of a running connection does.
  return (out !== 0 && !(out & Flag.ack) ? Outcome.unanswered : Outcome.unknown) | midstreamBit
}

function midstream(out: number, back: number): number {
  const busy = Flag.psh | Flag.fin | Flag.syn
  const refused = back & Flag.rst && !(back & busy) && !(out & Flag.psh && out & Flag.ack)
  return (refused ? Outcome.refused : Outcome.unknown) | midstreamBit
}

/** UDP, ICMP and the rest: any packet back is an answer. */
export function otherOutcome(counted: boolean, replies: number): number {
  if (!counted) return Outcome.unknown
  return replies > 0 ? Outcome.established : Outcome.unanswered
}

/**
 * A netflow event covers one direction of a flow and does not say which. An answer is told by its flags or, for UDP,
 * by a service port that talks to a client port; all else may be either and stays unknown.
 */
export function uniflowOutcome(protocol: number, flags: number, srcPort: number, dstPort: number): number {
  const fromService = srcPort < 1024 ? dstPort >= 1024 : srcPort < dstPort && dstPort >= 32768 && srcPort < 32768
  if (protocol === Protocol.tcp) {
    if ((flags & synAck) === synAck) return fromService ? Outcome.response : Outcome.unknown
    return flags & Flag.rst && !(flags & Flag.syn) ? Outcome.response : Outcome.unknown
  }
  return protocol === Protocol.udp && fromService ? Outcome.response : Outcome.unknown
}
