import type { Json } from '../values.ts'
import type { Token } from './tokens.ts'

const range = /^([\da-f.:]+)-([\da-f.:]+)$/i

/** Takes tokens one after the other; a sign is never a value. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get next(): string | undefined {
    return this.#tokens[this.#at]?.text
  }

  get isQuoted(): boolean {
    return this.#tokens[this.#at]?.isQuoted === true
  }

  take(): string {
    return this.#tokens[this.#at++]?.text ?? ''
  }

  takeIf(word: string): boolean {
    if (this.next !== word || this.isQuoted) return false
    this.#at++
    return true
  }

  /** Goes on to the first of these words. @returns whether there was one */
  skipTo(words: ReadonlySet<string>): boolean {
    while (this.next !== undefined && (this.isQuoted || !words.has(this.next))) this.#at++
    return this.next !== undefined
  }
}

/** A value behind a field: one, a list, a set in braces, the name of a set. */
export function readValue(tokens: TokenReader): Json {
  if (tokens.takeIf('{')) return { set: readElements(tokens, (inner) => readConcat(inner)) }
  const first = readConcat(tokens)
  const more: Json[] = [first]
  while (tokens.takeIf(',')) more.push(readScalar(tokens))
  return more.length === 1 ? first : more
}

/** Elements up to the closing brace, which is taken. */
export function readElements(tokens: TokenReader, one: (tokens: TokenReader) => Json): Json[] {
  const elements: Json[] = []
  while (tokens.next !== undefined && !tokens.takeIf('}')) {
    elements.push(one(tokens))
    // What else is told of an element: timeout, counter, comment.
    while (tokens.next !== undefined && tokens.next !== ',' && tokens.next !== '}') tokens.take()
    tokens.takeIf(',')
  }
  return elements
}

/** `192.0.2.1 . 22`. */
export function readConcat(tokens: TokenReader): Json {
  const parts = [readScalar(tokens)]
  while (tokens.takeIf('.')) parts.push(readScalar(tokens))
  return parts.length === 1 ? (parts[0] as Json) : { concat: parts }
}

export function readScalar(tokens: TokenReader): Json {
  if (tokens.isQuoted) return tokens.take()
  if (tokens.takeIf('(')) {
    const words: Json[] = []
    while (tokens.next !== undefined && !tokens.takeIf(')')) if (!tokens.takeIf('|')) words.push(readScalar(tokens))
    return words
  }
  const text = tokens.take()
  if (/^\d{1,10}$/.test(text)) return Number(text)
  const ends = range.exec(text)
  if (ends) return { range: [scalarOf(ends[1] as string), scalarOf(ends[2] as string)] }
  const [addr = '', len = ''] = text.split('/')
  return /^\d{1,3}$/.test(len) ? { prefix: { addr, len: Number(len) } } : text
}

function scalarOf(text: string): Json {
  return /^\d{1,10}$/.test(text) ? Number(text) : text
}
