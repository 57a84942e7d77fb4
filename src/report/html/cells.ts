import type { Touch } from '../../detect/finding.ts'
import type { Space } from './space.ts'
import { orderRamp } from './style.ts'

export type TouchOutcome = Touch['outcome']

/** From what matters most: a cell of several addresses shows the most telling outcome among them. */
export const outcomesByWeight: readonly TouchOutcome[] = ['established', 'blocked', 'refused', 'unanswered', 'unknown']

export interface Cell {
  readonly index: number
  outcome: TouchOutcome
  /** 0 to 15: in which sixteenth of the scan the cell was touched first. */
  readonly level: number
}

/** The touched cells of a space. */
export interface Cells {
  readonly bits: number
  /** How many addresses one cell stands for. */
  readonly each: number
  readonly cells: readonly Cell[]
  /** Distinct addresses (or ports) touched. */
  readonly touched: number
}

const mostBits = 12

/** @param touches in time order */
export function cellsOf(space: Space, touches: readonly Touch[]): Cells {
  const bits = Math.min(mostBits, Math.ceil(Math.log2(space.size)))
  const each = space.size / 2 ** bits
  const inside = touches
    .map((touch) => ({ offset: space.offsetOf(touch), outcome: touch.outcome }))
    .filter((entry): entry is { offset: number; outcome: TouchOutcome } => entry.offset !== undefined)
  const distinct = new Set(inside.map(({ offset }) => offset))
  const cells = new Map<number, Cell>()
  const ranks = new Set<number>()
  for (const { offset, outcome } of inside) {
    ranks.add(offset)
    const index = Math.floor(offset / each)
    const cell = cells.get(index)
    if (!cell) cells.set(index, { index, outcome, level: levelOf(ranks.size - 1, distinct.size) })
    else if (weight(outcome) < weight(cell.outcome)) cell.outcome = outcome
  }
  return { bits, each, cells: [...cells.values()], touched: distinct.size }
}

function weight(outcome: TouchOutcome): number {
  return outcomesByWeight.indexOf(outcome)
}

function levelOf(rank: number, total: number): number {
  return Math.min(orderRamp.length - 1, Math.floor((rank * orderRamp.length) / total))
}
