import type { Resumable } from '../../base/snapshot.ts'
import type { EventBatch } from '../../event/batch.ts'
import { type AlertMeaning, meaningOf } from '../../event/scan-alert.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { FingerprintTable } from '../../sketch/fingerprint-table.ts'

/** What one kind of alert says. */
export interface Signature {
  readonly id: string
  readonly name: string
  readonly means: AlertMeaning
}

const mostSignatures = 4096
const longestName = 200
const read: readonly TextField[] = [Text.signatureId, Text.signature, Text.category]

/**
 * Numbers the kinds of alerts that were seen, by the bytes of their texts: a string is made for the first of a kind only. Of more
 * kinds than it holds the further ones have no number.
 */
export class Signatures implements Resumable<readonly Signature[]> {
  #known: Signature[] = []
  readonly #numbers = new FingerprintTable(13)

  /** The number of row `i`'s signature; -1 where it has none. */
  numberOf(batch: EventBatch, i: number): number {
    let low = 0x811c9dc5
    let high = 0x01000193
    for (const field of read) {
      if (!batch.findText(i, field)) continue
      const { span, from, to } = batch.texts
      for (let at = from; at < to; at++) {
        low = Math.imul(low ^ span[at]!, 0x01000193)
        high = Math.imul(high ^ span[at]!, 0x85ebca6b)
      }
      low = Math.imul(low ^ field, 0x01000193)
    }
    const number = this.#numbers.get(low >>> 0, high >>> 0)
    return number >= 0 ? number : this.#learn(batch, i, low >>> 0, high >>> 0)
  }

  signature(number: number): Signature | undefined {
    return this.#known[number]
  }

  snapshot(): readonly Signature[] {
    return this.#known
  }

  /** The numbers stay; the table of texts fills anew, so that a kind seen before may get a second number. */
  resume(state: readonly Signature[]): void {
    this.#known = [...state]
  }

  #learn(batch: EventBatch, i: number, low: number, high: number): number {
    if (this.#known.length >= mostSignatures) return -1
    const id = batch.textOf(i, Text.signatureId).slice(0, longestName)
    const name = batch.textOf(i, Text.signature).slice(0, longestName)
    const means = meaningOf({ signatureId: id, signature: name, category: batch.textOf(i, Text.category) })
    const same = this.#known.findIndex((each) => each.id === id && each.name === name && each.means === means)
    const number = same >= 0 ? same : this.#known.push({ id, name, means }) - 1
    this.#numbers.set(low, high, number)
    return number
  }
}
