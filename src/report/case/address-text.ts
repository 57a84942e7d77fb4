import { type Address, formatAddress, formatIpv4, isIpv4, parseAddress } from '../../base/address.ts'
import { formatPrefix, type Prefix, truncate } from '../../base/prefix.ts'

/**
 * Finds addresses in text in every way in which logs and people write them, so that they can be replaced: dotted, with dashes or
 * underscores in host names, IPv6 in any spelling, networks, and names of in-addr.arpa and ip6.arpa.
 */

/** What stands in the place of an address or network (128 bits: one address); undefined leaves it as it is. */
export type Replace = (found: Prefix) => Prefix | string | undefined

/** Reverse names, IPv6 (at least two colons), and numbers apart by one kind of separator. */
const candidates =
  /(?:[0-9a-f]\.){1,32}ip6\.arpa|(?:\d{1,3}\.){1,4}in-addr\.arpa|[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]*(?:\/\d{1,3})?|(?<!\d)\d{1,3}(?:(?:\.\d{1,3}){3,}(?!\d)(?:\/\d{1,2})?|(?:-\d{1,3}){3,}(?!\d)|(?:_\d{1,3}){3,}(?!\d))/gi

/** @returns the text with its addresses replaced; the work grows with the length of the text and no faster */
export function replaceAddresses(text: string, replace: Replace): string {
  return text.replace(candidates, (found) => {
    const lower = found.toLowerCase()
    if (lower.endsWith('.ip6.arpa')) return reverse6(found, lower, replace)
    if (lower.endsWith('.in-addr.arpa')) return reverse4(found, lower, replace)
    if (found.includes(':')) return colons(found, replace)
    return numbers(found, found.includes('.') ? '.' : found.includes('-') ? '-' : '_', replace)
  })
}

function written(found: string, replaced: Prefix | string | undefined, write: (prefix: Prefix) => string): string {
  if (replaced === undefined) return found
  return typeof replaced === 'string' ? replaced : write(replaced)
}

/** `192.0.2.10`, `192.0.2.0/24`, and four numbers within a longer run. */
function numbers(run: string, separator: string, replace: Replace): string {
  const [body = '', length] = run.split('/')
  const parts = body.split(separator)
  const out: string[] = []
  let isReplaced = false
  for (let at = 0; at < parts.length; ) {
    const four = parts.slice(at, at + 4)
    const address = parseAddress(four.join('.'))
    const isLast = at + 4 === parts.length
    const prefix = address && networkOf(address, isLast ? length : undefined)
    const replaced = prefix && replace(prefix)
    if (replaced === undefined) out.push(parts[at++] as string)
    else {
      if (isLast && length !== undefined) isReplaced = true
      out.push(written('', replaced, (into) => writeDotted(into, separator, isLast ? length : undefined)))
      at += 4
    }
  }
  return `${out.join(separator)}${length !== undefined && !isReplaced ? `/${length}` : ''}`
}

function writeDotted(prefix: Prefix, separator: string, length: string | undefined): string {
  const text = length === undefined ? formatAddress(...prefix.address) : formatPrefix(prefix)
  return separator === '.' ? text : text.replaceAll('.', separator)
}

function networkOf(address: Address, length: string | undefined): Prefix | undefined {
  if (length === undefined) return { address, bits: 128 }
  const bits = Number(length) + (isIpv4(address) ? 96 : 0)
  return bits <= 128 ? { address, bits } : { address, bits: 128 }
}

/** IPv6 in any spelling; where the whole run is none, every address that begins in it is tried. */
function colons(run: string, replace: Replace): string {
  const [body = '', length] = run.split('/')
  const whole = parseAddress(body)
  if (whole) {
    const prefix = networkOf(whole, length)
    return written(run, prefix && replace(prefix), (into) =>
      length === undefined ? formatAddress(...into.address) : formatPrefix(into),
    )
  }
  return `${pieces(body, replace)}${length === undefined ? '' : `/${length}`}`
}

/** Longest spelling of an address with an IPv4 tail. */
const longestAddress = 45

function pieces(body: string, replace: Replace): string {
  let out = ''
  for (let at = 0; at < body.length; ) {
    const end = isStart(body, at) ? addressEnd(body, at) : at
    const address = end > at ? (parseAddress(body.slice(at, end)) as Address) : undefined
    const replaced = address && replace({ address, bits: 128 })
    if (replaced === undefined) out += body[at++]
    else {
      out += written('', replaced, (into) => formatAddress(...into.address))
      at = end
    }
  }
  return out
}

/** An address begins after a separator, or with one. */
function isStart(body: string, at: number): boolean {
  return at === 0 || body[at] === ':' || body[at - 1] === ':' || body[at - 1] === '.'
}

/** Where the longest address that begins at `at` ends; `at` where none does. */
function addressEnd(body: string, at: number): number {
  for (let end = Math.min(body.length, at + longestAddress); end > at + 1; end--) {
    const next = body[end]
    if (next !== undefined && next !== ':' && next !== '.') continue
    const piece = body.slice(at, end)
    if (isPlausible(piece) && parseAddress(piece)) return end
  }
  return at
}

/** As many colons as an address may have; quicker than reading it. */
function isPlausible(piece: string): boolean {
  if (piece.includes('::')) return true
  const colons = piece.split(':').length - 1
  return colons === 7 || (piece.includes('.') && (colons === 0 || colons === 6))
}

/** `10.2.0.192.in-addr.arpa`: fewer labels are a network. */
function reverse4(found: string, lower: string, replace: Replace): string {
  const octets = lower.slice(0, -'.in-addr.arpa'.length).split('.').reverse()
  const address = parseAddress([...octets, '0', '0', '0'].slice(0, 4).join('.'))
  if (!address) return found
  return written(found, replace({ address, bits: 96 + 8 * octets.length }), (into) => {
    const labels = formatIpv4(into.address[3]).split('.').slice(0, octets.length)
    return `${labels.reverse().join('.')}.in-addr.arpa`
  })
}

function reverse6(found: string, lower: string, replace: Replace): string {
  const nibbles = lower.slice(0, -'.ip6.arpa'.length).split('.').reverse().join('')
  const hex = nibbles.padEnd(32, '0')
  const address = [0, 8, 16, 24].map((from) => Number.parseInt(hex.slice(from, from + 8), 16)) as unknown as Address
  return written(found, replace(truncate(address, 4 * nibbles.length)), (into) => {
    const digits = into.address.map((word) => word.toString(16).padStart(8, '0')).join('')
    return `${[...digits.slice(0, nibbles.length)].reverse().join('.')}.ip6.arpa`
  })
}
