import { Mark, Outcome } from '../event/batch.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { type Frame, Step } from './frame.ts'
import { maximumSegmentSize, optionSignature } from './tcp-options.ts'
import { word } from './word.ts'

const TCP_HEADER = 20
const UDP_HEADER = 8
const SCTP_HEADER = 12
const MAX_PAYLOAD = 65535

/** Points the row at the transport payload `frame.bytes[at, frame.end)`. */
export function payload(frame: Frame, i: number, at: number): void {
  const length = frame.end - at
  if (length <= 0 || !frame.hasPayload) return
  const c = frame.batch.column
  c.payload[i] = at
  c.payloadLength[i] = Math.min(length, MAX_PAYLOAD)
  c.marks[i] = c.marks[i]! | Mark.data
}

/** A TCP segment (RFC 9293). */
export function tcp(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < TCP_HEADER) return shortTcp(frame)
  const header = (bytes[at + 12]! >> 4) * 4
  if (header < TCP_HEADER) return frame.malformed('TCP header length below 20')
  if (header > end - at && !frame.cut) return frame.malformed('TCP header longer than the packet')
  const i = frame.open()
  const c = frame.batch.column
  c.srcPort[i] = (bytes[at]! << 8) | bytes[at + 1]!
  c.dstPort[i] = (bytes[at + 2]! << 8) | bytes[at + 3]!
  c.seq[i] = (bytes[at + 4]! << 24) | (bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!
  c.ack[i] = (bytes[at + 8]! << 24) | (bytes[at + 9]! << 16) | (bytes[at + 10]! << 8) | bytes[at + 11]!
  const flags = bytes[at + 13]!
  c.flags[i] = flags
  c.window[i] = (bytes[at + 14]! << 8) | bytes[at + 15]!
  if ((flags & Flag.rst) !== 0 || (flags & (Flag.syn | Flag.ack)) === (Flag.syn | Flag.ack)) {
    c.outcome[i] = Outcome.response
  }
  if (header > TCP_HEADER) {
    const optionsEnd = Math.min(at + header, end)
    c.tcpOptions[i] = optionSignature(bytes, at + TCP_HEADER, optionsEnd)
    c.mss[i] = maximumSegmentSize(bytes, at + TCP_HEADER, optionsEnd)
  }
  payload(frame, i, at + header)
  return Step.row
}

/**
 * A segment whose header was cut. Without its flags it would look like a NULL probe, so it is a row only where the flags
 * are left, or in an ICMP error, which by RFC 792 quotes no more than the ports and the sequence number.
 */
function shortTcp(frame: Frame): Step {
  const { bytes, at, end } = frame
  const left = end - at
  if (!frame.cut || left < (frame.quoted ? 4 : 14)) return frame.short('TCP header cut short')
  const i = ports(frame)
  const c = frame.batch.column
  if (left >= 8) c.seq[i] = word(bytes, at + 4)
  if (left >= 14) c.flags[i] = bytes[at + 13]!
  return Step.row
}

/** A UDP datagram (RFC 768). */
export function udp(frame: Frame): Step {
  const left = frame.end - frame.at
  if (left < UDP_HEADER && (left < 4 || !frame.cut)) return frame.short('UDP header cut short')
  const i = ports(frame)
  payload(frame, i, frame.at + UDP_HEADER)
  return Step.row
}

/** An SCTP packet (RFC 9260): its first chunk's type goes to `icmpType` (1 INIT, 2 INIT ACK, 6 ABORT). */
export function sctp(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < SCTP_HEADER && (end - at < 4 || !frame.cut)) return frame.short('SCTP header cut short')
  const i = ports(frame)
  const c = frame.batch.column
  if (end - at > SCTP_HEADER) {
    const chunk = bytes[at + SCTP_HEADER]!
    c.icmpType[i] = chunk
    if (chunk === 2 || chunk === 6) c.outcome[i] = Outcome.response
    payload(frame, i, at + SCTP_HEADER)
  }
  return Step.row
}

/** A protocol without ports, or one we do not look into: what ip-protocol probing sends. */
export function bare(frame: Frame): Step {
  const i = frame.open()
  if (frame.protocol !== Protocol.esp) payload(frame, i, frame.at)
  return Step.row
}

function ports(frame: Frame): number {
  const { bytes, at } = frame
  const i = frame.open()
  const c = frame.batch.column
  c.srcPort[i] = (bytes[at]! << 8) | bytes[at + 1]!
  c.dstPort[i] = (bytes[at + 2]! << 8) | bytes[at + 3]!
  return i
}
