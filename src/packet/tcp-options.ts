/**
 * TCP options in order of appearance as 4-bit codes, lowest nibble first, at most eight (column `tcpOptions`): what tells
 * one stack, or a scanner that builds its own packets, from another.
 */
const TcpOption = {
  mss: 1,
  nop: 2,
  windowScale: 3,
  sackPermitted: 4,
  timestamp: 5,
  sack: 6,
  end: 7,
  other: 15,
} as const

/** Codes by option kind (IANA, TCP Option Kind Numbers). */
const codes = new Uint8Array(256).fill(TcpOption.other)
codes[0] = TcpOption.end
codes[1] = TcpOption.nop
codes[2] = TcpOption.mss
codes[3] = TcpOption.windowScale
codes[4] = TcpOption.sackPermitted
codes[5] = TcpOption.sack
codes[8] = TcpOption.timestamp

/** The signature of the options in `bytes[at, end)`. Stops at the end-of-list option and where a length makes no sense. */
export function optionSignature(bytes: Uint8Array, at: number, end: number): number {
  let signature = 0
  for (let shift = 0; shift < 32 && at < end; shift += 4) {
    const kind = bytes[at]!
    signature |= codes[kind]! << shift
    if (kind === 0) break
    if (kind === 1) at++
    else {
      const length = at + 1 < end ? bytes[at + 1]! : 0
      if (length < 2) break
      at += length
    }
  }
  return signature
}

/** The maximum segment size announced in `bytes[at, end)`; 0 if none. */
export function maximumSegmentSize(bytes: Uint8Array, at: number, end: number): number {
  for (let options = 0; options < 40 && at + 3 < end; options++) {
    const kind = bytes[at]!
    if (kind === 2 && bytes[at + 1] === 4) return (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (kind === 0) return 0
    if (kind === 1) at++
    else if (bytes[at + 1]! < 2) return 0
    else at += bytes[at + 1]!
  }
  return 0
}
