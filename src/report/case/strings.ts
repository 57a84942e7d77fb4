/** Fields with words of this project's own; a host that is called like one of them must not change it. */
const ownWords: ReadonlySet<string> = new Set([
  ...['type', 'kind', 'status', 'state', 'severity', 'outcome', 'question', 'answer', 'decision', 'means', 'scope'],
  ...['criticality', 'direction', 'shape', 'methods', 'knowledge', 'technique', 'protocol', 'protocols', 'encoding'],
  ...['measure', 'phase', 'proof'],
])

/** A copy of plain data in which every string has been replaced. @param replace is told whether the field holds own words */
export function mapStrings<T>(value: T, replace: (text: string, isOwnWord: boolean) => string): T {
  return mapped(value, '', replace) as T
}

function mapped(value: unknown, key: string, replace: (text: string, isOwnWord: boolean) => string): unknown {
  if (typeof value === 'string') return replace(value, ownWords.has(key))
  if (Array.isArray(value)) return value.map((item) => mapped(item, key, replace))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, name, replace)]))
}
