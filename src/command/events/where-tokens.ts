import { Problem } from '../../base/problem.ts'

export interface Token {
  readonly kind: 'word' | 'quoted' | 'operator' | 'keyword'
  readonly text: string
  readonly at: number
}

const pattern =
  /\s*(?:(?<operator><=|>=|!=|==|=|<|>|~)|(?<paren>[()])|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<word>[^\s()=<>!~"']+))/y
const keywords: ReadonlySet<string> = new Set(['and', 'or', 'not'])

/** @throws Problem `where` at a character that begins no token */
export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const start = pattern.lastIndex
    const groups = pattern.exec(text.slice(0, end))?.groups
    if (!groups)
      throw new Problem('where', `--where: cannot read "${text.slice(start, start + 20)}" at character ${start + 1}`)
    const at = start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0)
    tokens.push({ ...token(groups), at })
  }
  return tokens
}

function token(groups: Readonly<Record<string, string | undefined>>): Omit<Token, 'at'> {
  const { operator, paren, double, single, word = '' } = groups
  if (operator) return { kind: 'operator', text: operator === '==' ? '=' : operator }
  if (paren) return { kind: 'keyword', text: paren }
  if (double !== undefined || single !== undefined) return { kind: 'quoted', text: double ?? single ?? '' }
  const lower = word.toLowerCase()
  if (lower === 'in') return { kind: 'operator', text: 'in' }
  return keywords.has(lower) ? { kind: 'keyword', text: lower } : { kind: 'word', text: word }
}

/** The value of `field`, or of `outer.inner` for nested records; undefined where it is absent. */
export function fieldOf(record: Readonly<Record<string, unknown>>, field: string): unknown {
  let value: unknown = record
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}
