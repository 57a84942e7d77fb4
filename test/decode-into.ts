import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'
import type { Input } from '../src/source/source.ts'

/** Decodes a file and hands its batches on. */
export async function decodeAllInto(path: string, sensor: number, consume: (batch: EventBatch) => void): Promise<void> {
  const options = { sensor, newest: 1.8e15, rules: new Dictionary(), batch: new EventBatch() }
  await decodeInput(openInputs([path])[0] as Input, options, consume)
}
