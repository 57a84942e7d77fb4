import type { Address } from '../base/address.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { addressNumber } from './address-span.ts'

/** What is known of an interface: which it is (one of these), or at least which it is not. */
export interface Names {
  readonly is: readonly string[] | null
  readonly isNot: readonly string[]
}

/** The first packet of a connection, as far as logs tell of it. */
export interface Flow {
  readonly source: bigint
  readonly target: bigint
  /** IP protocol number. */
  readonly protocol: number
  /** Undefined where the log does not tell, and where the protocol has none. */
  readonly sourcePort?: number
  readonly targetPort?: number
  readonly icmpType?: number
  readonly incoming: Names
  readonly outgoing: Names
  /** A bit of `State`: new, where nothing else is said. */
  readonly state: number
  readonly tcpFlags: number
}

export const anyName: Names = { is: null, isNot: [] }

/** A new connection between two addresses over interfaces that are not known. */
export function newFlow(
  source: Address,
  target: Address,
  told: Partial<Omit<Flow, 'source' | 'target'>> & { readonly protocol: number },
): Flow {
  return {
    source: addressNumber(source),
    target: addressNumber(target),
    incoming: anyName,
    outgoing: anyName,
    state: 1,
    tcpFlags: told.protocol === Protocol.tcp ? Flag.syn : 0,
    ...told,
  }
}
