import { mapped } from '../../base/address.ts'
import { contains } from '../../base/prefix.ts'
import type { Direction } from '../finding.ts'
import { type OwnNetworks, privateSpace } from '../network/own-networks.ts'

/** What is to be known when findings are asked for. */
export interface DnsContext {
  readonly own: OwnNetworks | undefined
  /** Names of the inputs, by sensor number. */
  readonly inputs: readonly string[]
  /** Do not take back what later queries explain. */
  readonly causal?: boolean
}

type Words = ArrayLike<number>

/** Whether our networks are known, so that what is not ours is outside. */
export function areNetworksKnown({ own }: DnsContext): boolean {
  return own !== undefined && own.from !== 'unknown'
}

/** Whether an address is ours; where our networks were not given, private space and this host are. */
export function isOurs({ own }: DnsContext, words: Words): boolean {
  const [a0, a1, a2, a3] = Array.from(words) as [number, number, number, number]
  if (own?.has(a0, a1, a2, a3)) return true
  if (own?.from === 'option' || own?.from === 'config') return false
  const isLoopback = a0 === 0 && a1 === 0 && ((a2 === mapped && a3 >>> 24 === 127) || (a2 === 0 && a3 === 1))
  return isLoopback || privateSpace.some((prefix) => contains(prefix, a0, a1, a2, a3))
}

/** Which way a scan goes. Where neither side is known to be ours, that is `external`. */
export function directionOf(isClientOurs: boolean, isTargetOurs: boolean): Direction {
  if (isClientOurs) return isTargetOurs ? 'internal' : 'outbound'
  return isTargetOurs ? 'inbound' : 'external'
}
