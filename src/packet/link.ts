import { type Frame, Step } from './frame.ts'

/** Link types (LINKTYPE_ values, tcpdump.org/linktypes.html) that are decoded. */
const LinkType = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  rawBsd: 12,
  rawOpenBsd: 14,
  pppSerial: 50,
  raw: 101,
  ieee80211: 105,
  loop: 108,
  cooked: 113,
  radiotap: 127,
  ipv4: 228,
  ipv6: 229,
  cooked2: 276,
} as const

const known: ReadonlySet<number> = new Set(Object.values(LinkType))

export function isDecoded(linkType: number): boolean {
  return known.has(linkType)
}

/** Says which layer the frame starts with, and moves past a link header that is no Ethernet. */
export function link(frame: Frame, linkType: number): Step {
  switch (linkType) {
    case LinkType.ethernet:
      return Step.ethernet
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.raw:
      return rawIp(frame)
    case LinkType.ipv4:
      return Step.ipv4
    case LinkType.ipv6:
      return Step.ipv6
    case LinkType.ppp:
    case LinkType.pppSerial:
      return Step.ppp
    case LinkType.null:
    case LinkType.loop:
      return loopback(frame)
    case LinkType.cooked:
      return cooked(frame, 14, 16)
    case LinkType.cooked2:
      return cooked(frame, 0, 20)
    case LinkType.radiotap:
      return radiotap(frame)
    case LinkType.ieee80211:
      return ieee80211(frame)
    default:
      return Step.ignored
  }
}

/** IP without a link header: the version nibble tells which. */
export function rawIp(frame: Frame): Step {
  if (frame.end <= frame.at) return frame.short('empty frame')
  const version = frame.bytes[frame.at]! >> 4
  if (version === 4) return Step.ipv4
  if (version === 6) return Step.ipv6
  return frame.malformed('IP version is neither 4 nor 6')
}

/** BSD loopback: the address family, in the byte order of the machine that captured; AF_INET6 has a number per system. */
function loopback(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < 4) return frame.short('loopback header cut short')
  const family = bytes[at]! === 0 ? (bytes[at + 2]! << 8) | bytes[at + 3]! : (bytes[at + 1]! << 8) | bytes[at]!
  frame.at = at + 4
  if (family === 2) return Step.ipv4
  if (family === 10 || family === 24 || family === 28 || family === 30) return Step.ipv6
  return Step.ignored
}

/** Linux cooked capture, version 1 and 2: a header that holds an EtherType. */
function cooked(frame: Frame, typeAt: number, header: number): Step {
  const { bytes, at, end } = frame
  if (end - at < header) return frame.short('cooked capture header cut short')
  frame.etherType = (bytes[at + typeAt]! << 8) | bytes[at + typeAt + 1]!
  frame.at = at + header
  if (frame.etherType === 4) return Step.llc
  return Step.etherType
}

function radiotap(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < 8) return frame.short('radiotap header cut short')
  const length = bytes[at + 2]! | (bytes[at + 3]! << 8)
  if (length < 8) return frame.malformed('radiotap length below 8')
  if (length > end - at) return frame.short('radiotap header cut short')
  frame.at = at + length
  return ieee80211(frame)
}

/** IEEE 802.11: unprotected data frames carry LLC; everything else is ignored. */
function ieee80211(frame: Frame): Step {
  const { bytes, at, end } = frame
  if (end - at < 24) return end - at < 2 ? frame.short('802.11 header cut short') : Step.ignored
  const control = bytes[at]!
  const flags = bytes[at + 1]!
  const hasData = (control & 0x4c) === 0x08
  const isProtected = (flags & 0x40) !== 0
  if (!hasData || isProtected) return Step.ignored
  const isQos = (control & 0x80) !== 0
  let header = (flags & 0x03) === 0x03 ? 30 : 24
  if (isQos) {
    const isAggregate = at + header < end && (bytes[at + header]! & 0x80) !== 0
    if (isAggregate) return Step.ignored
    header += (flags & 0x80) !== 0 ? 6 : 2
  }
  frame.at = at + header
  return Step.llc
}
