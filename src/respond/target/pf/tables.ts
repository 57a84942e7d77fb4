import { canonicalNetwork } from '../../network.ts'
import type { FoundPiece } from '../piece.ts'

export type Direction = 'in' | 'out'
export const directions: readonly Direction[] = ['in', 'out']

export function tableName(base: string, direction: Direction): string {
  return `${base}_${direction}`
}

const address = /^\s{2,3}([0-9a-f.:]+(?:\/\d+)?)\s*$/
const blocked = /^\s+(?:In|Out)\/Block:\s+\[ Packets: (\d+)\s/

/**
 * Reads what `pfctl -t TABLE -v -T show` says: an address a line, below it what it counted where the table has `counters`.
 * @returns how many lines were neither, such as an exception (`!192.0.2.1`)
 */
export function readTable(
  text: string,
  direction: Direction,
): { readonly found: readonly FoundPiece[]; readonly odd: number } {
  const found: FoundPiece[] = []
  let odd = 0
  for (const line of text.split('\n')) {
    const network = canonicalNetwork(address.exec(line)?.[1] ?? '')
    const packets = blocked.exec(line)?.[1]
    const last = found.at(-1)
    if (network !== undefined) found.push(pieceOf(network, direction))
    else if (packets !== undefined && last)
      found[found.length - 1] = { ...last, dropped: (last.dropped ?? 0) + Number(packets) }
    else if (/^\s*!/.test(line)) odd++
  }
  return { found, odd }
}

function pieceOf(network: string, direction: Direction): FoundPiece {
  const whole = {
    measure: 'block',
    rate: null,
    protocol: 'any',
    port: null,
    comment: '',
    until: null,
    dropped: null,
  } as const
  return { ...whole, network, direction }
}

/** Whether a rule that `pfctl -s rules` shows drops what is in the table, in that direction, before any other rule. */
export function hasRule(rules: string, table: string, direction: Direction): boolean {
  const side = direction === 'in' ? 'from' : 'to'
  const wanted = new RegExp(`^block (?:drop |return )?${direction} .*quick .*${side} <${table}>`)
  return rules.split('\n').some((line) => wanted.test(line))
}
