import { type Text, type TextField, textNames } from '../../event/texts.ts'

/** Texts by the names of their fields. */
export type NotableWords = Readonly<Partial<Record<keyof typeof Text, string>>>

const perEntry = 256
const longest = 96

/**
 * The texts of kept records: each entry has 256 bytes, in which texts of at most 96 bytes stand one behind the other (field,
 * length, bytes). hot: no allocation per event.
 */
export class NotableTexts {
  readonly #bytes: Uint8Array
  readonly #used: Uint16Array

  constructor(entries: number) {
    this.#bytes = new Uint8Array(entries * perEntry)
    this.#used = new Uint16Array(entries)
  }

  get storage(): readonly (Uint8Array | Uint16Array)[] {
    return [this.#bytes, this.#used]
  }

  clear(entry: number): void {
    this.#used[entry] = 0
  }

  /** Keeps what of `span[from, to)` finds room. */
  add(entry: number, field: TextField, span: Uint8Array, from: number, to: number): void {
    const used = this.#used[entry]!
    const length = Math.min(to - from, longest, perEntry - used - 2)
    if (length <= 0) return
    const at = entry * perEntry + used
    this.#bytes[at] = field
    this.#bytes[at + 1] = length
    for (let i = 0; i < length; i++) this.#bytes[at + 2 + i] = span[from + i]!
    this.#used[entry] = used + 2 + length
  }

  /** The texts of an entry by the names of their fields. Cold. */
  read(entry: number): NotableWords {
    const texts: Partial<Record<keyof typeof Text, string>> = {}
    const start = entry * perEntry
    for (let at = start; at < start + this.#used[entry]!; ) {
      const length = this.#bytes[at + 1]!
      const name = textNames.get(this.#bytes[at]!)
      if (name !== undefined) texts[name] = Buffer.from(this.#bytes.subarray(at + 2, at + 2 + length)).toString()
      at += 2 + length
    }
    return texts
  }
}
