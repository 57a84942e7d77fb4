import { commentOf } from '../../sound.ts'
import { keyOf, type Piece, type WantedPiece } from '../piece.ts'
import type { Steps } from '../wanted.ts'
import type { Sets } from './firewall-state.ts'
import { chain, createLine, type Direction, jumpLine, ruleLine, standingSets, tables } from './frame.ts'
import { placeOf, type SetSpec, setName, specOf } from './set-spec.ts'

/** The sets that stand after a change. */
export function setsAfter({ sets }: Pick<Sets, 'sets'>, { put, renew }: Steps): ReadonlyMap<string, SetSpec> {
  const after = new Map(sets)
  for (const spec of [...standingSets, ...[...put, ...renew].map(specOf)]) after.set(setName(spec), spec)
  return after
}

/**
 * For `ipset restore -exist`: with `-exist` an entry that is there gets the new end, and one that is not there is removed without complaint.
 * A renewal would forget what the entry counted so far, and is told it.
 * @param at milliseconds since 1970; time limits count from it
 */
export function setScript(before: Omit<Sets, 'strange'>, steps: Steps, at: number): string {
  const after = setsAfter(before, steps)
  const renewed = new Set(steps.renew.map(keyOf))
  const dropped = new Map(
    before.found.flatMap((piece) => (renewed.has(keyOf(piece)) ? [[keyOf(piece), piece.dropped ?? 0] as const] : [])),
  )
  const missing = [...after.values()].filter((spec) => !before.sets.has(setName(spec)))
  const gone = steps.take.filter((piece) => after.has(setName(specOf(piece))))
  const lines = [
    ...before.wrongSets.map((name) => `destroy ${name}`),
    ...missing.map(createLine),
    ...gone.map((piece) => `del ${entryOf(piece)}`),
    ...steps.put.map((piece) => `add ${entryOf(piece)} ${termsOf(piece, at)}`),
    ...steps.renew.map((piece) => `add ${entryOf(piece)} ${termsOf(piece, at, dropped.get(keyOf(piece)))}`),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function entryOf(piece: Piece): string {
  const { set, entry } = placeOf(piece)
  return `${set} ${entry}`
}

function termsOf({ until, plan }: WantedPiece, at: number, dropped = 0): string {
  const seconds = Math.max(1, Math.ceil((until - at) / 1000))
  const counted = dropped === 0 ? '' : ` packets ${dropped} bytes 0`
  return `timeout ${seconds}${counted} comment "${commentOf({ plan })}"`
}

/**
 * For `iptables-restore --noflush` of one family: our chains anew (a chain that is named is emptied), and the way to them as the first
 * rule of its hook. Each table is changed in one step.
 * @param jumps how often each hook leads to our chain now
 */
export function ruleScript(family: 4 | 6, sets: Iterable<SetSpec>, jumps: Readonly<Record<Direction, number>>): string {
  const ours = [...sets].filter((spec) => spec.family === family)
  const part = (direction: Direction): readonly string[] => {
    const { table, hook } = tables[direction]
    const jump = jumpLine(direction)
    return [
      `*${table}`,
      `:${chain} - [0:0]`,
      ...Array.from({ length: jumps[direction] }, () => jump.replace('-A', '-D')),
      `-I ${hook} 1 -j ${chain}`,
      ...ours.filter((spec) => spec.direction === direction).map(ruleLine),
      'COMMIT',
    ]
  }
  return [...part('in'), ...part('out')].map((line) => `${line}\n`).join('')
}
