import { Action, type EventBatch, Outcome } from './batch.ts'
import { isIcmpAnswer } from './icmp.ts'
import { Flag, Protocol } from './protocol.ts'

/**
 * How the contact of one packet that a filter logged ended: a packet that answers another is a response, whatever the filter
 * did with it; else what it did. That a packet was let through does not say that it was answered.
 */
export function loggedOutcome(batch: EventBatch, i: number): number {
  const c = batch.column
  const protocol = c.protocol[i]!
  if (protocol === Protocol.tcp && isTcpAnswer(c.flags[i]!)) return Outcome.response
  if (isIcmpAnswer(protocol, c.icmpType[i]!)) return Outcome.response
  const action = c.action[i]
  return action === Action.deny || action === Action.reject ? Outcome.blocked : Outcome.unknown
}

/** A SYN-ACK or an RST; a SYN with an RST is a probe. */
function isTcpAnswer(flags: number): boolean {
  if (flags & Flag.rst) return !(flags & Flag.syn)
  return (flags & Flag.syn) !== 0 && (flags & Flag.ack) !== 0
}
