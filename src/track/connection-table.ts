import type { Hash } from '../base/hash.ts'
import { fillTables, type Resumable } from '../base/snapshot.ts'
import type { EventBatch } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import { requestType } from './request.ts'

/**
 * Connections by unordered five-tuple, in sets of four ways of 32 bytes (a set is two cache lines). The way that was
 * silent longest gives way. hot: no allocation per event.
 *
 * Layout of a way, in 32-bit words:
 *   0 low address word of the one end (the lower of the two), 1 of the other, 2 ports (one end's in the high half),
 *   3 the IPv6 high words of both ends, hashed (0 for IPv4), 4 protocol (low 8 bits) and connection bits,
 *   5 journal row + 1 (0 = none), 6 last seen (seconds since the epoch), 7 the sensors (by number modulo 32) that recorded it as a whole.
 */
export const way = { low: 0, high: 1, ports: 2, wide: 3, bits: 4, row: 5, seen: 6, sensors: 7, words: 8 } as const

/** Connection bits, above the protocol byte of word 4. */
export const Link = {
  /** The end with the lower address is the originator. */
  lowOriginates: 1 << 8,
  answered: 1 << 9,
  acknowledged: 1 << 10,
  contentKept: 1 << 11,
  replyContentKept: 1 << 12,
  /** Began before the capture, or began with an answer. */
  midstream: 1 << 13,
  /** The originator closed or reset it: a new SYN on the same ports is a new connection. */
  closed: 1 << 14,
  used: 1 << 15,
} as const

export interface ConnectionState {
  readonly words: Uint32Array
  readonly evicted: number
}

export class ConnectionTable implements Resumable<ConnectionState> {
  readonly words: Uint32Array
  readonly #mask: number
  readonly #hash: Hash
  /** Set by `find`: true when the packet's source is the end with the lower address. */
  sourceIsLow = true
  /** Connections pushed out while not yet closed. */
  evicted = 0

  /** @param log2 capacity in connections, as a power of two; 32 bytes each */
  constructor(log2: number, hash: Hash) {
    this.words = new Uint32Array(2 ** log2 * way.words)
    this.#mask = 2 ** log2 / 4 - 1
    this.#hash = hash
  }

  /** Finds or claims the connection of row `i`. */
  of(batch: EventBatch, i: number, protocol: number): number {
    const c = batch.column
    const src2 = c.src2[i] as number
    const v4 = src2 === 0xffff && c.src0[i] === 0
    let symmetric = 0
    if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
      symmetric = ((requestType(protocol, c.icmpType[i] as number) << 16) | (c.srcPort[i] as number) | 0x1000000) >>> 0
    }
    return this.find(
      c.src3[i] as number,
      c.dst3[i] as number,
      c.srcPort[i] as number,
      c.dstPort[i] as number,
      v4 ? 0 : this.#hash.of4(c.src0[i] as number, c.src1[i] as number, src2, 1),
      v4 ? 0 : this.#hash.of4(c.dst0[i] as number, c.dst1[i] as number, c.dst2[i] as number, 1),
      protocol,
      symmetric,
      ((c.time[i] as number) / 1e6) >>> 0,
    )
  }

  /**
   * The word index of the connection's way. When it is not there, the way is claimed for it: its bits are then
   * `protocol` alone (no `Link.used`).
   * @param srcWide, dstWide hashes of the three high words (0 for IPv4)
   */
  find(
    src: number,
    dst: number,
    srcPort: number,
    dstPort: number,
    srcWide: number,
    dstWide: number,
    protocol: number,
    symmetricPorts: number,
    now: number,
  ): number {
    const order =
      src !== dst ? src < dst : srcPort !== dstPort && symmetricPorts === 0 ? srcPort < dstPort : srcWide <= dstWide
    this.sourceIsLow = order
    const low = order ? src : dst
    const high = order ? dst : src
    const ports =
      symmetricPorts !== 0
        ? symmetricPorts
        : order
          ? ((srcPort << 16) | dstPort) >>> 0
          : ((dstPort << 16) | srcPort) >>> 0
    const wide = (srcWide + dstWide) >>> 0
    const words = this.words
    const base = (this.#hash.of5(low, high, ports, wide, protocol) & this.#mask) * (4 * way.words)
    let victim = base
    let oldest = 0xffffffff
    for (let at = base; at < base + 4 * way.words; at += way.words) {
      const bits = words[at + way.bits] as number
      if (
        words[at] === low &&
        words[at + way.high] === high &&
        words[at + way.ports] === ports &&
        words[at + way.wide] === wide &&
        (bits & 0xff) === protocol &&
        (bits & Link.used) !== 0
      ) {
        words[at + way.seen] = now
        return at
      }
      const age = (bits & Link.used) === 0 ? 0 : (words[at + way.seen] as number)
      if (age < oldest) {
        oldest = age
        victim = at
      }
    }
    if (oldest !== 0) this.evicted++
    words[victim] = low
    words[victim + way.high] = high
    words[victim + way.ports] = ports
    words[victim + way.wide] = wide
    words[victim + way.bits] = protocol
    words[victim + way.row] = 0
    words[victim + way.seen] = now
    words[victim + way.sensors] = 0
    return victim
  }

  /** Whether another sensor recorded the connection, and this one did not yet. Notes that it did now. */
  isSeenElsewhere(at: number, sensor: number): boolean {
    const { words } = this
    const seen = (words[at + way.bits] as number) & Link.used ? (words[at + way.sensors] as number) : 0
    const bit = 1 << (sensor & 31)
    const elsewhere = seen !== 0 && (seen & bit) === 0
    words[at + way.sensors] = elsewhere ? seen | bit : bit
    return elsewhere
  }

  /** Makes a connection known that a record told as a whole; `at` was found for it just now. */
  connect(at: number, protocol: number, row: number): void {
    const { words } = this
    if ((words[at + way.bits] as number) & Link.used) return
    words[at + way.bits] = protocol | Link.used | (this.sourceIsLow ? Link.lowOriginates : 0)
    words[at + way.row] = row + 1
  }

  snapshot(): ConnectionState {
    return { words: this.words, evicted: this.evicted }
  }

  resume(state: ConnectionState): void {
    fillTables([this.words], [state.words])
    this.evicted = state.evicted
  }

  /** Rewrites the journal rows after the journal was compacted: `change` gives the new row or -1. */
  remap(change: (row: number) => number): void {
    const words = this.words
    for (let at = way.row; at < words.length; at += way.words) {
      const row = words[at] as number
      if (row !== 0) words[at] = change(row - 1) + 1
    }
  }
}
