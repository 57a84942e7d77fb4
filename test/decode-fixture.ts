import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { type EventRecord, toRecord } from '../src/event/record.ts'
import { formatIds } from '../src/format/registry.ts'
import { decodeInput, type InputResult } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'
import type { Input } from '../src/source/source.ts'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
export const fixtures = join(root, 'fixtures', 'format')
/** 2026-11-22T12:00:00Z: the newest time the fixtures' year-less stamps can be from. */
export const newest = Date.UTC(2026, 10, 22, 12) * 1000

export interface Decoded {
  readonly records: EventRecord[]
  readonly result: InputResult
}

/** Decodes one input to records; `source` on them is `name`. */
export async function decodeAll(input: Input, name: string, format?: string): Promise<Decoded> {
  const records: EventRecord[] = []
  const rules = new Dictionary()
  const options = { sensor: 0, newest, rules, batch: new EventBatch(64), ...(format !== undefined && { format }) }
  const result = await decodeInput(input, options, (batch) => {
    for (let row = 0; row < batch.length; row++) {
      records.push(toRecord(batch, row, { formats: formatIds, source: name, rules }))
    }
  })
  return { records, result }
}

export function decodeFile(path: string, format?: string): Promise<Decoded> {
  return decodeAll(openInputs([path])[0] as Input, 'in.log', format)
}

export function decodeFixture(id: string): Promise<Decoded> {
  return decodeFile(join(fixtures, id, 'in.log'))
}

/** An input of bytes in memory, given in pieces of at most `piece` bytes. */
export function inputOf(bytes: Uint8Array, piece = 1 << 16): Input {
  const open = async () => {
    let taken = 0
    const read = (into: Uint8Array, at: number) => {
      const count = Math.min(piece, bytes.length - taken, into.length - at)
      into.set(bytes.subarray(taken, taken + count), at)
      taken += count
      return count
    }
    return { read, taken: 0, damage: undefined, close: () => {} }
  }
  return { name: 'memory', size: bytes.length, open }
}
