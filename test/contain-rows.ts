/** Rows of sensors outside and inside, for the tests of what is seen on the wire. */
import assert from 'node:assert/strict'
import { parseAddress } from '../src/base/address.ts'
import { EventBatch, Kind, Outcome } from '../src/event/batch.ts'
import { source } from './contain-case.ts'

/** Sensors by where they stand. */
export const [nobody, outside, inside] = [0, 1, 2]
export const start = Date.parse('2026-11-28T12:00:00Z')

export interface Row {
  /** Seconds from the start. */
  readonly at?: number
  readonly from?: string
  readonly to?: string
  readonly srcPort?: number
  readonly dstPort?: number
  readonly protocol?: number
  readonly sensor?: number
  readonly outcome?: number
  readonly packets?: number
  readonly marks?: number
  readonly offset?: number
}

export function batchOf(rows: readonly Row[], begin = start): EventBatch {
  const batch = new EventBatch(8 * Math.ceil((rows.length + 1) / 8))
  const { column } = batch
  for (const row of rows) {
    const i = batch.begin()
    column.kind[i] = row.packets === undefined ? Kind.packet : Kind.flow
    column.time[i] = 1000 * begin + 1e6 * (row.at ?? 1)
    for (const [side, text] of [
      ['src', row.from ?? source],
      ['dst', row.to ?? '192.0.2.9'],
    ] as const) {
      const words = parseAddress(text) ?? assert.fail(text)
      for (const word of [0, 1, 2, 3] as const) column[`${side}${word}`][i] = words[word]
    }
    column.srcPort[i] = row.srcPort ?? 40_000
    column.dstPort[i] = row.dstPort ?? 22
    column.protocol[i] = row.protocol ?? 6
    column.sensor[i] = row.sensor ?? outside
    column.outcome[i] = row.outcome ?? Outcome.unknown
    column.packetsOut[i] = row.packets ?? 0
    column.marks[i] = row.marks ?? 0
    column.offset[i] = row.offset ?? 0
    column.length[i] = 60
  }
  return batch
}
