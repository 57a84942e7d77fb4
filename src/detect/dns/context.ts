import type { OwnNetworks } from '../network/own-networks.ts'

/** What is to be known when findings are asked for. */
export interface DnsContext {
  readonly own: OwnNetworks | undefined
  /** Names of the inputs, by sensor number. */
  readonly inputs: readonly string[]
  /** Do not take back what later queries explain. */
  readonly causal?: boolean
}
