import { fillTables, type Resumable } from '../base/snapshot.ts'
import { type EventBatch, Mark } from '../event/batch.ts'
import { MethodCode } from './method.ts'

/**
 * The attempt journal: one row per first contact (source, destination, port, protocol, method), in the order of
 * appearance, with what became of it. It is the border between tracking and detection.
 *
 * hot: no allocation per event.
 */

/** Bits of the `state` column. */
export const State = {
  /** The destination answered: SYN-ACK, UDP or ICMP reply, ARP reply. */
  established: 1,
  /** The destination, or a router for it, refused: RST, port or protocol unreachable. */
  refused: 2,
  /** A device said it denied the contact. */
  blocked: 4,
  /** The format tells nothing of the outcome. */
  unknownOutcome: 8,
  /** The originator acknowledged the SYN-ACK: the handshake completed, its address is not forged. */
  completed: 16,
  /** The SYN-ACK was met with a RST: a half-open probe. */
  halfOpen: 32,
  /** Payload from the originator, from the responder. */
  data: 64,
  replyData: 128,
  /** A router reported that the TTL ran out on the way. */
  expired: 256,
  /** The host or network was reported unreachable by a router. */
  unreachable: 512,
  fragment: 1024,
  /** The row came from a flow record, a log line (else from packets). */
  flow: 2048,
  log: 4096,
  /** The source later sent a packet that only makes sense after our answer (RST or ACK following it). */
  reacted: 8192,
  /** IP "don't fragment" was set on the first packet. */
  dontFragment: 16384,
  /** The first packet's header columns are filled (packets and kernel logs). */
  header: 32768,
  /** A packet of the destination, or a record of its answer, was seen: success is not only implied by what the source did. */
  heard: 65536,
  /** Only some packets were looked at: that no answer was seen says nothing. */
  sampled: 131072,
} as const

export interface JournalState {
  readonly length: number
  /** The filled part of each column; the addresses come last. */
  readonly columns: readonly (Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array)[]
}

export class AttemptJournal implements Resumable<JournalState> {
  readonly capacity: number
  readonly #columns: readonly Uint32Array[]
  length = 0

  /** Microseconds since the epoch: first packet; first answer (0 = none). */
  readonly time: Float64Array
  readonly answeredAt: Float64Array
  /** When the last packet of the contact was seen. */
  readonly lastAt: Float64Array
  /** Addresses, four words each: `address[8 * i + 0..3]` the source, `+ 4..7` the destination. */
  readonly address: Uint32Array
  readonly srcPort: Uint16Array
  /** Destination port; the ICMP type for ICMP; the protocol number for ip-protocol probes. */
  readonly dstPort: Uint16Array
  readonly protocol: Uint8Array
  readonly method: Uint8Array
  readonly state: Uint32Array
  /** Further connections or retransmissions of the same contact; how many of the connections were answered. */
  readonly repeats: Uint32Array
  readonly ttl: Uint8Array
  readonly ipId: Uint16Array
  readonly window: Uint16Array
  readonly seq: Uint32Array
  readonly tcpOptions: Uint32Array
  readonly mss: Uint16Array
  readonly flags: Uint8Array
  readonly bytesOut: Float32Array
  readonly bytesIn: Float32Array
  /** Where the first payload each way lies in the content arena (absolute position + 1; 0 = none). */
  readonly content: Float64Array
  readonly replyContent: Float64Array
  /** Low 32 bits of the sender's link-layer address; 0 where not told. */
  readonly link: Uint32Array
  /** Who sent the same packet on with a lower TTL, as another input shows; 0 where none does. */
  readonly relay: Uint32Array
  /** Which inputs recorded the contact: bit n for the inputs whose number is n modulo 32. */
  readonly sensors: Uint32Array
  /** The record of the first packet: input, offset, length. */
  readonly sensor: Uint16Array
  readonly offset: Float64Array
  readonly recordLength: Uint32Array
  /** When the contact was repeated for the first time (0 = never), and that record: what came after a probe begins there. */
  readonly againAt: Float64Array
  readonly againOffset: Float64Array
  readonly againLength: Uint32Array
  readonly againSensor: Uint16Array

