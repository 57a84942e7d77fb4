import { mapped } from '../base/address.ts'
import { Outcome } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { type Frame, Step } from './frame.ts'
import { word } from './word.ts'

const FIXED = 8
const REQUEST = 1
const REPLY = 2

/**
 * ARP (RFC 826) for IPv4: who asks for which address, and the answers. Announcements and probes for an address of one's
 * own (RFC 5227) ask nobody and are ignored.
 */
export function arp(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < FIXED) return frame.short('ARP header cut short')
  const hardware = bytes[at + 4]!
  const isIpv4 = bytes[at + 2] === 0x08 && bytes[at + 3] === 0 && bytes[at + 5] === 4
  const operation = (bytes[at + 6]! << 8) | bytes[at + 7]!
  if (!isIpv4 || (operation !== REQUEST && operation !== REPLY)) return Step.ignored
  const length = FIXED + 2 * hardware + 8
  if (end - at < length) return frame.short('ARP packet cut short')
  const sender = word(bytes, at + FIXED + hardware)
  const target = word(bytes, at + FIXED + 2 * hardware + 4)
  if (sender === 0 || sender === target) return Step.ignored
  return row(frame, sender, target, operation, length)
}

function row(frame: Frame, sender: number, target: number, operation: number, length: number): Step {
  frame.src0 = frame.src1 = frame.dst0 = frame.dst1 = 0
  frame.src2 = frame.dst2 = mapped
  frame.src3 = sender
  frame.dst3 = target
  frame.protocol = Protocol.arp
  frame.ttl = 0
  frame.ipId = 0
  frame.ipLength = length
  frame.truncated = false
  const i = frame.open()
  const c = frame.batch.column
  c.icmpType[i] = operation
  if (operation === REPLY) c.outcome[i] = Outcome.response
  return Step.row
}
