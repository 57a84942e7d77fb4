/** hot: nothing is allocated. */
import type { EventBatch } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'

const text = new Uint8Array(15)

/** Gives row `i` the IPv4 address at `at`, to which its source was translated, if it was. */
export function addMapped(batch: EventBatch, i: number, bytes: Uint8Array, at: number): void {
  const word = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  if (word === 0 || word === batch.column.src3[i]) return
  let length = 0
  for (let k = 0; k < 4; k++) {
    const octet = bytes[at + k]!
    if (k > 0) text[length++] = 46
    if (octet >= 100) text[length++] = 48 + ((octet / 100) | 0)
    if (octet >= 10) text[length++] = 48 + (((octet / 10) | 0) % 10)
    text[length++] = 48 + (octet % 10)
  }
  batch.text(i, Text.mapped, text, 0, length)
}
