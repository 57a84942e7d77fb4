import type { EventBatch } from '../event/batch.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

/** Decodes lines of several formats, each by the format that claims it. */
export class Mix {
  readonly #formats: readonly Member[]
  readonly #context: FormatContext
  readonly #decoders: (Decode | undefined)[]
  /** A log's next line is most often of the format of the one before. */
  #last: number

  constructor(formats: readonly Member[], context: FormatContext) {
    // Whoever knows the device reads it; the others read what is left.
    this.#formats = [...formats].sort(
      (a, b) => Number(a.format.isGeneric ?? false) - Number(b.format.isGeneric ?? false),
    )
    this.#context = context
    this.#decoders = formats.map(() => undefined)
    this.#last = 0
  }

  /** Ignored is what nobody claims: other programs write to the same log. Rows say which format they are of. */
  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const k = this.owner(bytes, from, to)
    return k < 0 ? Decoded.ignored : this.decodeAs(k, bytes, from, to, batch)
  }

  /** Decodes a line that `owner` says is member `k`'s. */
  decodeAs(k: number, bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (!this.#formats[k]!.format.isGeneric) this.#last = k
    const { format, number } = this.#formats[k]!
    const outer = batch.format
    batch.format = number
    const decode = (this.#decoders[k] ??= format.open(this.#context))
    const what = decode(bytes, from, to, batch)
    batch.format = outer
    return what
  }

  /** The member that claims a line, the specific ones first; -1 where none does. */
  owner(bytes: Uint8Array, from: number, to: number): number {
    if (this.#formats[this.#last]!.format.claims!(bytes, from, to)) return this.#last
    for (let k = 0; k < this.#formats.length; k++) {
      if (k !== this.#last && this.#formats[k]!.format.claims!(bytes, from, to)) return k
    }
    return -1
  }

  /**
   * The member that claims a JSON object as such, not for what stands inside one of its strings; -1 where none does. The
   * first brace is what tells: a member that reads text does not miss it.
   */
  ownerOfObject(bytes: Uint8Array, from: number, to: number): number {
    const k = this.owner(bytes, from, to)
    if (k >= 0 && !this.#formats[k]!.format.claims!(bytes, from + 1, to)) return k
    for (let n = 0; k >= 0 && n < this.#formats.length; n++) {
      const { format } = this.#formats[n]!
      if (n !== k && format.claims!(bytes, from, to) && !format.claims!(bytes, from + 1, to)) return n
    }
    return -1
  }
}

/** A format whose lines can be told one by one, with its number in the registry. */
export interface Member {
  readonly format: LineFormat
  readonly number: number
}
