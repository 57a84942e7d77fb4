import { parsePrefix } from '../base/prefix.ts'
import { PrefixTable } from '../base/prefix-table.ts'
import { Problem } from '../base/problem.ts'
import type { PacketEnds } from './packet-ends.ts'

/** Which packets are wanted. */
export interface CaptureFilter {
  /** Addresses and networks, one end of a packet; none: any. */
  readonly networks: readonly string[]
  /** The same of the other end; absent or none: any. */
  readonly peers?: readonly string[]
  /** First and last moment, milliseconds; absent: any. */
  readonly from?: number
  readonly to?: number
}

const mostNetworks = 100_000

/**
 * Asks packets whether they are wanted: one pair of their addresses has one end among the networks and the other among the peers.
 *
 * hot: no allocation per packet.
 */
export class PacketFilter {
  /** Microseconds, to compare with the time of packets. */
  readonly from: number
  readonly to: number
  readonly #near: PrefixTable | undefined
  readonly #far: PrefixTable | undefined

  /** @throws Problem `bad-network` for what is no address and no network */
  constructor({ networks, peers = [], from, to }: CaptureFilter) {
    // Times are read to the microsecond: one that is told to the millisecond includes the whole of it.
    this.from = from === undefined ? Number.NEGATIVE_INFINITY : from * 1000
    this.to = to === undefined ? Number.POSITIVE_INFINITY : to * 1000
    this.#near = tableOf(networks)
    this.#far = tableOf(peers)
  }

  isIn(time: number): boolean {
    return time >= this.from && time <= this.to
  }

  concerns({ count, words }: PacketEnds): boolean {
    if (this.#near === undefined && this.#far === undefined) return true
    for (let p = 0; p < 8 * count; p += 8) {
      if (this.#has(this.#near, words, p) && this.#has(this.#far, words, p + 4)) return true
      if (this.#has(this.#near, words, p + 4) && this.#has(this.#far, words, p)) return true
    }
    return false
  }

  #has(table: PrefixTable | undefined, words: Uint32Array, at: number): boolean {
    return table === undefined || table.find(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) >= 0
  }
}

function tableOf(networks: readonly string[]): PrefixTable | undefined {
  if (networks.length === 0) return undefined
  if (networks.length > mostNetworks) throw new Problem('bad-network', `more than ${mostNetworks} networks`)
  const table = new PrefixTable()
  for (const [k, text] of networks.entries()) {
    const prefix = parsePrefix(text)
    if (prefix === undefined) {
      throw new Problem('bad-network', `${text} is no address and no network`, {
        hint: 'Write it as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.',
      })
    }
    table.add(prefix, k)
  }
  return table
}
