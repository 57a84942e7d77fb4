import { type Address, formatAddress, isIpv4, parseAddress } from '../base/address.ts'
import { networksOfRange } from '../base/address-range.ts'
import { formatPrefix, type Prefix, parsePrefix } from '../base/prefix.ts'

const mostOfCell = 1024

/**
 * The networks that a cell of an inventory names: addresses, networks, ranges (`192.0.2.10-192.0.2.20`), several with blanks,
 * commas, semicolons or bars between them.
 *
 * @param isHost whether the column holds hosts: there `192.0.2.10/24` is an address with the length of its network, not a network
 * @param mask length or netmask that stands in a column of its own
 * @returns undefined where something in it is no network
 */
export function networksOf(cell: string, isHost: boolean, mask?: string): readonly Prefix[] | undefined {
  const words = cell.split(/[\s,;|]+/, mostOfCell + 1).filter((word) => word !== '')
  if (words.length > mostOfCell) return undefined
  const length = mask === undefined || mask === '' ? undefined : maskLength(mask)
  const found: Prefix[] = []
  for (const word of words) {
    const networks = word.includes('-') ? rangeOf(word) : one(word, isHost, length)
    if (networks === undefined) return undefined
    found.push(...networks)
  }
  return found
}

function one(word: string, isHost: boolean, length: number | undefined): readonly Prefix[] | undefined {
  const whole = parsePrefix(length === undefined || word.includes('/') || isHost ? word : `${word}/${length}`)
  if (whole === undefined) return undefined
  if (!isHost) return [whole]
  const host = parseAddress(word.split('/', 1)[0] as string) as Address
  const isNetwork = host.every((part, k) => part === whole.address[k])
  return [isNetwork ? whole : { address: host, bits: 128 }]
}

/** `255.255.255.0` or `24`; a mask with holes is none. */
function maskLength(text: string): number | undefined {
  if (/^\/?\d{1,3}$/.test(text)) return Number(text.replace('/', ''))
  const mask = parseAddress(text)
  if (mask === undefined || !isIpv4(mask)) return Number.NaN
  const host = ~mask[3] >>> 0
  return (host & (host + 1)) === 0 ? Math.clz32(host) : Number.NaN
}

function rangeOf(word: string): readonly Prefix[] | undefined {
  const [from = '', to = '', rest] = word.split('-')
  const first = parseAddress(from)
  const last = parseAddress(/^\d{1,3}$/.test(to) ? from.replace(/\d+$/, to) : to)
  if (!first || !last || rest !== undefined || isIpv4(first) !== isIpv4(last)) return undefined
  const networks = networksOfRange(first, last)
  return networks.length > 0 ? networks : undefined
}

/** A network as text: an address where it is one. */
export function networkText(prefix: Prefix): string {
  return prefix.bits === 128 ? formatAddress(...prefix.address) : formatPrefix(prefix)
}
