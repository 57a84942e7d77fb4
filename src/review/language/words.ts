/** Longer lines are not read: no firewall writes them. */
export const longestLine = 1 << 20

/** Cuts a line into words at blanks; a word may stand in quotes, where a backslash takes the next character as it is (iptables-save). */
export function quotedWords(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare as string) : quoted.replace(/\\(.)/g, '$1'),
  )
}

/** Takes words one after the other. */
export class WordReader {
  readonly #words: readonly string[]
  #at = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get next(): string | undefined {
    return this.#words[this.#at]
  }

  get after(): string | undefined {
    return this.#words[this.#at + 1]
  }

  /** The next word, empty at the end. */
  take(): string {
    return this.#words[this.#at++] ?? ''
  }

  /** Takes the next word if it is this one. */
  takeIf(word: string): boolean {
    if (this.next !== word) return false
    this.#at++
    return true
  }

  rest(): readonly string[] {
    return this.#words.slice(this.#at)
  }
}
