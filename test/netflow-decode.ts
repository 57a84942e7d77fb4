import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { type EventRecord, toRecord } from '../src/event/record.ts'
import { ExportDecoder, type ExportSizes } from '../src/format/netflow/decoder.ts'
import { formatIds } from '../src/format/registry.ts'

/** A packet and who sent it: the last octet of 192.0.2.x, and the port. */
export interface Sent {
  readonly payload: Uint8Array
  readonly from?: number
  readonly port?: number
}

export interface Outcome {
  readonly records: EventRecord[]
  readonly decoder: ExportDecoder
  /** What was wrong with packets, by their place. */
  readonly damage: string[]
  /** Data sets without a template: offsets of their packets, which are their places here. */
  readonly undecoded: number[]
}

/** Decodes packets as a live receiver would; a record's `offset` is its packet's place in the list. */
export function decodeExports(packets: readonly (Uint8Array | Sent)[], sizes?: ExportSizes): Outcome {
  const batch = new EventBatch(16)
  const rules = new Dictionary()
  const records: EventRecord[] = []
  const flush = () => {
    for (let row = 0; row < batch.length; row++) {
      records.push(toRecord(batch, row, { formats: formatIds, source: '', rules }))
    }
    batch.clear()
  }
  const decoder = new ExportDecoder({ batch, flush }, rules, sizes)
  const damage: string[] = []
  const undecoded: number[] = []
  decoder.onUndecoded = (offset) => undecoded.push(offset)
  decoder.arrived = Date.UTC(2026, 10, 22, 3) * 1000
  for (const [k, packet] of packets.entries()) {
    const { payload, from = 1, port = 50_000 } = packet instanceof Uint8Array ? { payload: packet } : packet
    batch.bytes = payload
    batch.recordOffset = k
    batch.recordLength = payload.length
    decoder.datagram(payload, 0, payload.length, Uint32Array.of(0, 0, 0xffff, 0xc0000200 + from), port)
    damage[k] = decoder.damage
    flush()
  }
  decoder.close()
  return { records, decoder, damage, undecoded }
}
