import { type EventBatch, Mark } from '../event/batch.ts'
import { FragmentTable } from './fragment-table.ts'

/**
 * What became of a packet (the first four) or which layer stands at `frame.at` (the rest). `cut`: the snaplen took away
 * what is needed to tell who sent it to whom.
 */
export const Step = {
  row: 0,
  ignored: 1,
  malformed: 2,
  cut: 3,
  ethernet: 4,
  etherType: 5,
  ipv4: 6,
  ipv6: 7,
  transport: 8,
  ppp: 9,
  mpls: 10,
  llc: 11,
} as const
export type Step = (typeof Step)[keyof typeof Step]

/** How many tunnels inside each other are followed. */
export const MAX_TUNNELS = 8

/**
 * The packet being decoded: where the decoder stands in it, and what the layers passed so far have told. One object is
 * used for all packets of an input.
 *
 * hot: fields hold small integers only (time and wire lengths apart), so nothing is allocated.
 */
export class Frame {
  readonly batch: EventBatch
  readonly fragments = new FragmentTable()
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  /** Where the bytes of the current layer end: the captured end, or earlier where a layer says so (padding). */
  end = 0
  /** Bytes of the frame that were on the wire after the captured end. */
  missing = 0
  /** True while the current layer lacks bytes it had on the wire. */
  cut = false
  /** True if the packet as a whole lacks bytes it had on the wire. */
  truncated = false
  /** Microseconds since the epoch. */
  time = 0

  etherType = 0
  /** Low 32 bits of the sender's Ethernet address; 0 where the link is another or inside a tunnel. */
  link = 0
  /** Version of the IP header passed last. */
  version = 0
  protocol = 0
  marks = 0
  ttl = 0
  ipId = 0
  /** Length of the IP packet on the wire, header included. */
  ipLength = 0
  /** True inside an ICMP error, where only the beginning of the packet is expected. */
  quoted = false
  /** False where the transport header does not stand in the window (put together from fragments) or the rest is no payload. */
  hasPayload = true
  /** False where the packets that ICMP errors quote are not looked at. */
  mayQuote = true
  tunnelsLeft = MAX_TUNNELS

  /** Addresses as signed words: small integers to the engine; the batch columns make them unsigned. */
  src0 = 0
  src1 = 0
  src2 = 0
  src3 = 0
  dst0 = 0
  dst1 = 0
  dst2 = 0
  dst3 = 0

  constructor(batch: EventBatch) {
    this.batch = batch
  }

  /** @param at start of the link-layer header @param end end of the captured bytes @param wire length on the wire */
  start(bytes: Uint8Array, at: number, end: number, wire: number): void {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.missing = wire > end - at ? wire - (end - at) : 0
    this.cut = this.missing > 0
    this.truncated = this.cut
    this.marks = 0
    this.link = 0
    this.quoted = false
    this.hasPayload = true
    this.mayQuote = true
    this.tunnelsLeft = MAX_TUNNELS
  }

  /** The layer at `at` ends before its header does: the snaplen's doing, or the sender's. */
  short(reason: string): Step {
    if (this.cut) return Step.cut
    this.batch.reason = reason
    return Step.malformed
  }

  malformed(reason: string): Step {
    this.batch.reason = reason
    return Step.malformed
  }

  /** True if another tunnel may be entered; counts it. */
  enterTunnel(): boolean {
    if (this.quoted || this.tunnelsLeft === 0) return false
    this.tunnelsLeft--
    this.marks |= Mark.tunnelled
    return true
  }

  /** Opens a row with everything the network layer told, and returns its index. */
  open(): number {
    const i = this.batch.begin()
    const c = this.batch.column
    c.time[i] = this.time
    c.protocol[i] = this.protocol
    c.src0[i] = this.src0
    c.src1[i] = this.src1
    c.src2[i] = this.src2
    c.src3[i] = this.src3
    c.dst0[i] = this.dst0
    c.dst1[i] = this.dst1
    c.dst2[i] = this.dst2
    c.dst3[i] = this.dst3
    c.marks[i] = this.truncated ? this.marks | Mark.truncated : this.marks
    c.ttl[i] = this.ttl
    c.ipId[i] = this.ipId
    c.bytesOut[i] = this.ipLength
    c.link[i] = this.link
    return i
  }
}
