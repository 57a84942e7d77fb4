/**
 * Low-cardinality text by number. Id 0 is the empty text. When full, new texts get the id of `(other)`: a log whose
 * prefixes an attacker chooses must not grow it without bound.
 */
export class Dictionary {
  readonly #ids = new Map<string, number>()
  readonly #texts: string[] = ['', '(other)']
  readonly #capacity: number

  constructor(capacity = 4096) {
    this.#capacity = capacity
  }

  id(text: string): number {
    if (text === '') return 0
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    if (this.#texts.length >= this.#capacity) return 1
    const id = this.#texts.length
    this.#texts.push(text)
    this.#ids.set(text, id)
    return id
  }

  /** All texts, by id. */
  get texts(): readonly string[] {
    return this.#texts
  }

  text(id: number): string {
    return this.#texts[id] ?? ''
  }
}
