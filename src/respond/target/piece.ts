import type { Block, Rate } from '../respond.ts'

/** What of a block becomes one entry of a host's firewall: one direction, one port or all. */
export interface Piece {
  readonly network: string
  readonly measure: Block['measure']
  readonly rate: Rate | null
  readonly direction: 'in' | 'out'
  readonly protocol: Block['protocol']
  /** Null: every port and protocol. */
  readonly port: number | null
}

export interface WantedPiece extends Piece {
  /** Milliseconds since 1970. */
  readonly until: number
  readonly plan: string
}

/** One entry that the firewall has. */
export interface FoundPiece extends Piece {
  /** As it stands in the firewall; empty: none. */
  readonly comment: string
  /** Milliseconds since 1970; null: no end. */
  readonly until: number | null
  readonly dropped: number | null
}

/** Tells one entry of the firewall from another. */
export function keyOf(piece: Piece): string {
  const { rate } = piece
  return rate === null ? spotOf(piece) : `${spotOf(piece)} ${rate.perSecond} ${rate.burst}`
}

/** The same for throttles of different rates: one takes the place of the other. */
export function spotOf({ network, measure, direction, protocol, port }: Omit<Piece, 'rate'>): string {
  return `${measure} ${direction} ${network}${port === null ? '' : ` ${protocol} ${port}`}`
}

export function piecesOf({ network, measure, rate, direction, protocol, ports }: Block): readonly Piece[] {
  const ways = direction === 'both' ? (['in', 'out'] as const) : [direction]
  const each = ports.length === 0 ? [null] : [...new Set(ports)]
  return ways.flatMap((way) => each.map((port) => ({ network, measure, rate, direction: way, protocol, port })))
}
