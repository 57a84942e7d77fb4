import { Mark } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { firstFragment, laterFragment } from './fragment.ts'
import { type Frame, Step } from './frame.ts'
import { limit } from './ipv4.ts'
import { word } from './word.ts'

const HEADER = 40
const MAX_EXTENSIONS = 16
const Extension = { hopByHop: 0, routing: 43, fragment: 44, destination: 60 } as const
const kept = Mark.tunnelled | Mark.quoted

/** An IPv6 header (RFC 8200); walks its extension headers and leaves the frame at the transport header. */
export function ipv6(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < HEADER) return frame.short('IPv6 header cut short')
  if (bytes[at]! >> 4 !== 6) return frame.malformed('IP version is not 6')
  const stated = (bytes[at + 4]! << 8) | bytes[at + 5]!
  limit(frame, stated === 0 ? 0 : stated + HEADER)
  frame.version = 6
  frame.protocol = bytes[at + 6]!
  frame.ttl = bytes[at + 7]!
  frame.ipId = 0
  frame.src0 = word(bytes, at + 8)
  frame.src1 = word(bytes, at + 12)
  frame.src2 = word(bytes, at + 16)
  frame.src3 = word(bytes, at + 20)
  frame.dst0 = word(bytes, at + 24)
  frame.dst1 = word(bytes, at + 28)
  frame.dst2 = word(bytes, at + 32)
  frame.dst3 = word(bytes, at + 36)
  frame.marks = (frame.marks & kept) | Mark.hasTtl
  frame.at = at + HEADER
  return extensions(frame)
}

/** An extension header that does not fit is what ip-protocol probing sends: the packet is then one of that protocol. */
function extensions(frame: Frame): Step {
  const { bytes } = frame
  for (let count = 0; count < MAX_EXTENSIONS; count++) {
    const { at, end, protocol } = frame
    const isAuthentication = protocol === Protocol.ah
    const isOptions =
      protocol === Extension.hopByHop || protocol === Extension.routing || protocol === Extension.destination
    if (!isOptions && !isAuthentication && protocol !== Extension.fragment) return Step.transport
    if (end - at < 8) return frame.cut ? Step.cut : Step.transport
    if (protocol === Extension.fragment) {
      const step = fragmented(frame)
      if (step !== Step.transport || frame.bytes !== bytes) return step
      continue
    }
    const length = isAuthentication ? (bytes[at + 1]! + 2) * 4 : (bytes[at + 1]! + 1) * 8
    if (length > end - at) return frame.cut ? Step.cut : Step.transport
    frame.protocol = bytes[at]!
    frame.at = at + length
  }
  return frame.malformed('too many IPv6 extension headers')
}

/** The fragment header; an atomic one (RFC 6946) does not make a fragment. */
function fragmented(frame: Frame): Step {
  const { bytes, at } = frame
  const field = (bytes[at + 2]! << 8) | bytes[at + 3]!
  const offset = field >> 3
  const more = (field & 1) !== 0
  frame.protocol = bytes[at]!
  frame.at = at + 8
  if (offset === 0 && !more) return Step.transport
  frame.marks |= Mark.fragment
  if (frame.quoted) return offset === 0 ? Step.transport : Step.ignored
  const id = word(bytes, at + 4)
  return offset === 0 ? firstFragment(frame, id) : laterFragment(frame, id, offset, more)
}
