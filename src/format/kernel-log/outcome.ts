import { Action, type EventBatch, Mark, Outcome } from '../../event/batch.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import { Flag, Protocol } from '../../event/protocol.ts'

/** How the contact of a logged packet ended: what the packet answers, else what the rule did with it. */
export function outcomeOf(batch: EventBatch, i: number): number {
  const c = batch.column
  const marks = c.marks[i]!
  const protocol = c.protocol[i]!
  if (marks & Mark.quoted) return quotedOutcome(c.via0[i] === 0 && c.via2[i] === 0xffff, c.icmpType[i]!, c.icmpCode[i]!)
  if (protocol === Protocol.tcp && isAnswer(c.flags[i]!)) return Outcome.response
  if (isIcmpAnswer(protocol, c.icmpType[i]!)) return Outcome.response
  const action = c.action[i]
  return action === Action.deny || action === Action.reject ? Outcome.blocked : Outcome.unknown
}

/** A SYN-ACK or an RST; a SYN with an RST is a probe. */
function isAnswer(flags: number): boolean {
  if (flags & Flag.rst) return !(flags & Flag.syn)
  return (flags & Flag.syn) !== 0 && (flags & Flag.ack) !== 0
}

/** What an ICMP error says of the packet it quotes (RFC 792, RFC 1812 section 5.2.7, RFC 4443 section 3). */
function quotedOutcome(four: boolean, type: number, code: number): number {
  if (type !== (four ? 3 : 1)) return Outcome.unknown
  if (four) {
    if (code === 2 || code === 3) return Outcome.refused
    return code === 9 || code === 10 || code === 13 ? Outcome.blocked : Outcome.unanswered
  }
  if (code === 4) return Outcome.refused
  return code === 1 || code === 5 || code === 6 ? Outcome.blocked : Outcome.unanswered
}
