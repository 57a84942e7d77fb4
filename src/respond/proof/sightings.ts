/** hot: no allocation per event. */
import { PrefixTable } from '../../base/prefix-table.ts'
import { type EventBatch, Outcome } from '../../event/batch.ts'
import { prefixOf } from '../network.ts'
import type { Scope } from '../respond.ts'

/** Where a sensor stands, seen from outside. */
export const Position = { unknown: 0, before: 1, behind: 2 } as const
export type PositionOf = (sensor: number) => number

/** A network whose packets are counted from a time on. */
export interface Watched extends Scope {
  readonly network: string
  /** Microseconds of event time. */
  readonly from: number
}

/** What was seen of one watched network. */
export interface Sighted {
  readonly before: number
  readonly behind: number
  /** The first packet behind, as input, offset and length. */
  readonly example: { readonly sensor: number; readonly offset: number; readonly length: number } | null
}

const tcp = 6
const udp = 17
const protocols = { any: 0, tcp, udp } as const

/**
 * Counts packets of contained networks before and behind the place where they are contained. A record of a denied packet was written before the
 * place, whoever wrote it. Of flows only those count that begin in the time; a record without counts is one packet.
 */
export class Sightings {
  readonly #table = new PrefixTable()
  readonly #watched: readonly Watched[]
  /** The next of the same network, plus one; 0: none. */
  readonly #next: Int32Array
  readonly #before: Float64Array
  readonly #behind: Float64Array
  readonly #example: Float64Array
  readonly #positionOf: PositionOf
  /** Microseconds: the newest record of each position, whoever it is about. */
  #newestBehind = Number.NEGATIVE_INFINITY
  #newestBefore = Number.NEGATIVE_INFINITY

  constructor(watched: readonly Watched[], positionOf: PositionOf) {
    this.#watched = watched
    this.#positionOf = positionOf
    this.#next = new Int32Array(watched.length)
    this.#before = new Float64Array(watched.length)
    this.#behind = new Float64Array(watched.length)
    this.#example = new Float64Array(3 * watched.length)
    for (const [k, { network }] of watched.entries()) this.#add(network, k)
  }

  /** Two plans may watch one network: they form a chain behind the first. */
  #add(network: string, k: number): void {
    const first = this.#table.add(prefixOf(network), k)
    if (first < 0) return
    this.#next[k] = this.#next[first] as number
    this.#next[first] = k + 1
  }

  observe(batch: EventBatch): void {
    const { column } = batch
    for (let row = 0; row < batch.length; row++) {
      const outcome = column.outcome[row] as number
      const known = this.#positionOf(column.sensor[row] as number)
      const position = outcome === Outcome.blocked ? Position.before : known
      if (position === Position.unknown) continue
      const time = column.time[row] as number
      if (position === Position.behind) this.#newestBehind = Math.max(this.#newestBehind, time)
      else this.#newestBefore = Math.max(this.#newestBefore, time)
      if (this.#watched.length === 0) continue
      const from = this.#table.find(column.src0[row]!, column.src1[row]!, column.src2[row]!, column.src3[row]!)
      if (from >= 0) this.#count(from, 'in', batch, row, position)
      const to = this.#table.find(column.dst0[row]!, column.dst1[row]!, column.dst2[row]!, column.dst3[row]!)
      if (to >= 0) this.#count(to, 'out', batch, row, position)
    }
  }

  #count(first: number, direction: 'in' | 'out', { column }: EventBatch, row: number, position: number): void {
    for (let k = first; k >= 0; k = (this.#next[k] as number) - 1) {
      const watched = this.#watched[k] as Watched
      if (watched.direction !== 'both' && watched.direction !== direction) continue
      if ((column.time[row] as number) < watched.from) continue
      const port = direction === 'in' ? (column.dstPort[row] as number) : (column.srcPort[row] as number)
      if (watched.ports.length > 0 && !watched.ports.includes(port)) continue
      const protocol = protocols[watched.protocol]
      if (protocol !== 0 && column.protocol[row] !== protocol) continue
      const packets = Math.max(1, column.packetsOut[row] as number)
      if (position === Position.before) this.#before[k]! += packets
      else this.#countBehind(k, packets, column.sensor[row]!, column.offset[row]!, column.length[row]!)
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

  /** @param k place in the list that was given */
  of(k: number): Sighted {
    const behind = this.#behind[k] as number
    const [sensor, offset, length] = this.#example.subarray(3 * k, 3 * k + 3) as unknown as [number, number, number]
    return { before: this.#before[k] as number, behind, example: behind === 0 ? null : { sensor, offset, length } }
  }
}
