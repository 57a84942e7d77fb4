import { ethernet, etherType, llc, mpls, ppp } from './ethernet.ts'
import { type Frame, MAX_TUNNELS, Step } from './frame.ts'
import { ipv4 } from './ipv4.ts'
import { ipv6 } from './ipv6.ts'
import { link } from './link.ts'
import { upper } from './upper.ts'

/** More steps than any packet needs that keeps to `MAX_TUNNELS`. */
const MAX_STEPS = 8 * (MAX_TUNNELS + 1)

/**
 * Decodes the packet `bytes[at, end)` of link type `linkType` into one row of `frame.batch`, its time being `frame.time`.
 *
 * Where a tunnel's inside, or what an ICMP error quotes, comes to nothing, the packet is decoded again without looking
 * inside: a probe of a tunnel's port is a probe, whatever it carries.
 *
 * @param wire its length on the wire, in bytes
 */
export function decode(frame: Frame, linkType: number, bytes: Uint8Array, at: number, end: number, wire: number): Step {
  frame.start(bytes, at, end, wire)
  const step = layers(frame, linkType)
  if (step === Step.row) return step
  if (frame.quoted) {
    frame.start(bytes, at, end, wire)
    frame.mayQuote = false
    const plain = layers(frame, linkType)
    if (plain === Step.row) return plain
  }
  if (frame.tunnelsLeft === MAX_TUNNELS) return step
  frame.start(bytes, at, end, wire)
  frame.tunnelsLeft = 0
  return layers(frame, linkType)
}

function layers(frame: Frame, linkType: number): Step {
  let step = link(frame, linkType)
  for (let steps = 0; step > Step.cut && steps < MAX_STEPS; steps++) step = layer(frame, step)
  return step > Step.cut ? frame.malformed('too many layers') : step
}

/** Reads the layer that `step` says stands at `frame.at`, and says which comes next. */
export function layer(frame: Frame, step: Step): Step {
  switch (step) {
    case Step.ethernet:
      return ethernet(frame)
    case Step.etherType:
      return etherType(frame)
    case Step.ipv4:
      return ipv4(frame)
    case Step.ipv6:
      return ipv6(frame)
    case Step.transport:
      return upper(frame)
    case Step.ppp:
      return ppp(frame)
    case Step.mpls:
      return mpls(frame)
    default:
      return llc(frame)
  }
}
