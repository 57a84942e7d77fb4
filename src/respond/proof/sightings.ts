/** hot: no allocation per event. */
import { Hash } from '../../base/hash.ts'
import type { Prefix } from '../../base/prefix.ts'
import { PrefixTable } from '../../base/prefix-table.ts'
import { type EventBatch, Mark, Outcome } from '../../event/batch.ts'
import { prefixOf } from '../network.ts'
import type { Scope } from '../respond.ts'

/** Where a sensor stands, seen from outside. */
export const Position = { unknown: 0, before: 1, behind: 2 } as const
export type PositionOf = (sensor: number) => number

/** A network whose packets are counted from a time on. */
export interface Watched extends Scope {
  /** Of its own: what was counted goes on under it when the list changes. */
  readonly id: string
  readonly network: string
  /** Microseconds of event time: from when, and until before when. */
  readonly from: number
  readonly to: number
}

/** What was seen of one watched network. */
export interface Sighted {
  readonly before: number
  /** Of those before, what would have come out if nothing kept it: sent to a host that is there, or logged as denied. */
  readonly telling: number
  readonly behind: number
  /** The first packet behind, as input, offset and length. */
  readonly example: { readonly sensor: number; readonly offset: number; readonly length: number } | null
}

const aliveBits = 2 ** 22
const tcp = 6
const udp = 17
const protocols = { any: 0, tcp, udp } as const

/**
 * Counts packets of contained networks before and behind the place where they are contained. A record of a denied packet was written before the
 * place, whoever wrote it. Of flows only those count that begin in the time; a record without counts is one packet.
 */
export class Sightings {
  readonly #positionOf: PositionOf
  #table = new PrefixTable()
  #watched: readonly Watched[] = []
  #places: ReadonlyMap<string, number> = new Map()
  /** The next that holds the same packets, plus one; 0: none. */
  #next = new Int32Array(0)
  #before = new Float64Array(0)
  #telling = new Float64Array(0)
  #behind = new Float64Array(0)
  /** Sensor, offset and length of the first record behind. */
  #example = new Float64Array(0)
  /** Addresses that were seen on the inner side, as bits by their hash: one that is not there is rarely taken for one that is. */
  readonly #alive = new Uint32Array(aliveBits / 32)
  readonly #hash = new Hash()
  /** Microseconds: the newest record of each position, whoever it is about. */
  #newestBehind = Number.NEGATIVE_INFINITY
  #newestBefore = Number.NEGATIVE_INFINITY

  constructor(positionOf: PositionOf) {
    this.#positionOf = positionOf
  }

  /** Watches these from now on; what is known of those that were watched before is kept. */
  watch(watched: readonly Watched[]): void {
    const [places, before, telling] = [this.#places, this.#before, this.#telling]
    const [behind, example] = [this.#behind, this.#example]
    this.#table = new PrefixTable()
    this.#watched = watched
    this.#places = new Map(watched.map(({ id }, k) => [id, k]))
    this.#next = new Int32Array(watched.length)
    this.#before = new Float64Array(watched.length)
    this.#telling = new Float64Array(watched.length)
    this.#behind = new Float64Array(watched.length)
    this.#example = new Float64Array(3 * watched.length)
    for (const [k, { id }] of watched.entries()) {
      const known = places.get(id)
      if (known === undefined) continue
      this.#before[k] = before[known] as number
      this.#telling[k] = telling[known] as number
      this.#behind[k] = behind[known] as number
      this.#example.set(example.subarray(3 * known, 3 * known + 3), 3 * k)
    }
    // From the widest on: what holds a network is then there before it.
    const prefixes = watched.map(({ network }, k) => ({ prefix: prefixOf(network), k }))
    for (const { prefix, k } of prefixes.sort((x, y) => x.prefix.bits - y.prefix.bits)) this.#add(prefix, k)
  }

  /** A packet counts for every network that holds it: the longest is found, the others form a chain behind it. */
  #add(prefix: Prefix, k: number): void {
    const holder = this.#table.find(...prefix.address)
    const isSame = this.#table.add(prefix, k) >= 0
    if (!isSame) this.#next[k] = holder + 1
    else {
      this.#next[k] = this.#next[holder] as number
      this.#next[holder] = k + 1
    }
  }

  observe(batch: EventBatch): void {
    const { column } = batch
    for (let row = 0; row < batch.length; row++) {
      // The packet inside an ICMP error was seen elsewhere, and earlier.
      if (((column.marks[row] as number) & Mark.quoted) !== 0) continue
      const outcome = column.outcome[row] as number
      const known = this.#positionOf(column.sensor[row] as number)
      const position = outcome === Outcome.blocked ? Position.before : known
      if (position === Position.unknown) continue
      const time = column.time[row] as number
      if (position === Position.behind) this.#newestBehind = Math.max(this.#newestBehind, time)
      else this.#newestBefore = Math.max(this.#newestBefore, time)
      if (position === Position.behind) this.#noteAlive(batch, row, outcome)
      if (this.#watched.length === 0) continue
      const from = this.#table.find(column.src0[row]!, column.src1[row]!, column.src2[row]!, column.src3[row]!)
      if (from >= 0) this.#count(from, 'in', batch, row, position === Position.behind)
      const to = this.#table.find(column.dst0[row]!, column.dst1[row]!, column.dst2[row]!, column.dst3[row]!)
      // What we send comes to the enforcement point on the inner side, and out of it on the outer one.
      if (to >= 0) this.#count(to, 'out', batch, row, known === Position.before && outcome !== Outcome.blocked)
    }
  }

  /** Who sends something on the inner side is there; what is sent to nobody does not come out, whether it is blocked or not. */
  #noteAlive({ column }: EventBatch, row: number, outcome: number): void {
    this.#setAlive(column.src0[row]!, column.src1[row]!, column.src2[row]!, column.src3[row]!)
    if (outcome === Outcome.established)
      this.#setAlive(column.dst0[row]!, column.dst1[row]!, column.dst2[row]!, column.dst3[row]!)
  }

  #setAlive(a0: number, a1: number, a2: number, a3: number): void {
    const bit = this.#hash.of4(a0, a1, a2, a3) & (aliveBits - 1)
    this.#alive[bit >>> 5]! |= 1 << (bit & 31)
  }

