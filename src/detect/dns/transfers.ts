import { Hash } from '../../base/hash.ts'
import type { Mention } from './query.ts'
import { Answer } from './targets.ts'

/** Clients that asked for transfers, and (zone, server) pairs kept of each. */
const clients = 1024
const ways = 4
const pairs = 16

/** One zone that a client asked a server for, at the first time and in all. */
export interface Transfer {
  readonly zone: string
  readonly zoneHash: number
  /** All zero where it is not told. */
  readonly server: Uint32Array
  readonly type: 'AXFR' | 'IXFR'
  /** The client had asked for the zone's SOA, as secondaries do. */
  readonly afterSoa: boolean
  readonly asked: Mention
  answer: number
  /** The record that told the answer. */
  answered: Mention | undefined
  tries: number
  last: number
}

export interface Transferring {
  readonly client: Uint32Array
  readonly transfers: Transfer[]
  /** Pairs beyond those kept. */
  omitted: number
  sitesLow: number
  sitesHigh: number
}

export type TransfersState = readonly (Transferring | undefined)[]

/**
 * Who asked for zone transfers: seldom enough to be kept as objects, and judged when findings are asked for. Sets of four
 * ways; the client with the fewest transfers gives way.
 */
export class Transfers {
  readonly #slots = new Array<Transferring | undefined>(clients).fill(undefined)
  readonly #hash: Hash

  constructor(key: number) {
    this.#hash = new Hash(key + 23)
  }

  get all(): Transferring[] {
    return this.#slots.filter((slot) => slot !== undefined)
  }

  /** Takes up a query for a transfer, or its answer where the query was told before. */
  note(client: Uint32Array, asked: Omit<Transfer, 'tries' | 'last' | 'answered'>): Transferring {
    const who = this.#of(client)
    const known = who.transfers.find((one) => isSame(one, asked))
    if (known) {
      // A record of its own that tells the answer is no further try.
      const isAnswer = asked.answer !== Answer.unknown && known.answer === Answer.unknown
      if (isAnswer) {
        known.answer = asked.answer
        known.answered = asked.asked
      } else if (asked.answer === Answer.unknown || asked.answer === known.answer) known.tries++
      known.last = Math.max(known.last, asked.asked.at)
    } else if (who.transfers.length < pairs) {
      const answered = asked.answer === Answer.unknown ? undefined : asked.asked
      who.transfers.push({ ...asked, answered, tries: 1, last: asked.asked.at })
    } else who.omitted++
    return who
  }

  snapshot(): TransfersState {
    return this.#slots
  }

  resume(state: TransfersState): void {
    for (let i = 0; i < clients; i++) {
      const slot = state[i]
      this.#slots[i] = slot && {
        ...slot,
        client: slot.client.slice(),
        transfers: slot.transfers.map((transfer) => ({ ...transfer })),
      }
    }
  }

  #of(client: Uint32Array): Transferring {
    const [a0, a1, a2, a3] = client as unknown as [number, number, number, number]
    const set = (this.#hash.of4(a0, a1, a2, a3) & (clients / ways - 1)) * ways
    let place = set
    for (let i = set; i < set + ways; i++) {
      const slot = this.#slots[i]
      if (slot?.client.every((word, k) => word === client[k])) return slot
      if (size(slot) < size(this.#slots[place])) place = i
    }
    const fresh = { client: client.slice(), transfers: [], omitted: 0, sitesLow: 0, sitesHigh: 0 }
    this.#slots[place] = fresh
    return fresh
  }
}

function isSame(one: Transfer, other: Omit<Transfer, 'tries' | 'last' | 'answered'>): boolean {
  return one.zoneHash === other.zoneHash && one.server.every((word, k) => word === other.server[k])
}

function size(slot: Transferring | undefined): number {
  return slot === undefined ? 0 : 1 + slot.transfers.length + slot.omitted
}
