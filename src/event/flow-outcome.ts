import { isFromService } from './answering.ts'
import { type EventBatch, Mark, Outcome } from './batch.ts'
import { isIcmpAnswer } from './icmp.ts'
import { Flag, Protocol } from './protocol.ts'

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

/** Says of row `i`, a record of one direction with its ports or ICMP type, whether it is plainly the answering one. */
export function judgeUniflow(batch: EventBatch, i: number): void {
  const c = batch.column
  const protocol = c.protocol[i]!
  const answer = isIcmpAnswer(protocol, c.icmpType[i]!)
  const outcome = answer ? Outcome.response : uniflowOutcome(protocol, c.flags[i]!, c.srcPort[i]!, c.dstPort[i]!)
  c.outcome[i] = outcome
  c.marks[i] = c.marks[i]! | Mark.uniflow | (outcome === Outcome.response ? Mark.reverse : 0)
}

/**
 * A record of one direction does not say which it is. An answer is told by its flags or, for UDP, by a service port that
 * talks to a client port; all else may be either and stays unknown.
 */
export function uniflowOutcome(protocol: number, flags: number, srcPort: number, dstPort: number): number {
  const fromService = isFromService(srcPort, dstPort)
  if (protocol === Protocol.tcp) {
    if ((flags & synAck) === synAck) return fromService ? Outcome.response : Outcome.unknown
    return flags & Flag.rst && !(flags & Flag.syn) ? Outcome.response : Outcome.unknown
  }
  return protocol === Protocol.udp && fromService ? Outcome.response : Outcome.unknown
}