  #isAlive(a0: number, a1: number, a2: number, a3: number): boolean {
    const bit = this.#hash.of4(a0, a1, a2, a3) & (aliveBits - 1)
    return ((this.#alive[bit >>> 5]! >>> (bit & 31)) & 1) === 1
  }

  #count(first: number, direction: 'in' | 'out', { column }: EventBatch, row: number, isBehind: boolean): void {
    for (let k = first; k >= 0; k = (this.#next[k] as number) - 1) {
      const watched = this.#watched[k] as Watched
      if (watched.direction !== 'both' && watched.direction !== direction) continue
      const time = column.time[row] as number
      if (time < watched.from || time >= watched.to) continue
      const port = direction === 'in' ? (column.dstPort[row] as number) : (column.srcPort[row] as number)
      if (watched.ports.length > 0 && !watched.ports.includes(port)) continue
      const protocol = protocols[watched.protocol]
      if (protocol !== 0 && column.protocol[row] !== protocol) continue
      const packets = Math.max(1, column.packetsOut[row] as number)
      if (isBehind) this.#countBehind(k, packets, column.sensor[row]!, column.offset[row]!, column.length[row]!)
      else {
        this.#before[k]! += packets
        const isTelling =
          direction === 'out' ||
          column.outcome[row] === Outcome.blocked ||
          this.#isAlive(column.dst0[row]!, column.dst1[row]!, column.dst2[row]!, column.dst3[row]!)
        if (isTelling) this.#telling[k]! += packets
      }
    }
  }

  #countBehind(k: number, packets: number, sensor: number, offset: number, length: number): void {
    if (this.#behind[k] === 0) {
      this.#example[3 * k] = sensor
      this.#example[3 * k + 1] = offset
      this.#example[3 * k + 2] = length
    }
    this.#behind[k]! += packets
  }

  /** Whether somebody looked behind, and before, at a time or later. Microseconds. */
  looked(from: number): { readonly before: boolean; readonly behind: boolean } {
    return { before: this.#newestBefore >= from, behind: this.#newestBehind >= from }
  }

  /** What was seen of one that is watched, by its id. */
  of(id: string): Sighted {
    const k = this.#places.get(id)
    if (k === undefined) return { before: 0, telling: 0, behind: 0, example: null }
    const behind = this.#behind[k] as number
    const at = 3 * k
    const [sensor = 0, offset = 0, length = 0] = this.#example.slice(at, at + 3)
    const [before, telling] = [this.#before[k] as number, this.#telling[k] as number]
    return { before, telling, behind, example: behind === 0 ? null : { sensor, offset, length } }
  }
}
