import { duration } from '../../base/quantity.ts'
import { canonicalNetwork, isIpv4Network, prefixOf, writtenBits } from '../network.ts'
import type { Block, GuardedBlock } from '../respond.ts'
import { boundedLimits, type Limits } from './limits.ts'
import type { Protected } from './protected.ts'

/** Single ports of one block. */
export const mostPorts = 64

/** What is known of a block's source and of who wants it, for the guard to judge. */
export interface Standing {
  /** Whether its address may be forged; null: the logs cannot show it. */
  readonly spoofable: boolean | null
  /** Nothing but denied requests is known of it. */
  readonly denyOnly: boolean
  /** A person asked for it and said why. */
  readonly byPerson: boolean
  /** ISO 8601: from when it counts. */
  readonly since: string
}

export type Verdict =
  | { readonly block: GuardedBlock; readonly refusals?: undefined }
  | { readonly block?: undefined; readonly refusals: readonly string[] }

/**
 * Stands before every target. Whatever a command, a policy or the configuration wants: what it refuses is not blocked. It says everything that speaks
 * against a block, not only the first. It is asked when a plan is made, when it is approved, and again for every block just before a target gets it.
 */
export class Guard {
  readonly limits: Limits
  readonly #protected: Protected

  constructor(kept: Protected, limits: Limits) {
    this.#protected = kept
    this.limits = boundedLimits(limits)
  }

  /**
   * @param active networks that are blocked already, this one not counted
   * @param now milliseconds
   */
  check(block: Block, standing: Standing, active: number, now: number): Verdict {
    const refusals = [
      ...this.networkRefusals(block.network),
      ...this.#timeRefusals(block, standing, now),
      ...standingRefusals(standing),
      ...shapeRefusals(block),
      ...(active >= this.limits.mostBlocks
        ? [`${this.limits.mostBlocks} networks are blocked already (respond.limits.mostBlocks)`]
        : []),
    ]
    return refusals.length === 0 ? { block: block as GuardedBlock } : { refusals }
  }

  /** What speaks against a network, whoever it is and however long. */
  networkRefusals(network: string): readonly string[] {
    if (canonicalNetwork(network) !== network) return [`${JSON.stringify(network)} is no network in canonical form`]
    const prefix = prefixOf(network)
    const touched = this.#protected.touching(prefix)
    const widest = isIpv4Network(prefix) ? this.limits.widest4 : this.limits.widest6
    return [
      ...(touched === undefined ? [] : [`${network} touches ${touched.network}: ${touched.why}`]),
      ...(writtenBits(prefix) < widest ? [`${network} is wider than /${widest}`] : []),
    ]
  }

  #timeRefusals({ until }: Block, standing: Standing, now: number): string[] {
    const end = Date.parse(until)
    const length = (end - Math.min(now, Date.parse(standing.since))) / 1000
    if (!Number.isFinite(end) || !Number.isFinite(length)) return ['it has no end']
    if (end <= now) return [`its time ended ${until}`]
    const { longest, unconfirmed } = this.limits
    if (length > longest) return [`it would last ${span(length)}, longer than ${span(longest)}`]
    if (isUnconfirmed(standing) && length > unconfirmed) {
      return [`its source may be forged; such blocks last at most ${span(unconfirmed)}, not ${span(length)}`]
    }
    return []
  }
}

/** Whether nothing shows that the source receives our answers. */
export function isUnconfirmed({ spoofable, denyOnly }: Pick<Standing, 'spoofable' | 'denyOnly'>): boolean {
  return spoofable !== false || denyOnly
}

function standingRefusals({ spoofable, denyOnly, byPerson }: Standing): string[] {
  if (spoofable === true) return ['its source address can be forged: nothing shows that it receives our answers']
  if (byPerson || (spoofable === false && !denyOnly)) return []
  const why = denyOnly ? 'nothing but denied requests is known of it' : 'the logs cannot show whether it is forged'
  return [`${why}: only a person can order this, with a reason`]
}

function shapeRefusals({ measure, rate, ports, protocol }: Block): string[] {
  const isRate = rate !== null && isWhole(rate.perSecond, 1e6) && isWhole(rate.burst, 1e6)
  return [
    ...(measure === 'throttle' && !isRate ? ['a throttle needs a rate and a burst, whole numbers from 1'] : []),
    ...(ports.every((port) => isWhole(port, 65_535)) ? [] : ['its ports are no ports']),
    ...(ports.length <= mostPorts ? [] : [`${ports.length} ports are more than ${mostPorts}`]),
    ...(ports.length > 0 && protocol === 'any' ? ['ports need a protocol: tcp or udp'] : []),
  ]
}

function isWhole(number: number, most: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= most
}

function span(seconds: number): string {
  return duration(1000 * seconds)
}
