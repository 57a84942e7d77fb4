import { Kind, Mark } from '../../event/batch.ts'
import { decode } from '../../packet/decode.ts'
import { Frame, Step } from '../../packet/frame.ts'
import type { Datagram } from './datagram.ts'
import { Slot } from './element.ts'
import { type Layout, small } from './layout.ts'
import { readTime } from './time.ts'

/** Link types as `packet/link.ts` has them. */
const ethernet = 1
const rawIp = 101

const numbers = new Float64Array(1)

interface Outlet {
  readonly batch: Frame['batch']
  flush(): void
}

/** Makes rows of the beginnings of packets that exporters sampled. */
export class PacketRows {
  readonly #outlet: Outlet
  readonly #frame: Frame
  /** Rows that the last packet became: 1, or 0 where it is none of a contact. */
  made = 0

  constructor(outlet: Outlet) {
    this.#outlet = outlet
    this.#frame = new Frame(outlet.batch)
  }

  get batch(): Frame['batch'] {
    return this.#outlet.batch
  }

  /** Makes room for one more row. */
  reserve(): void {
    const { batch } = this.#outlet
    if (batch.length === batch.capacity || batch.isCrowded) this.#outlet.flush()
  }

  /** @param wire length of the packet `bytes[from, to)` on the wire @param time microseconds @returns its row, -1 if it is none */
  packet(
    bytes: Uint8Array,
    from: number,
    to: number,
    linkType: number,
    wire: number,
    time: number,
    rate: number,
    device: number,
  ): number {
    this.reserve()
    const { batch } = this.#outlet
    const frame = this.#frame
    frame.time = time
    this.made = 0
    if (decode(frame, linkType, bytes, from, to, wire) !== Step.row) return -1
    this.made = 1
    const i = batch.length - 1
    const c = batch.column
    c.device[i] = device
    if (rate > 1) c.sampling[i] = rate
    // That less than the packet was sent is the method, not a fault of the capture.
    c.marks[i] = c.marks[i]! & ~Mark.truncated
    if (bytes !== batch.bytes) c.payloadLength[i] = 0
    return i
  }

  /** The record at `at`, which holds the beginning of a packet (RFC 5477, RFC 7133; Cisco's layer 2 section). */
  section(d: Datagram, layout: Layout, at: number): void {
    const isFrame = layout.has(Slot.frameSection)
    const slot = isFrame ? Slot.frameSection : Slot.ipSection
    const from = at + layout.at[slot]!
    const size = layout.size[slot]!
    const stated = layout.has(Slot.frameSize)
      ? small(d.view, at + layout.at[Slot.frameSize]!, layout.size[Slot.frameSize]!)
      : 0
    const time = layout.has(Slot.start) ? Slot.start : Slot.end
    const clock = time === Slot.start ? layout.startClock : layout.endClock
    numbers[0] = 0
    if (layout.has(time)) readTime(d, clock, at + layout.at[time]!, layout.size[time]!, numbers, 0)
    const when = numbers[0]! > 0 ? numbers[0]! : d.times[0]!
    const wire = Math.max(size, stated)
    this.packet(d.bytes, from, from + size, isFrame ? ethernet : rawIp, wire, when, d.rate, d.device)
  }

  /** Opens a row for a packet of which only the addresses and ports were kept. */
  open(time: number, rate: number, device: number): number {
    this.reserve()
    const { batch } = this.#outlet
    const i = batch.begin()
    const c = batch.column
    c.kind[i] = Kind.packet
    c.time[i] = time
    c.device[i] = device
    if (rate > 1) c.sampling[i] = rate
    return i
  }
}
