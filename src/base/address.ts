/**
 * Addresses are four 32-bit words, big-endian; IPv4 is mapped (::ffff:a.b.c.d), as in `EventBatch`.
 * This file turns them into text and back; nothing here is on the hot path.
 */

export type Address = readonly [number, number, number, number]

/** High words of every mapped IPv4 address. */
export const mapped = 0xffff

export function isIpv4(address: Address): boolean {
  return address[0] === 0 && address[1] === 0 && address[2] === mapped
}

export function ipv4(word: number): Address {
  return [0, 0, mapped, word >>> 0]
}

/** Text of an address: dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress(a0: number, a1: number, a2: number, a3: number): string {
  if (a0 === 0 && a1 === 0 && a2 === mapped) return formatIpv4(a3)
  const groups: number[] = []
  for (const word of [a0, a1, a2, a3]) groups.push(word >>> 16, word & 0xffff)
  return compress(groups)
}

export function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

/** Replaces the longest run of two or more zero groups by `::` (RFC 5952 section 4.2). */
function compress(groups: readonly number[]): string {
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let run = 0
    while (i + run < 8 && groups[i + run] === 0) run++
    if (run > bestLength) {
      best = i
      bestLength = run
    }
    i += run
  }
  const hex = groups.map((group) => group.toString(16))
  if (best < 0) return hex.join(':')
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLength).join(':')}`
}

/** Reads an IPv4 or IPv6 address (with or without a zone, which is dropped); undefined if it is neither. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) return parseIpv6(text)
  const word = parseIpv4(text)
  return word === undefined ? undefined : ipv4(word)
}

function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return undefined
  let word = 0
  for (let i = 1; i <= 4; i++) {
    const octet = Number(match[i])
    if (octet > 255) return undefined
    word = word * 256 + octet
  }
  return word
}

function parseIpv6(text: string): Address | undefined {
  let body = text.split('%', 1)[0] as string
  const lastColon = body.lastIndexOf(':')
  if (body.includes('.', lastColon)) {
    const word = parseIpv4(body.slice(lastColon + 1))
    if (word === undefined) return undefined
    body = `${body.slice(0, lastColon + 1)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`
  }
  const halves = body.split('::')
  if (halves.length > 2) return undefined
  const head = halves[0] === '' ? [] : (halves[0] as string).split(':')
  const tail = halves.length === 1 || halves[1] === '' ? [] : (halves[1] as string).split(':')
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array.from({ length: halves.length === 1 ? 0 : missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined
  const word = (i: number) =>
    ((Number.parseInt(groups[i] as string, 16) << 16) | Number.parseInt(groups[i + 1] as string, 16)) >>> 0
  return [word(0), word(2), word(4), word(6)]
}
