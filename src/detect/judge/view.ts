import { Protocol } from '../../event/protocol.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import type { Routers } from '../../track/routers.ts'
import type { Direction } from '../finding.ts'
import type { OwnNetworks } from '../network/own-networks.ts'
import { Readings } from './contact.ts'
import type { Customary } from './customary.ts'
import type { Knowledge } from './knowledge.ts'
import type { Weather } from './weather.ts'

/** Whether silence can be trusted, by direction, and for UDP at all. */
export interface Silence {
  readonly inbound: boolean
  readonly outbound: boolean
  readonly udpInbound: boolean
  readonly udpOutbound: boolean
}

/** Bits of `Sides`. */
const ours = { src: 1, dst: 2 } as const
const directions: readonly Direction[] = ['external', 'outbound', 'inbound', 'internal']

/** Which ends of each contact are ours, looked up once. */
export class Sides {
  readonly #bits: Uint8Array

  constructor(journal: AttemptJournal, own: OwnNetworks) {
    const a = journal.address
    this.#bits = new Uint8Array(journal.length)
    for (let i = 0; i < journal.length; i++) {
      const p = 8 * i
      const src = own.has(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
      const dst = own.has(a[p + 4] as number, a[p + 5] as number, a[p + 6] as number, a[p + 7] as number)
      this.#bits[i] = (src ? ours.src : 0) | (dst ? ours.dst : 0)
    }
  }

  src(i: number): boolean {
    return ((this.#bits[i] as number) & ours.src) !== 0
  }

  dst(i: number): boolean {
    return ((this.#bits[i] as number) & ours.dst) !== 0
  }

  /** The direction of contact `i`, seen from our networks. */
  direction(i: number): Direction {
    return directions[this.#bits[i] as number] as Direction
  }
}

/** All a judgement reads: the contacts, our networks, what is known, and how far silence can be trusted. */
export interface Facts {
  readonly journal: AttemptJournal
  readonly own: OwnNetworks
  readonly sides: Sides
  readonly knowledge: Knowledge
  /** What is known of services outside. */
  readonly outside: Knowledge
  readonly routers: Routers
  /** When the way outside was down for all. */
  readonly weather: Weather
  /** Failing contacts that sources which are no scanners make every day. */
  readonly customary: Customary | undefined
  /** Judge each contact only by what was known when it happened. */
  readonly causal: boolean
  /** The newest event time, microseconds. */
  readonly end: number
  /** Silence that would be known only later than this is not taken up: the input goes on. Infinity where it ended. */
  readonly until: number
  readonly silence: Silence
}

/** The facts, and what each contact says in their light. */
export interface View extends Facts {
  readonly readings: Readings
}

export function openView(facts: Facts): View {
  return { ...facts, readings: new Readings(facts) }
}

/**
 * Whether silence can be trusted, by direction: a sensor that never sees a reply in a direction makes no scanners of the
 * clients there. UDP is silent by nature, so some UDP answer must have been seen.
 */
export function silenceOf(journal: AttemptJournal, sides: Sides): Silence {
  const heard = { inbound: false, outbound: false, udpInbound: false, udpOutbound: false }
  for (let i = 0; i < journal.length; i++) {
    if (!journal.has(i, State.heard)) continue
    const own = sides.dst(i)
    if (journal.protocol[i] === Protocol.udp) heard[own ? 'udpInbound' : 'udpOutbound'] = true
    heard[own ? 'inbound' : 'outbound'] = true
  }
  return heard
}
