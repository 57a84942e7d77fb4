import { Outcome } from '../event/batch.ts'
import { type Frame, Step } from './frame.ts'
import { quoted } from './quoted.ts'
import { payload } from './transport.ts'

const HEADER = 8

/** ICMP types (IANA) that are told apart. */
const Type = {
  echoReply: 0,
  unreachable: 3,
  quench: 4,
  redirect: 5,
  echo: 8,
  exceeded: 11,
  parameter: 12,
  timestamp: 13,
  timestampReply: 14,
  information: 15,
  informationReply: 16,
  mask: 17,
  maskReply: 18,
} as const

/** ICMP (RFC 792): queries and replies with their identifier as source port; errors as the packet they quote. */
export function icmp(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < HEADER && (end - at < 4 || !frame.cut)) return frame.short('ICMP header cut short')
  const type = bytes[at]!
  const code = bytes[at + 1]!
  if (isError(type) && !frame.quoted) {
    return frame.mayQuote
      ? quoted(frame, at + HEADER, outcomeOf(type, code))
      : plain(frame, type, code, Outcome.response)
  }
  return plain(frame, type, code, isReply(type) ? Outcome.response : Outcome.unknown)
}

function plain(frame: Frame, type: number, code: number, outcome: number): Step {
  const { bytes, at, end } = frame
  const i = frame.open()
  const c = frame.batch.column
  c.icmpType[i] = type
  c.icmpCode[i] = code
  c.outcome[i] = outcome
  const hasIdentifier =
    type === Type.echoReply || type === Type.echo || (type >= Type.timestamp && type <= Type.maskReply)
  if (hasIdentifier && end - at >= 6) c.srcPort[i] = (bytes[at + 4]! << 8) | bytes[at + 5]!
  payload(frame, i, at + HEADER)
  return Step.row
}

function isError(type: number): boolean {
  return (
    type === Type.unreachable ||
    type === Type.quench ||
    type === Type.redirect ||
    type === Type.exceeded ||
    type === Type.parameter
  )
}

function isReply(type: number): boolean {
  return (
    type === Type.echoReply || type === Type.timestampReply || type === Type.informationReply || type === Type.maskReply
  )
}

/** What an error says of the packet it quotes (codes of RFC 1812 section 5.2.7.1). */
function outcomeOf(type: number, code: number): number {
  if (type !== Type.unreachable) return Outcome.unanswered
  if (code === 2 || code === 3) return Outcome.refused
  return code === 9 || code === 10 || code === 13 ? Outcome.blocked : Outcome.unanswered
}
