import { Random } from '../random.ts'
import { Output } from './output.ts'

/** Who is looked for afterwards. 203.0.113.66 scans once, for a minute; 203.0.113.77 knocks once a second or so, all the time. */
export const burst = '203.0.113.66'
export const slow = '203.0.113.77'

const burstWord = 0xcb007142
const slowWord = 0xcb00714d
const header = 14 + 20 + 20
const burstPackets = 60_000
/** Shares of packet lengths on the wire, roughly those of a border with mostly web traffic. */
const lengths = [60, 60, 60, 90, 590, 1514, 1514, 1514] as const

export interface CaptureShape {
  /** Bytes of each file, and of all. */
  readonly fileBytes: number
  readonly bytes: number
}

/**
 * Writes a rolling directory: connections of 60,000 addresses outside with 200 servers of ours, two scanners among them, in
 * classic pcap. The time goes on by 50 microseconds a packet.
 *
 * @param path of file k
 * @returns packets that each of the scanners sent
 */
export function writeCaptures(
  path: (file: number) => string,
  { fileBytes, bytes }: CaptureShape,
): { burst: number; slow: number } {
  const random = new Random(20261122)
  const payload = Buffer.from(Array.from({ length: 1514 }, () => random.word() & 255))
  const counts = { burst: 0, slow: 0 }
  let written = 0
  let time = Date.UTC(2026, 10, 22) * 1000
  for (let file = 0; written < bytes; file++) {
    const output = new Output(path(file))
    const head = output.reserve(24)
    output.view.setUint32(head, 0xa1b2c3d4, true)
    output.view.setUint32(head + 4, 0x00040002, true)
    output.view.setUint32(head + 16, 262144, true)
    output.view.setUint32(head + 20, 1, true)
    let size = 24
    while (size < fileBytes) {
      time += 50
      const isBurst = written + size > bytes / 2 && counts.burst < burstPackets
      const isSlow = !isBurst && random.below(20_000) === 0
      const outside = isBurst ? burstWord : isSlow ? slowWord : 0x0b000000 + random.below(60_000) * 251
      const ours = isBurst || isSlow ? 0xc0000200 + random.below(256) : 0xc6336400 + random.below(200)
      const length = isBurst || isSlow ? 60 : lengths[random.below(lengths.length)]!
      const isOut = !isBurst && !isSlow && length > 90
      packet(output, time, length, isOut ? ours : outside, isOut ? outside : ours, payload)
      if (isBurst) counts.burst++
      if (isSlow) counts.slow++
      size += 16 + length
    }
    output.close()
    written += size
  }
  return counts
}

function packet(output: Output, time: number, length: number, src: number, dst: number, payload: Buffer): void {
  const at = output.reserve(16 + length)
  const { view, bytes } = output
  view.setUint32(at, Math.floor(time / 1e6), true)
  view.setUint32(at + 4, time % 1e6, true)
  view.setUint32(at + 8, length, true)
  view.setUint32(at + 12, length, true)
  const eth = at + 16
  bytes.fill(2, eth, eth + 12)
  view.setUint16(eth + 12, 0x0800)
  view.setUint32(eth + 14, 0x45000000 | (length - 14))
  view.setUint32(eth + 18, 0x00004000)
  view.setUint32(eth + 22, 0x40060000)
  view.setUint32(eth + 26, src)
  view.setUint32(eth + 30, dst)
  view.setUint32(eth + 34, ((src & 0x7fff) + 0x8000) * 65536 + 443)
  view.setUint32(eth + 38, 1)
  view.setUint32(eth + 42, 1)
  view.setUint32(eth + 46, 0x50100400)
  view.setUint32(eth + 50, 0)
  payload.copy(bytes, eth + header, header, length)
}
