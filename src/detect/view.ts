import { Protocol } from '../event/protocol.ts'
import { type AttemptJournal, State } from '../track/journal.ts'
import type { Direction } from './finding.ts'
import type { Knowledge } from './knowledge.ts'
import type { OwnNetworks } from './own-networks.ts'

/** All a judgement reads: the contacts, our networks, what is known, and how far silence can be trusted. */
export interface View {
  readonly journal: AttemptJournal
  readonly own: OwnNetworks
  readonly knowledge: Knowledge
  /** Judge each contact only by what was known when it happened. */
  readonly causal: boolean
  /** The newest event time, microseconds. */
  readonly end: number
  /** Whether unanswered means unanswered: some reply was seen in that direction at all. */
  readonly silence: { readonly inbound: boolean; readonly outbound: boolean; readonly udp: boolean }
}

/** The direction of contact `i`, seen from our networks. */
export function directionOf(view: View, i: number): Direction {
  const a = view.journal.address
  const p = 8 * i
  const src = view.own.has(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
  const dst = view.own.has(a[p + 4] as number, a[p + 5] as number, a[p + 6] as number, a[p + 7] as number)
  return src ? (dst ? 'internal' : 'outbound') : dst ? 'inbound' : 'external'
}

/**
 * Whether silence can be trusted, by direction: a sensor that never sees a reply in a direction makes no scanners of the
 * clients there. UDP is silent by nature, so some UDP answer must have been seen.
 */
export function silenceOf(journal: AttemptJournal, own: OwnNetworks): View['silence'] {
  let inbound = false
  let outbound = false
  let udp = false
  const a = journal.address
  for (let i = 0; i < journal.length && !(inbound && outbound && udp); i++) {
    if (!journal.has(i, State.established | State.refused)) continue
    const p = 8 * i + 4
    if (own.has(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)) inbound = true
    else outbound = true
    if (journal.protocol[i] === Protocol.udp) udp = true
  }
  return { inbound, outbound, udp }
}
