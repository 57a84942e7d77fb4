import { Mark } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { FRAGMENT_REGION } from './fragment-table.ts'
import { type Frame, Step } from './frame.ts'

/**
 * A first fragment is decoded as a packet, unless it is too small for its transport header (`nmap -f`): then it waits for
 * the fragments that hold the rest.
 */
export function firstFragment(frame: Frame, id: number): Step {
  if (frame.cut || frame.end - frame.at >= needed(frame.protocol, frame.bytes, frame.at, frame.end))
    return Step.transport
  return gather(frame, id, 0, true)
}

/** A later fragment is of no use, unless it holds the rest of a transport header. */
export function laterFragment(frame: Frame, id: number, offset: number, more: boolean): Step {
  const mayHoldHeader = frame.protocol === Protocol.tcp || frame.protocol === Protocol.sctp
  if (!mayHoldHeader || offset * 8 >= FRAGMENT_REGION || frame.cut) return Step.ignored
  return gather(frame, id, offset, more)
}

function gather(frame: Frame, id: number, offset: number, more: boolean): Step {
  const table = frame.fragments
  const entry = table.add(frame, id, offset, more)
  if (entry < 0) return Step.ignored
  const from = entry * FRAGMENT_REGION
  const to = from + table.covered(entry)
  if (to - from < needed(frame.protocol, table.bytes, from, to) && !table.isWhole(entry)) return Step.ignored
  table.finish(entry)
  frame.ipLength = table.ipLength(entry)
  frame.bytes = table.bytes
  frame.at = from
  frame.end = to
  frame.hasPayload = false
  frame.marks |= Mark.tinyFragment
  return Step.transport
}

/** How many bytes the transport header takes, as far as `bytes[at, end)` tells. */
function needed(protocol: number, bytes: Uint8Array, at: number, end: number): number {
  switch (protocol) {
    case Protocol.tcp: {
      const header = end - at > 12 ? (bytes[at + 12]! >> 4) * 4 : 0
      return Math.max(header, 20)
    }
    case Protocol.sctp:
      return 16
    case Protocol.udp:
    case Protocol.icmp:
    case Protocol.icmp6:
      return 8
    default:
      return 0
  }
}
