import { mapped } from '../base/address.ts'
import { Mark } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { firstFragment, laterFragment } from './fragment.ts'
import { type Frame, Step } from './frame.ts'
import { word } from './word.ts'

const HEADER = 20
const kept = Mark.tunnelled | Mark.quoted

/** An IPv4 header (RFC 791), options skipped; leaves the frame at the transport header. */
export function ipv4(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < HEADER) return frame.short('IPv4 header cut short')
  if (bytes[at]! >> 4 !== 4) return frame.malformed('IP version is not 4')
  const header = (bytes[at]! & 15) * 4
  if (header < HEADER) return frame.malformed('IPv4 header length below 20')
  const stated = (bytes[at + 2]! << 8) | bytes[at + 3]!
  if (stated !== 0 && stated < header && !frame.quoted) return frame.malformed('IPv4 total length below its header')
  limit(frame, stated)
  if (frame.end - at < header) return frame.short('IPv4 options cut short')
  frame.version = 4
  frame.ipId = (bytes[at + 4]! << 8) | bytes[at + 5]!
  const fragment = (bytes[at + 6]! << 8) | bytes[at + 7]!
  frame.ttl = bytes[at + 8]!
  frame.protocol = bytes[at + 9]!
  frame.src0 = frame.src1 = frame.dst0 = frame.dst1 = 0
  frame.src2 = frame.dst2 = mapped
  frame.src3 = word(bytes, at + 12)
  frame.dst3 = word(bytes, at + 16)
  frame.marks = (frame.marks & kept) | Mark.hasTtl | ((fragment & 0x4000) !== 0 ? Mark.dontFragment : 0)
  frame.at = at + header
  if ((fragment & 0x3fff) !== 0) return fragmented(frame, fragment)
  if (frame.protocol === Protocol.ah) skipAuthentication(frame)
  return Step.transport
}

/**
 * Ends the frame where the IP packet ends, so that link-layer padding is no payload. A length of 0 is what segmentation
 * offload leaves in captures made on the sending machine: the packet then is what was captured.
 * A quoted packet's length is not trusted: some stacks quote it in their own byte order.
 */
export function limit(frame: Frame, stated: number): void {
  if (frame.quoted) {
    frame.ipLength = stated
    frame.cut = true
    return
  }
  const captured = frame.end - frame.at
  const length = stated === 0 ? captured + frame.missing : stated
  frame.ipLength = length
  if (length <= captured) frame.end = frame.at + length
  frame.missing = length > captured ? length - captured : 0
  frame.cut = frame.missing > 0
  frame.truncated = frame.cut
}

function fragmented(frame: Frame, fragment: number): Step {
  const more = (fragment & 0x2000) !== 0
  const offset = fragment & 0x1fff
  frame.marks |= Mark.fragment
  if (frame.quoted) return offset === 0 ? Step.transport : Step.ignored
  return offset === 0 ? firstFragment(frame, frame.ipId) : laterFragment(frame, frame.ipId, offset, more)
}

/** Skips an AH header (RFC 4302) if it is one; else the packet stays one of protocol 51. */
function skipAuthentication(frame: Frame): void {
  const { bytes, at, end } = frame
  if (end - at < 12) return
  const length = (bytes[at + 1]! + 2) * 4
  if (length < 12 || length > end - at) return
  frame.protocol = bytes[at]!
  frame.at = at + length
}
