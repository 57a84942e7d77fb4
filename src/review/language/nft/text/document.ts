import { longestLine } from '../../words.ts'
import type { Json } from '../values.ts'
import { expressionsOf, verdictElement } from './rule.ts'
import { type Line, linesOf, type Token } from './tokens.ts'
import { readConcat, readElements, TokenReader } from './value.ts'

type Fields = { [name: string]: Json }

/** What `nft -a list ruleset` prints, as the objects of nft's JSON. Lines of rules keep their text and number. */
export function objectsOfText(text: string): readonly Json[] {
  const reader = new DocumentReader()
  for (const line of linesOf(text, longestLine)) reader.line(line)
  return reader.objects
}

const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
}

class DocumentReader {
  readonly objects: Json[] = []
  #table: Fields = {}
  /** What is open: kind and fields; the brace that closes it ends it. */
  #open: { readonly kind: string; readonly fields: Fields } | undefined
  #isInTable = false

  line(line: Line): void {
    const words = line.tokens.map(({ text }) => text)
    const [first = '', second = '', third = ''] = words
    if (line.isCut) {
      this.#tooLong(line)
      return
    }
    if (first === '') return
    if (first === '}') this.#close()
    else if (!this.#isInTable) {
      this.#isInTable = first === 'table'
      this.#table = { family: second === '' ? 'ip' : second, table: third }
      if (this.#isInTable) this.objects.push({ table: { family: second, name: third } })
    } else if (this.#open === undefined) this.#begin(first, second, words.at(-1) === '}')
    else this.#inside(line, first)
  }

  /** A rule, or elements, of which nothing is known. */
  #tooLong({ number }: Line): void {
    const { kind, fields } = this.#open ?? {}
    if (kind === 'chain') {
      const expr = [{ 'line that is too long': null }]
      this.objects.push({
        rule: { ...this.#table, chain: fields?.['name'] ?? '', expr, line: number, text: `line ${number}` },
      })
    } else if (fields) fields['elem'] = ['too long']
  }

  #begin(kind: string, name: string, isClosed: boolean): void {
    const fields: Fields = { ...this.#table, name }
    this.objects.push({ [kind]: fields })
    if (!isClosed) this.#open = { kind, fields }
  }

  #close(): void {
    if (this.#open === undefined) this.#isInTable = false
    this.#open = undefined
  }

  #inside(line: Line, first: string): void {
    const { kind, fields } = this.#open as { kind: string; fields: Fields }
    if (kind === 'chain') {
      if (first === 'type' && line.tokens.some(({ text }) => text === 'hook')) baseFields(line.tokens, fields)
      else this.#rule(line, fields)
    } else if (first === 'flags')
      fields['flags'] = line.tokens
        .slice(1)
        .map(({ text }) => text)
        .filter((text) => text !== ',')
    else if (first === 'elements') {
      const tokens = new TokenReader(line.tokens.slice(3))
      fields['elem'] = readElements(tokens, kind === 'map' ? verdictElement : readConcat)
    } else if (first === 'packets') fields['packets'] = Number(line.tokens[1]?.text)
  }

  #rule({ tokens, handle, number, text }: Line, chain: Fields): void {
    const { expressions, comment } = expressionsOf(tokens)
    const fields: Fields = {
      ...this.#table,
      chain: chain['name'] as string,
      expr: expressions,
      comment,
      line: number,
      text,
    }
    this.objects.push({ rule: { ...fields, ...(handle !== undefined && { handle }) } })
  }
}

/** `type filter hook input priority filter - 10; policy drop;`. */
function baseFields(tokens: readonly Token[], fields: Fields): void {
  const words = tokens.map(({ text }) => text)
  const behind = (word: string) => words[words.indexOf(word) + 1]
  fields['type'] = behind('type') ?? ''
  fields['hook'] = behind('hook') ?? ''
  fields['policy'] = words.includes('policy') ? (behind('policy') ?? 'accept') : 'accept'
  const at = words.indexOf('priority')
  const name = words[at + 1] ?? '0'
  const start = Object.hasOwn(priorities, name) ? (priorities[name] as number) : Number(name)
  const sign = words[at + 2]
  const more = sign === '+' || sign === '-' ? Number(`${sign}${words[at + 3]}`) : 0
  fields['prio'] = Number.isFinite(start + more) ? start + more : 0
}
