import { Outcome } from '../event/batch.ts'
import { type Frame, Step } from './frame.ts'
import { quoted } from './quoted.ts'
import { payload } from './transport.ts'
import { word } from './word.ts'

const HEADER = 8
const ADDRESS = 16

/** ICMPv6 types (IANA) that are told apart; those below 128 are errors. */
const Type = {
  unreachable: 1,
  parameter: 4,
  echo: 128,
  echoReply: 129,
  solicitation: 135,
  advertisement: 136,
  nodeQuery: 139,
  nodeReply: 140,
} as const

/** ICMPv6 (RFC 4443) and the part of neighbour discovery (RFC 4861) that asks for addresses. */
export function icmp6(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < HEADER && (end - at < 4 || !frame.cut)) return frame.short('ICMPv6 header cut short')
  const type = bytes[at]!
  const code = bytes[at + 1]!
  if (type >= Type.unreachable && type <= Type.parameter && !frame.quoted) {
    return frame.mayQuote
      ? quoted(frame, at + HEADER, outcomeOf(type, code))
      : plain(frame, type, code, Outcome.response)
  }
  const isNeighbour = type === Type.solicitation || type === Type.advertisement
  if (isNeighbour && !frame.quoted && end - at >= HEADER + ADDRESS) return neighbour(frame, type)
  const isReply = type === Type.echoReply || type === Type.nodeReply
  return plain(frame, type, code, isReply ? Outcome.response : Outcome.unknown)
}

/**
 * A solicitation is a contact with the address it asks for, not with the multicast group it is sent to; an advertisement
 * comes from the address it speaks for. A solicitation from no address (RFC 4862, duplicate detection) asks nobody.
 */
function neighbour(frame: Frame, type: number): Step {
  const { bytes, at } = frame
  const target = at + HEADER
  if (type === Type.advertisement) {
    frame.src0 = word(bytes, target)
    frame.src1 = word(bytes, target + 4)
    frame.src2 = word(bytes, target + 8)
    frame.src3 = word(bytes, target + 12)
  } else {
    if ((frame.src0 | frame.src1 | frame.src2 | frame.src3) === 0) return Step.ignored
    frame.dst0 = word(bytes, target)
    frame.dst1 = word(bytes, target + 4)
    frame.dst2 = word(bytes, target + 8)
    frame.dst3 = word(bytes, target + 12)
  }
  return plain(frame, type, 0, type === Type.advertisement ? Outcome.response : Outcome.unknown)
}

function plain(frame: Frame, type: number, code: number, outcome: number): Step {
  const { bytes, at, end } = frame
  const i = frame.open()
  const c = frame.batch.column
  c.icmpType[i] = type
  c.icmpCode[i] = code
  c.outcome[i] = outcome
  const isEcho = type === Type.echo || type === Type.echoReply
  const isNode = type === Type.nodeQuery || type === Type.nodeReply
  if (isEcho && end - at >= 6) c.srcPort[i] = (bytes[at + 4]! << 8) | bytes[at + 5]!
  // Node information (RFC 4620) has a nonce of 64 bits; its first 16 do for an identifier.
  if (isNode && end - at >= 10) c.srcPort[i] = (bytes[at + 8]! << 8) | bytes[at + 9]!
  payload(frame, i, at + HEADER)
  return Step.row
}

/** What an error says of the packet it quotes (codes of RFC 4443 section 3.1). */
function outcomeOf(type: number, code: number): number {
  if (type !== Type.unreachable) return Outcome.unanswered
  if (code === 4) return Outcome.refused
  return code === 1 || code === 5 || code === 6 ? Outcome.blocked : Outcome.unanswered
}