  /** @param capacity contacts; about 150 bytes each */
  constructor(capacity: number) {
    this.capacity = capacity
    this.time = new Float64Array(capacity)
    this.answeredAt = new Float64Array(capacity)
    this.lastAt = new Float64Array(capacity)
    this.address = new Uint32Array(capacity * 8)
    this.srcPort = new Uint16Array(capacity)
    this.dstPort = new Uint16Array(capacity)
    this.protocol = new Uint8Array(capacity)
    this.method = new Uint8Array(capacity)
    this.state = new Uint32Array(capacity)
    this.repeats = new Uint32Array(capacity)
    this.ttl = new Uint8Array(capacity)
    this.ipId = new Uint16Array(capacity)
    this.window = new Uint16Array(capacity)
    this.seq = new Uint32Array(capacity)
    this.tcpOptions = new Uint32Array(capacity)
    this.mss = new Uint16Array(capacity)
    this.flags = new Uint8Array(capacity)
    this.bytesOut = new Float32Array(capacity)
    this.bytesIn = new Float32Array(capacity)
    this.content = new Float64Array(capacity)
    this.replyContent = new Float64Array(capacity)
    this.link = new Uint32Array(capacity)
    this.sensors = new Uint32Array(capacity)
    this.sensor = new Uint16Array(capacity)
    this.offset = new Float64Array(capacity)
    this.recordLength = new Uint32Array(capacity)
    this.againAt = new Float64Array(capacity)
    this.againOffset = new Float64Array(capacity)
    this.againLength = new Uint32Array(capacity)
    this.againSensor = new Uint16Array(capacity)
    this.relay = new Uint32Array(capacity)
    this.#columns = Object.values(this).filter(
      (value): value is Uint32Array => ArrayBuffer.isView(value) && value !== this.address,
    )
  }

  snapshot(): JournalState {
    return { length: this.length, columns: this.#filled(this.length) }
  }

  resume({ length, columns }: JournalState): void {
    if (length > this.capacity) throw new RangeError(`the journal holds ${this.capacity} contacts, not ${length}`)
    const own = this.#filled(length)
    // A state of an earlier version lacks the columns that were added last; the addresses stand behind all others.
    const added = own.slice(columns.length - 1, -1)
    for (const column of added) column.fill(0)
    fillTables(
      own.filter((column) => !added.includes(column)),
      columns,
    )
    this.length = length
  }

  #filled(length: number): Uint32Array[] {
    return [...this.#columns.map((column) => column.subarray(0, length)), this.address.subarray(0, 8 * length)]
  }

  get full(): boolean {
    return this.length === this.capacity
  }

  has(i: number, bits: number): boolean {
    return ((this.state[i] as number) & bits) !== 0
  }

  /** Notes that an input recorded contact `i` (too). */
  seenBy(i: number, sensor: number): void {
    this.sensors[i] = (this.sensors[i] as number) | (1 << (sensor & 31))
  }

  /** Notes who sent a packet of contact `i` on, where another input has it from another link-layer address: its TTL is the lower one. */
  noteRelay(i: number, link: number, ttl: number): void {
    const known = this.link[i] as number
    if (link === 0 || known === 0 || link === known) return
    const before = this.ttl[i] as number
    if (ttl < before) this.relay[i] = link
    else if (ttl > before) this.relay[i] = known
  }

  /** Whether an input recorded contact `i`; inputs whose numbers are equal modulo 32 count as one. */
  wasSeenBy(i: number, sensor: number): boolean {
    return ((this.sensors[i] as number) & (1 << (sensor & 31))) !== 0
  }

  /** Another sensor tells what the first could not. */
  unmark(i: number, bits: number): void {
    this.state[i] = (this.state[i] as number) & ~bits
  }

  mark(i: number, bits: number): void {
    this.state[i] = (this.state[i] as number) | bits
  }

  /**
   * Appends the contact that row `i` of a batch opens, and returns its row.
   * @param target destination port, ICMP type or protocol number, as `dstPort` says
   */
  append(batch: EventBatch, i: number, method: number, target: number): number {
    const c = batch.column
    const row = this.length++
    this.time[row] = c.time[i] as number
    this.lastAt[row] = c.time[i] as number
    this.answeredAt[row] = 0
    const a = 8 * row
    this.address[a] = c.src0[i] as number
    this.address[a + 1] = c.src1[i] as number
    this.address[a + 2] = c.src2[i] as number
    this.address[a + 3] = c.src3[i] as number
    this.address[a + 4] = c.dst0[i] as number
    this.address[a + 5] = c.dst1[i] as number
    this.address[a + 6] = c.dst2[i] as number
    this.address[a + 7] = c.dst3[i] as number
    this.srcPort[row] = c.srcPort[i] as number
    this.dstPort[row] = method >= MethodCode.response ? (c.dstPort[i] as number) : target
    this.protocol[row] = c.protocol[i] as number
    this.method[row] = method
    const marks = c.marks[i] as number
    this.state[row] =
      (marks & Mark.fragment ? State.fragment : 0) |
      (marks & Mark.dontFragment ? State.dontFragment : 0) |
      (marks & Mark.hasTtl ? State.header : 0)
    this.repeats[row] = 0
    this.ttl[row] = c.ttl[i] as number
    this.ipId[row] = c.ipId[i] as number
    this.window[row] = c.window[i] as number
    this.seq[row] = c.seq[i] as number
    this.tcpOptions[row] = c.tcpOptions[i] as number
    this.mss[row] = c.mss[i] as number
    this.flags[row] = c.flags[i] as number
    this.bytesOut[row] = c.bytesOut[i] as number
    this.bytesIn[row] = 0
    this.content[row] = 0
    this.replyContent[row] = 0
    this.sensor[row] = c.sensor[i] as number
    this.link[row] = c.link[i] as number
    this.sensors[row] = 1 << ((c.sensor[i] as number) & 31)
    this.offset[row] = c.offset[i] as number
    this.recordLength[row] = c.length[i] as number
    this.againAt[row] = 0
    this.relay[row] = 0
    return row
  }

  /** Counts a repetition of contact `row`, which row `i` of a batch is. */
  repeat(row: number, batch: EventBatch, i: number): void {
    const repeats = this.repeats[row] as number
    this.repeats[row] = repeats + 1
    if (repeats > 0) return
    const c = batch.column
    this.againAt[row] = c.time[i] as number
    this.againOffset[row] = c.offset[i] as number
    this.againLength[row] = c.length[i] as number
    this.againSensor[row] = c.sensor[i] as number
  }

  /** Moves row `from` to the lower place `to` (used when an epoch ends and open contacts are carried over). */
  move(from: number, to: number): void {
    for (const column of this.#columns) column[to] = column[from] as number
    this.address.copyWithin(8 * to, 8 * from, 8 * from + 8)
  }

  /** Appends row `row` of another journal. */
  copy(other: AttemptJournal, row: number): void {
    const to = this.length++
    for (const [c, column] of this.#columns.entries()) column[to] = (other.#columns[c] as Uint32Array)[row] as number
    this.address.set(other.address.subarray(8 * row, 8 * row + 8), 8 * to)
  }
}
