import { shortNetwork } from '../../network.ts'
import type { Rate } from '../../respond.ts'
import { isV6 } from '../../sound.ts'
import type { Piece } from '../piece.ts'

/** What one ipset holds. Blocks of every length stand in one; throttles of one length and rate in one, as their rule counts by that length. */
export interface SetSpec {
  readonly direction: Piece['direction']
  readonly family: 4 | 6
  readonly hasPorts: boolean
  readonly throttle: { readonly bits: number; readonly rate: Rate } | null
}

export function specOf({ network, direction, port, rate }: Piece): SetSpec {
  const throttle = rate === null ? null : { bits: Number(network.slice(network.indexOf('/') + 1)), rate }
  return { direction, family: isV6(network) ? 6 : 4, hasPorts: port !== null, throttle }
}

/** `sw-block-in4`, `sw-block-out6-ports`, `sw-slow-in6-64-10-20`, `sw-slow-in4-32p-5-5`: ipset takes 31 characters. */
export function setName({ direction, family, hasPorts, throttle }: SetSpec): string {
  const where = `${direction}${family}`
  if (throttle === null) return `sw-block-${where}${hasPorts ? '-ports' : ''}`
  const { bits, rate } = throttle
  return `sw-slow-${where}-${bits}${hasPorts ? 'p' : ''}-${rate.perSecond}-${rate.burst}`
}

const blockName = /^sw-block-(in|out)([46])(-ports)?$/
const throttleName = /^sw-slow-(in|out)([46])-(\d{1,3})(p)?-(\d{1,7})-(\d{1,7})$/

/** @returns undefined for a set that is none of ours */
export function specOfName(name: string): SetSpec | undefined {
  const slow = throttleName.exec(name)
  const [, direction, version, ...rest] = slow ?? blockName.exec(name) ?? []
  if (direction === undefined) return undefined
  const [bits, ports, perSecond, burst] = slow ? rest : [undefined, rest[0]]
  const spec: SetSpec = {
    direction: direction as 'in' | 'out',
    family: version === '4' ? 4 : 6,
    hasPorts: ports !== undefined,
    throttle: slow ? { bits: Number(bits), rate: { perSecond: Number(perSecond), burst: Number(burst) } } : null,
  }
  return setName(spec) === name ? spec : undefined
}

/** The set and the entry in which ipset keeps a piece of a block, for whoever asks it: `ipset test SET ENTRY`. */
export function placeOf(piece: Piece): { readonly set: string; readonly entry: string } {
  const ports = piece.port === null ? '' : `,${piece.protocol}:${piece.port}`
  return { set: setName(specOf(piece)), entry: `${shortNetwork(piece.network)}${ports}` }
}
