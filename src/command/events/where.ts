import { parseAddress } from '../../base/address.ts'
import { contains, type Prefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { fieldOf, type Token, tokenise } from './where-tokens.ts'

export type Test = (record: Readonly<Record<string, unknown>>) => boolean

/**
 * Compiles `--where`. Grammar: `or` binds weaker than `and`, then `not` and parentheses; a comparison is
 * `field = value`, `!=`, `<`, `<=`, `>`, `>=`, `~` (contains, any case) or `in` (a network). A bare field asks whether it is there.
 * `host` and `port` stand for either side.
 * @throws Problem `where` with the place of the error
 */
export function compileWhere(text: string): Test {
  const parser = new Parser(tokenise(text), text)
  return parser.whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #text: string
  #at = 0

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens
    this.#text = text
  }

  whole(): Test {
    const test = this.#either(0)
    if (this.#at < this.#tokens.length) this.#fail('`and`, `or` or the end')
    return test
  }

  #either(depth: number): Test {
    let left = this.#both(depth)
    while (this.#take('or')) {
      const [a, b] = [left, this.#both(depth)]
      left = (record) => a(record) || b(record)
    }
    return left
  }

  #both(depth: number): Test {
    let left = this.#one(depth)
    while (this.#take('and')) {
      const [a, b] = [left, this.#one(depth)]
      left = (record) => a(record) && b(record)
    }
    return left
  }

  #one(depth: number): Test {
    if (depth > 100) this.#fail('less nesting')
    if (this.#take('not')) {
      const inner = this.#one(depth + 1)
      return (record) => !inner(record)
    }
    if (!this.#take('(')) return this.#comparison()
    const inner = this.#either(depth + 1)
    if (!this.#take(')')) this.#fail('`)`')
    return inner
  }

  #comparison(): Test {
    const field = this.#word('a field')
    const operator = this.#tokens[this.#at]
    if (operator?.kind !== 'operator') return anyOf(field, (value) => value !== undefined)
    this.#at++
    const value = this.#word('a value')
    if (operator.text !== 'in') return compare(field, operator.text, value)
    return inNetwork(field, parsePrefix(value) ?? this.#fail('a network such as 192.0.2.0/24', -1))
  }

  #word(wanted: string): string {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word' && token?.kind !== 'quoted') return this.#fail(wanted)
    this.#at++
    return token.text
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at]
    const here = token !== undefined && token.kind === 'keyword' && token.text === text
    if (here) this.#at++
    return here
  }

  #fail(wanted: string, step = 0): never {
    const token = this.#tokens[this.#at + step]
    const place = token
      ? `at character ${token.at + 1}, before "${this.#text.slice(token.at, token.at + 20)}"`
      : 'at the end'
    throw new Problem('where', `--where: ${wanted} is missing ${place}`, {
      hint: "Example: --where 'src in 203.0.113.0/24 and (dstPort = 22 or outcome = established)'",
    })
  }
}

/** `host` is source or destination, `port` either port. */
const either: ReadonlyMap<string, readonly string[]> = new Map([
  ['host', ['src', 'dst']],
  ['port', ['srcPort', 'dstPort']],
])

function anyOf(field: string, holds: (value: unknown) => boolean): Test {
  const fields = either.get(field) ?? [field]
  return (record) => fields.some((name) => holds(fieldOf(record, name)))
}

function compare(field: string, operator: string, value: string): Test {
  const number = value === '' ? Number.NaN : Number(value)
  const same = anyOf(field, (actual) => actual !== undefined && equal(actual, value, number))
  if (operator === '=') return same
  if (operator === '!=') return (record) => !same(record)
  return anyOf(field, (actual) => actual !== undefined && ordered(actual, operator, value, number))
}

function equal(actual: unknown, value: string, number: number): boolean {
  return typeof actual === 'number' ? actual === number : String(actual) === value
}

/** Numbers compare as numbers; everything else as text, which is right for times. */
function ordered(actual: unknown, operator: string, value: string, number: number): boolean {
  if (operator === '~') return String(actual).toLowerCase().includes(value.toLowerCase())
  const [a, b] = typeof actual === 'number' ? [actual, number] : [String(actual), value]
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a >= b
}

function inNetwork(field: string, network: Prefix): Test {
  return anyOf(field, (actual) => {
    const address = parseAddress(String(actual ?? ''))
    return address !== undefined && contains(network, ...address)
  })
}
