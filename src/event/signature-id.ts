import type { EventBatch } from './batch.ts'
import { Text } from './texts.ts'

const colon = 58
const longest = 64
const id = new Uint8Array(longest)
let length = 0

/**
 * Gives row `i` the id `gid:sid:rev` of a rule whose parts stand apart in the record; a part that is absent (`from` below 0)
 * is left out. Hot: nothing is allocated.
 */
export function joinSignatureId(
  batch: EventBatch,
  i: number,
  bytes: Uint8Array,
  { from, to }: { readonly from: Int32Array; readonly to: Int32Array },
  gid: number,
): void {
  length = 0
  for (let field = gid; field < gid + 3; field++) {
    if (from[field]! >= 0) append(bytes, from[field]!, to[field]!)
  }
  if (length > 0) batch.text(i, Text.signatureId, id, 0, length)
}

function append(bytes: Uint8Array, from: number, to: number): void {
  if (length > 0 && length < longest) id[length++] = colon
  for (let k = from; k < to && length < longest; k++) id[length++] = bytes[k]!
}
