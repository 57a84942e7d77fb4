import { mapped } from '../base/address.ts'
import { Protocol } from '../event/protocol.ts'
import { layer } from '../packet/decode.ts'
import { type Frame, Step } from '../packet/frame.ts'
import { link } from '../packet/link.ts'
import { tunnel } from '../packet/tunnel.ts'
import { word } from '../packet/word.ts'

/** Who sent a packet to whom, in each of its layers; more pairs than a packet that keeps to the limits can have. */
const mostPairs = 24
const mostSteps = 96
const arpType = 0x0806
const icmpHeader = 8

/**
 * The pairs of addresses of a packet: those of every IP header in it (tunnels, what an ICMP error quotes), of ARP, and the address
 * that neighbour discovery asks for. All of them say whom the packet concerns.
 *
 * hot: no allocation per packet.
 */
export class PacketEnds {
  /** Source and destination of pair k stand at `8 * k`, four words each. */
  readonly words = new Uint32Array(8 * mostPairs)
  count = 0
  readonly #frame: Frame

  /** @param frame where the decoder works; nothing of it is kept between packets, but fragments are */
  constructor(frame: Frame) {
    this.#frame = frame
  }

  /** Reads the packet `bytes[at, end)` of that link type. @param wire its length on the wire */
  read(linkType: number, bytes: Uint8Array, at: number, end: number, wire: number): void {
    const frame = this.#frame
    this.count = 0
    frame.start(bytes, at, end, wire)
    let step: Step = link(frame, linkType)
    for (let steps = 0; step > Step.cut && steps < mostSteps; steps++) {
      if (step === Step.transport) {
        step = this.#inside()
        continue
      }
      const isTyped = step === Step.etherType
      frame.version = 0
      step = layer(frame, step)
      if (frame.version !== 0) this.#keep()
      else if (isTyped && frame.etherType === arpType) this.#arp()
    }
    // ARP becomes a row, which nobody reads here.
    frame.batch.length = 0
  }

  /** What a packet carries: another packet, in a tunnel or quoted; or a question for an address. */
  #inside(): Step {
    const frame = this.#frame
    if (frame.quoted) return Step.ignored
    if (frame.protocol === Protocol.icmp && frame.version === 4) return this.#icmp()
    if (frame.protocol === Protocol.icmp6 && frame.version === 6) return this.#icmp6()
    return tunnel(frame)
  }

  #icmp(): Step {
    const { bytes, at, end } = this.#frame
    if (at >= end) return Step.ignored
    const type = bytes[at]!
    const isError = type === 3 || type === 4 || type === 5 || type === 11 || type === 12
    return isError ? this.#quoted() : Step.ignored
  }

  #icmp6(): Step {
    const { bytes, at, end } = this.#frame
    if (at >= end) return Step.ignored
    const type = bytes[at]!
    if (type >= 1 && type <= 4) return this.#quoted()
    if ((type === 135 || type === 136) && end - at >= icmpHeader + 16) {
      const target = at + icmpHeader
      const frame = this.#frame
      frame.dst0 = word(bytes, target)
      frame.dst1 = word(bytes, target + 4)
      frame.dst2 = word(bytes, target + 8)
      frame.dst3 = word(bytes, target + 12)
      this.#keep()
    }
    return Step.ignored
  }

  #quoted(): Step {
    const frame = this.#frame
    frame.at += icmpHeader
    if (frame.at >= frame.end) return Step.ignored
    frame.quoted = true
    return frame.bytes[frame.at]! >> 4 === 6 ? Step.ipv6 : Step.ipv4
  }

  /** Every sender and target of ARP for IPv4, announcements too. */
  #arp(): void {
    const frame = this.#frame
    const { bytes, at, end } = frame
    if (end - at < 8 || bytes[at + 2] !== 8 || bytes[at + 3] !== 0 || bytes[at + 5] !== 4) return
    const hardware = bytes[at + 4]!
    if (end - at < 16 + 2 * hardware) return
    frame.src0 = frame.src1 = frame.dst0 = frame.dst1 = 0
    frame.src2 = frame.dst2 = mapped
    frame.src3 = word(bytes, at + 8 + hardware)
    frame.dst3 = word(bytes, at + 12 + 2 * hardware)
    this.#keep()
  }

  #keep(): void {
    if (this.count === mostPairs) return
    const { words } = this
    const frame = this.#frame
    const p = 8 * this.count++
    words[p] = frame.src0
    words[p + 1] = frame.src1
    words[p + 2] = frame.src2
    words[p + 3] = frame.src3
    words[p + 4] = frame.dst0
    words[p + 5] = frame.dst1
    words[p + 6] = frame.dst2
    words[p + 7] = frame.dst3
  }
}
