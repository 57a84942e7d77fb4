import { Mark } from '../event/batch.ts'
import { arp } from './arp.ts'
import { type Frame, Step } from './frame.ts'
import { rawIp } from './link.ts'

const MAX_TAGS = 8
const MAX_LABELS = 16

/** Ethernet II, or IEEE 802.3 with LLC where the type field is a length. */
export function ethernet(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < 14) return frame.short('Ethernet header cut short')
  frame.etherType = (bytes[at + 12]! << 8) | bytes[at + 13]!
  const tunnelled = (frame.marks & Mark.tunnelled) !== 0
  frame.link = tunnelled
    ? 0
    : ((bytes[at + 8]! << 24) | (bytes[at + 9]! << 16) | (bytes[at + 10]! << 8) | bytes[at + 11]!) >>> 0
  frame.at = at + 14
  return frame.etherType < 0x600 ? Step.llc : Step.etherType
}

/** What an EtherType announces; tags (802.1Q, 802.1ad, the older 0x9100 and 0x9200, VN-Tag) are skipped. */
export function etherType(frame: Frame): Step {
  const { bytes, end } = frame
  for (let tags = 0; tags <= MAX_TAGS; tags++) {
    switch (frame.etherType) {
      case 0x0800:
        return Step.ipv4
      case 0x86dd:
        return Step.ipv6
      case 0x0806:
        return arp(frame)
      case 0x8847:
      case 0x8848:
        return Step.mpls
      case 0x8864:
        frame.at += 6
        return Step.ppp
      case 0x88e7:
        frame.at += 4
        return Step.ethernet
      case 0x8926:
      case 0x8100:
      case 0x88a8:
      case 0x9100:
      case 0x9200: {
        const tag = frame.etherType === 0x8926 ? 6 : 4
        if (end - frame.at < tag) return frame.short('tag cut short')
        frame.at += tag
        frame.etherType = (bytes[frame.at - 2]! << 8) | bytes[frame.at - 1]!
        if (frame.etherType < 0x600) return Step.llc
        break
      }
      default:
        return Step.ignored
    }
  }
  return frame.malformed('too many tags')
}

/** LLC with SNAP, or with the IP service access point; other LLC is not IP. */
export function llc(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < 3) return frame.short('LLC header cut short')
  if (bytes[at] === 0x06 && bytes[at + 1] === 0x06 && bytes[at + 2] === 0x03) {
    frame.at = at + 3
    return Step.ipv4
  }
  if (bytes[at] !== 0xaa || bytes[at + 1] !== 0xaa || bytes[at + 2] !== 0x03) return Step.ignored
  if (end - at < 8) return frame.short('SNAP header cut short')
  const isEncapsulatedEthernet =
    bytes[at + 3] === 0 && bytes[at + 4] === 0 && (bytes[at + 5] === 0 || bytes[at + 5] === 0xf8)
  if (!isEncapsulatedEthernet) return Step.ignored
  frame.etherType = (bytes[at + 6]! << 8) | bytes[at + 7]!
  frame.at = at + 8
  return Step.etherType
}

/** PPP (RFC 1661), with or without the HDLC address and with a compressed protocol field or not. */
export function ppp(frame: Frame): Step {
  const { bytes, end } = frame
  let at = frame.at
  if (end - at >= 2 && bytes[at] === 0xff && bytes[at + 1] === 0x03) at += 2
  if (end - at < 2) return frame.short('PPP header cut short')
  const isCompressed = (bytes[at]! & 1) === 1
  const protocol = isCompressed ? bytes[at]! : (bytes[at]! << 8) | bytes[at + 1]!
  frame.at = at + (isCompressed ? 1 : 2)
  if (protocol === 0x0021) return Step.ipv4
  if (protocol === 0x0057) return Step.ipv6
  if (protocol === 0x0281) return Step.mpls
  return Step.ignored
}

/** MPLS labels (RFC 3032); below them IP, or Ethernet with or without a control word (RFC 4448): the labels do not say. */
export function mpls(frame: Frame): Step {
  const { bytes, end } = frame
  for (let labels = 0; labels < MAX_LABELS; labels++) {
    if (end - frame.at < 5) return frame.short('MPLS label cut short')
    const isBottom = (bytes[frame.at + 2]! & 1) === 1
    frame.at += 4
    if (!isBottom) continue
    const nibble = bytes[frame.at]! >> 4
    if (nibble === 4 || nibble === 6) return rawIp(frame)
    if (nibble === 0) frame.at += 4
    return Step.ethernet
  }
  return frame.malformed('too many MPLS labels')
}
