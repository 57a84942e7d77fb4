import { Protocol } from '../event/protocol.ts'
import { type Frame, Step } from './frame.ts'

/** Ports (IANA) of tunnels over UDP; 8472 is what Linux used before one was assigned. */
const Port = { vxlan: 4789, vxlanLinux: 8472, geneve: 6081, gre: 4754 } as const

const GRE_HEADER = 4
const UDP_HEADER = 8
const OVERLAY_HEADER = 8

/**
 * Moves the frame to the packet a tunnel carries and says which layer it starts with; `Step.ignored`, and the frame stays,
 * where there is none to be seen: then the packet is what its own header says.
 */
export function tunnel(frame: Frame): Step {
  switch (frame.protocol) {
    case Protocol.ipip:
    case Protocol.ipv6:
      return enter(frame, frame.at, ip(frame, frame.at))
    case Protocol.gre:
      return gre(frame, frame.at)
    case Protocol.udp:
      return overlay(frame)
    default:
      return Step.ignored
  }
}

function enter(frame: Frame, at: number, step: Step): Step {
  if (step === Step.ignored || at >= frame.end || !frame.enterTunnel()) return Step.ignored
  frame.at = at
  return step
}

function ip(frame: Frame, at: number): Step {
  if (at >= frame.end) return Step.ignored
  const version = frame.bytes[at]! >> 4
  return version === 4 ? Step.ipv4 : version === 6 ? Step.ipv6 : Step.ignored
}

/** GRE (RFC 2784, 2890) and the GRE of PPTP (RFC 2637), which adds an acknowledgement number. */
function gre(frame: Frame, at: number): Step {
  const { bytes, end } = frame
  if (end - at < GRE_HEADER) return Step.ignored
  const flags = (bytes[at]! << 8) | bytes[at + 1]!
  const hasSource = (flags & 0x4000) !== 0
  const hasSequence = (flags & 0x1000) !== 0
  if (hasSource) return Step.ignored
  let inner = at + GRE_HEADER
  if ((flags & 0x8000) !== 0) inner += 4
  if ((flags & 0x2000) !== 0) inner += 4
  if (hasSequence) inner += 4
  if ((flags & 0x0087) === 0x0081) inner += 4
  return carried(frame, (bytes[at + 2]! << 8) | bytes[at + 3]!, inner, hasSequence)
}

/** What a GRE header announces; ERSPAN type I has no header of its own and no sequence number, II has 8 bytes, III 12 or 20. */
function carried(frame: Frame, type: number, inner: number, hasSequence: boolean): Step {
  switch (type) {
    case 0x0800:
      return enter(frame, inner, Step.ipv4)
    case 0x86dd:
      return enter(frame, inner, Step.ipv6)
    case 0x6558:
      return enter(frame, inner, Step.ethernet)
    case 0x8847:
    case 0x8848:
      return enter(frame, inner, Step.mpls)
    case 0x880b:
      return enter(frame, inner, Step.ppp)
    case 0x88be:
      return enter(frame, hasSequence ? inner + 8 : inner, Step.ethernet)
    case 0x22eb: {
      const hasPlatform = inner + 12 <= frame.end && (frame.bytes[inner + 11]! & 1) === 1
      return enter(frame, inner + (hasPlatform ? 20 : 12), Step.ethernet)
    }
    default:
      return Step.ignored
  }
}

/** VXLAN (RFC 7348), Geneve (RFC 8926) and GRE in UDP (RFC 8086), where what follows the UDP header looks like it. */
function overlay(frame: Frame): Step {
  const { bytes, at, end } = frame
  const header = at + UDP_HEADER
  if (end - header < OVERLAY_HEADER) return Step.ignored
  switch ((bytes[at + 2]! << 8) | bytes[at + 3]!) {
    case Port.vxlan:
    case Port.vxlanLinux: {
      const hasNetwork = (bytes[header]! & 0x08) !== 0
      return hasNetwork ? enter(frame, header + OVERLAY_HEADER, Step.ethernet) : Step.ignored
    }
    case Port.geneve:
      return geneve(frame, header)
    case Port.gre:
      return gre(frame, header)
    default:
      return Step.ignored
  }
}

function geneve(frame: Frame, at: number): Step {
  const { bytes } = frame
  const isVersion0 = bytes[at]! >> 6 === 0
  if (!isVersion0) return Step.ignored
  const inner = at + OVERLAY_HEADER + (bytes[at]! & 0x3f) * 4
  const type = (bytes[at + 2]! << 8) | bytes[at + 3]!
  if (type === 0x6558) return enter(frame, inner, Step.ethernet)
  frame.etherType = type
  return enter(frame, inner, Step.etherType)
}
