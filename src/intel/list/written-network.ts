import { isIpv4, parseAddress } from '../../base/address.ts'
import { networksOfRange } from '../../base/address-range.ts'
import { type Prefix, parsePrefix } from '../../base/prefix.ts'

/**
 * The networks that a list's word names: `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`, `192.0.2.1:443`,
 * `[2001:db8::1]:443`, and the same within quotes.
 *
 * @returns undefined for what is none; 'too-wide' for one that names an eighth of the Internet or more
 */
export function networksOf(written: string): readonly Prefix[] | 'too-wide' | undefined {
  const text = bare(written)
  if (text === '' || text.length > 100) return undefined
  const prefixes = text.includes('-') ? rangeOf(text) : [parsePrefix(text) ?? parsePrefix(withoutPort(text))]
  if (prefixes === undefined || !prefixes.every((prefix) => prefix !== undefined)) return undefined
  return prefixes.some(isTooWide) ? 'too-wide' : prefixes
}

function bare(written: string): string {
  const text = written.trim()
  const first = text[0]
  return text.length > 1 && (first === '"' || first === "'") && text.endsWith(first) ? text.slice(1, -1).trim() : text
}

function withoutPort(text: string): string {
  const found = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/.exec(text) ?? /^(\d{1,3}(?:\.\d{1,3}){3})[:|]\d{1,5}$/.exec(text)
  return found?.[1] ?? ''
}

/** Wider than any allocation; 224.0.0.0/3 and fc00::/7 of lists of unroutable space are not. */
function isTooWide({ address, bits }: Prefix): boolean {
  if (isIpv4(address) && bits >= 96) return bits < 96 + 3
  return bits < 3 || (bits === 3 && address[0] === 0x20000000) || (bits < 96 && address.every((word) => word === 0))
}

function rangeOf(text: string): Prefix[] | undefined {
  const [first = '', last = '', more] = text.split('-')
  const [from, to] = [parseAddress(first.trim()), parseAddress(last.trim())]
  if (from === undefined || to === undefined || more !== undefined || isIpv4(from) !== isIpv4(to)) return undefined
  const prefixes = networksOfRange(from, to)
  return prefixes.length === 0 ? undefined : prefixes
}

/** A domain, URL, mail address or hash: an entry, but none about an address. */
export function isOtherIndicator(written: string): boolean {
  const text = written.trim().slice(0, 2048)
  return /^(?:\*?\.)?[\w-]+(?:\.[\w-]+)*\.[a-z][\w-]+\.?$|:\/\/|^[^@\s]+@[^@\s]+$|^[0-9a-f]{32,128}$/i.test(text)
}
