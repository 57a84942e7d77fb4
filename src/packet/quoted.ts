import { Mark } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { type Frame, Step } from './frame.ts'
import { ipv4 } from './ipv4.ts'
import { ipv6 } from './ipv6.ts'
import { bare, sctp, tcp, udp } from './transport.ts'

/**
 * The packet that an ICMP error quotes from `start` on, as a row of its own: RFC 792 promises its IP header and 8 bytes.
 * `outcome` is what the error says became of it.
 */
export function quoted(frame: Frame, start: number, outcome: number): Step {
  const { bytes, at, src0, src1, src2, src3 } = frame
  frame.quoted = true
  frame.hasPayload = false
  frame.marks |= Mark.quoted
  frame.at = start
  if (network(frame) !== Step.transport) return Step.ignored
  const step = transport(frame)
  if (step !== Step.row) return step
  const i = frame.batch.length - 1
  const c = frame.batch.column
  c.icmpType[i] = bytes[at]!
  c.icmpCode[i] = bytes[at + 1]!
  c.outcome[i] = outcome
  c.via0[i] = src0
  c.via1[i] = src1
  c.via2[i] = src2
  c.via3[i] = src3
  return Step.row
}

function network(frame: Frame): Step {
  if (frame.end <= frame.at) return Step.ignored
  return frame.bytes[frame.at]! >> 4 === 6 ? ipv6(frame) : ipv4(frame)
}

function transport(frame: Frame): Step {
  switch (frame.protocol) {
    case Protocol.tcp:
      return tcp(frame)
    case Protocol.udp:
      return udp(frame)
    case Protocol.sctp:
      return sctp(frame)
    case Protocol.icmp:
    case Protocol.icmp6:
      return query(frame)
    default:
      return bare(frame)
  }
}

/** A quoted echo or another query: the identifier stands where the request's row has it. */
function query(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < 6) return Step.ignored
  const i = frame.open()
  frame.batch.column.srcPort[i] = (bytes[at + 4]! << 8) | bytes[at + 5]!
  return Step.row
}
