/** Keys beyond these in one line are not guessed. */
const mostKeys = 64
/** The longest key text that is guessed, and the words it takes. */
const longest = 32
const wordsEach = longest / 4
const mostViews = 4

/**
 * Guesses the next key of a JSON line from the line before: a writer puts them in the same order each time. A right guess
 * is seen by comparing words of four bytes, without looking for the key's end. A guess never changes what is read.
 */
export class KeyGuess<Entry> {
  /** What the key guessed last stands for. */
  entry: Entry
  readonly #entries: Entry[]
  readonly #nodes = new Int32Array(mostKeys).fill(-1)
  /** Bytes of the key with its closing quote and colon. */
  readonly #lengths = new Int32Array(mostKeys)
  /** The key as words; the last one overlaps the one before it, so that it ends with the key. */
  readonly #words = new Int32Array(mostKeys * wordsEach)
  #bytes: Uint8Array = new Uint8Array(0)
  #view: DataView = new DataView(new ArrayBuffer(0))
  /** Lines come from few places in turn: the input, and buffers into which envelopes are opened. */
  readonly #views: DataView[] = []
  #oldest = 0
  #next = 0

  constructor(none: Entry) {
    this.entry = none
    this.#entries = new Array<Entry>(mostKeys).fill(none)
  }

  /** A line begins. */
  start(bytes: Uint8Array): void {
    this.#next = 0
    if (bytes === this.#bytes) return
    this.#bytes = bytes
    for (let k = 0; k < this.#views.length; k++) {
      const view = this.#views[k]!
      if (view.buffer !== bytes.buffer || view.byteOffset !== bytes.byteOffset) continue
      if (view.byteLength !== bytes.byteLength) continue
      this.#view = view
      return
    }
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#views[this.#oldest++ % mostViews] = this.#view
  }

  /** Whether the text at `at` is the key that stood here in the line before. @returns where its value begins, -1 if not */
  past(at: number, to: number, node: number): number {
    const k = this.#next++
    if (k >= mostKeys || this.#nodes[k] !== node) return -1
    const length = this.#lengths[k]!
    const end = at + length
    if (end > to) return -1
    const view = this.#view
    const words = this.#words
    let word = k * wordsEach
    for (let i = at; i < end - 4; i += 4) if (view.getInt32(i, true) !== words[word++]) return -1
    if (view.getInt32(end - 4, true) !== words[word]) return -1
    this.entry = this.#entries[k]!
    return end
  }

  /** The key that `past` was last asked for is `bytes[at, end)`, its closing quote and colon included. */
  learn(at: number, end: number, node: number, entry: Entry): void {
    const k = this.#next - 1
    if (k >= mostKeys) return
    const length = end - at
    this.#nodes[k] = length >= 4 && length <= longest ? node : -1
    if (this.#nodes[k] === -1) return
    this.#lengths[k] = length
    this.#entries[k] = entry
    let word = k * wordsEach
    for (let i = at; i < end - 4; i += 4) this.#words[word++] = this.#view.getInt32(i, true)
    this.#words[word] = this.#view.getInt32(end - 4, true)
  }
}
