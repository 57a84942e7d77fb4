import { EventBatch, Mark } from '../../event/batch.ts'
import { Protocol } from '../../event/protocol.ts'
import { decode } from '../../packet/decode.ts'
import { Frame, Step } from '../../packet/frame.ts'
import type { FormatContext, Sink } from '../format.ts'
import { ExportDecoder } from './decoder.ts'
import { isExport } from './header.ts'

/** Finds the UDP payloads of captured packets. */
export class Datagrams {
  readonly #batch = new EventBatch(8)
  readonly frame = new Frame(this.#batch)
  /** Where the payload stands, after `read` said there is one. */
  from = 0
  to = 0
  port = 0
  dstPort = 0
  readonly source = new Uint32Array(4)
  /** Bytes of the payload were not captured. */
  isCut = false

  /** Whether the packet `bytes[at, end)` is UDP with payload. */
  read(linkType: number, bytes: Uint8Array, at: number, end: number, wire: number): boolean {
    const batch = this.#batch
    batch.clear()
    if (decode(this.frame, linkType, bytes, at, end, wire) !== Step.row) return false
    const c = batch.column
    if (c.protocol[0] !== Protocol.udp || c.payloadLength[0] === 0) return false
    this.from = c.payload[0]!
    this.to = this.from + c.payloadLength[0]!
    this.port = c.srcPort[0]!
    this.dstPort = c.dstPort[0]!
    this.source[0] = c.src0[0]!
    this.source[1] = c.src1[0]!
    this.source[2] = c.src2[0]!
    this.source[3] = c.src3[0]!
    this.isCut = (c.marks[0]! & Mark.truncated) !== 0
    return true
  }
}

/** Takes the packets of a capture and decodes the exports among them. */
export class ExportIntake {
  readonly decoder: ExportDecoder
  readonly #sink: Sink
  readonly #datagrams = new Datagrams()
  /** The port to which exports were last sent: what comes to it and is none is damage. */
  #collector = 0

  constructor(context: FormatContext, sink: Sink) {
    this.#sink = sink
    this.decoder = new ExportDecoder(sink, context.rules)
    this.decoder.onUndecoded = (offset, reason) => sink.tally.damage(offset, reason)
  }

  get frame(): Frame {
    return this.#datagrams.frame
  }

  open(bytes: Uint8Array): void {
    this.#sink.batch.bytes = bytes
  }

  /** Rows may point into the window. */
  close(): void {
    if (this.#sink.batch.length > 0) this.#sink.flush()
  }

  take(linkType: number, bytes: Uint8Array, at: number, end: number, wire: number): void {
    const { tally } = this.#sink
    const datagrams = this.#datagrams
    if (!datagrams.read(linkType, bytes, at, end, wire)) {
      tally.ignored++
      return
    }
    const { from, to, dstPort } = datagrams
    if (isExport(bytes, from, to)) this.#collector = dstPort
    else if (dstPort !== this.#collector) {
      tally.ignored++
      return
    }
    if (datagrams.isCut) tally.truncated++
    this.decoder.arrived = this.frame.time
    this.decoder.datagram(bytes, from, to, datagrams.source, datagrams.port)
    count(this.#sink, this.decoder)
  }
}

/** Counts what became of the packet that was decoded last. */
export function count({ tally, batch }: Sink, decoder: ExportDecoder): void {
  tally.events += decoder.rows
  tally.lost += decoder.takeLost()
  if (decoder.damage !== '') tally.damage(batch.recordOffset, decoder.damage)
  else if (decoder.rows === 0) tally.ignored++
}
