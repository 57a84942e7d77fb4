/** Object paths of STIX patterns whose value is an address (STIX 2.1, part 9 and section 6.3, 6.12). */
const addressPaths: ReadonlySet<string> = new Set([
  'ipv4-addr:value',
  'ipv6-addr:value',
  'network-traffic:src_ref.value',
  'network-traffic:dst_ref.value',
])

const mostTokens = 20_000
const token =
  /\s+|'(?:[^'\\]|\\.)*'|[A-Za-z0-9_-]+:[A-Za-z0-9_.'*[\]-]+|!=|<=|>=|[=<>()[\],]|[^\s'()[\],=<>!]+|[\s\S]/gy

/**
 * The addresses and networks that a STIX pattern asks for: values of address paths compared with `=`, `IN` or `ISSUBSET`, wherever
 * they stand among AND, OR and FOLLOWEDBY. What stands beside them (a port, a domain) narrows the pattern, not the address. Negated
 * comparisons, LIKE and MATCHES name no address.
 *
 * @returns undefined where the pattern asks for none
 */
export function addressesIn(pattern: string): string[] | undefined {
  const tokens = tokensOf(pattern)
  const addresses: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    if (!addressPaths.has(tokens[at]!)) continue
    const operator = tokens[at + 1]?.toUpperCase()
    if (operator === '=' || operator === 'ISSUBSET') take(tokens[at + 2], addresses)
    if (operator !== 'IN' || tokens[at + 2] !== '(') continue
    for (let k = at + 3; k < tokens.length && tokens[k] !== ')'; k++) if (tokens[k] !== ',') take(tokens[k], addresses)
  }
  return addresses.length === 0 ? undefined : addresses
}

function take(literal: string | undefined, addresses: string[]): void {
  if (literal !== undefined && literal.length > 1 && literal.startsWith("'") && literal.endsWith("'")) {
    addresses.push(literal.slice(1, -1).replace(/\\(.)/g, '$1'))
  }
}

function tokensOf(pattern: string): string[] {
  const tokens: string[] = []
  for (const [text] of pattern.slice(0, 1 << 18).matchAll(token)) {
    if (text.trim() !== '') tokens.push(text)
    if (tokens.length === mostTokens) break
  }
  return tokens
}
