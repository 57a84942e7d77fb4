import type { Block } from '../../respond.ts'

/** One rule of a network ACL: one network, one direction, one port or all. */
export interface Piece {
  readonly key: string
  readonly network: string
  readonly egress: boolean
  readonly port: { readonly protocol: 'tcp' | 'udp'; readonly number: number } | null
}

function piecesOf({ network, direction, ports, protocol }: Block): readonly Piece[] {
  const sides = [...(direction === 'out' ? [] : [false]), ...(direction === 'in' ? [] : [true])]
  const kept = protocol === 'any' || ports.length === 0 ? [null] : ports.map((number) => ({ protocol, number }))
  return sides.flatMap((egress) => kept.map((port) => piece(network, egress, port)))
}

function piece(network: string, egress: boolean, port: Piece['port']): Piece {
  const what = port === null ? '' : ` ${port.protocol}/${port.number}`
  return { key: `${network} ${egress ? 'egress' : 'ingress'}${what}`, network, egress, port }
}

/** Without those that are alike. */
export function pieces(blocks: readonly Block[]): ReadonlyMap<string, Piece> {
  return new Map(blocks.flatMap(piecesOf).map((each) => [each.key, each]))
}
