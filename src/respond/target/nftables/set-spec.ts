import { formatAddress, formatIpv4 } from '../../../base/address.ts'
import { maskWord } from '../../../base/prefix.ts'
import type { Rate } from '../../respond.ts'
import { isV6 } from '../../sound.ts'
import type { Piece } from '../piece.ts'

/**
 * What one set of the table holds. Networks of one length stand in one hash set by their first address, and its rule masks the packet's
 * address: unlike in interval sets, a /64 may hold a /128 that has its own end, and one more entry among 100,000 takes no longer. Each
 * rate has a set of its own, whose statements the kernel copies into every element, with its own tokens.
 */
export interface SetSpec {
  readonly measure: Piece['measure']
  readonly direction: Piece['direction']
  readonly family: 4 | 6
  /** Of the networks, as written: 32 and 128 are single addresses. */
  readonly bits: number
  readonly hasPorts: boolean
  readonly rate: Rate | null
}

export function specOf({ network, measure, direction, port, rate }: Piece): SetSpec {
  const bits = Number(network.slice(network.indexOf('/') + 1))
  return { measure, direction, family: isV6(network) ? 6 : 4, bits, hasPorts: port !== null, rate }
}

/** `block_in4`, `block_out6_net64`, `block_in4_ports`, `throttle_in4_net24_rate10_burst20`. */
export function setName({ measure, direction, family, bits, hasPorts, rate }: SetSpec): string {
  const length = bits === (family === 4 ? 32 : 128) ? '' : `_net${bits}`
  const pace = rate === null ? '' : `_rate${rate.perSecond}_burst${rate.burst}`
  return `${measure}_${direction}${family}${length}${hasPorts ? '_ports' : ''}${pace}`
}

const namePattern = /^(block|throttle)_(in|out)([46])(?:_net(\d{1,3}))?(_ports)?(?:_rate(\d{1,10})_burst(\d{1,10}))?$/

/** @returns undefined for a set that is none of ours */
export function specOfName(name: string): SetSpec | undefined {
  const [, measure, direction, version, length, ports, perSecond, burst] = namePattern.exec(name) ?? []
  if (measure === undefined) return undefined
  const family = version === '4' ? 4 : 6
  const spec: SetSpec = {
    measure: measure as Piece['measure'],
    direction: direction as Piece['direction'],
    family,
    bits: length === undefined ? (family === 4 ? 32 : 128) : Number(length),
    hasPorts: ports !== undefined,
    rate: perSecond === undefined ? null : { perSecond: Number(perSecond), burst: Number(burst) },
  }
  return setName(spec) === name && (measure === 'throttle') === (spec.rate !== null) ? spec : undefined
}

/** The mask of the set's networks, as nft writes it. */
export function maskOf({ family, bits }: SetSpec): string {
  if (family === 4) return formatIpv4(maskWord(bits))
  return formatAddress(maskWord(bits), maskWord(bits - 32), maskWord(bits - 64), maskWord(bits - 96))
}

/**
 * The set and the element in which nft keeps a network, for whoever asks it: `nft get element inet sweepwatch SET { ELEMENT }`.
 * @param piece of a block
 */
export function placeOf(piece: Piece): { readonly set: string; readonly element: string } {
  const address = piece.network.slice(0, piece.network.indexOf('/'))
  const ports = piece.port === null ? '' : ` . ${piece.protocol} . ${piece.port}`
  return { set: setName(specOf(piece)), element: `${address}${ports}` }
}
