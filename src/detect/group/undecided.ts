import { isoTime } from '../../base/time.ts'
import { State } from '../../track/journal.ts'
import type { Undecided } from '../finding.ts'
import type { Judge } from '../judge/judge.ts'
import type { SourceGroups } from '../judge/sources.ts'
import { suspicion } from '../judge/terms.ts'
import type { View } from '../judge/view.ts'
import { addressText } from '../record/address-text.ts'

/** A hit-list of live servers is short; fewer answering hosts than this are ordinary use. */
const leastHosts = 5

/**
 * Sources that visited several live services once each and left: a hit-list of live servers looks like ordinary use to
 * every test of outcomes. They are named with the reason why these logs cannot decide, and never called scanners.
 */
export function findUndecided(
  view: View,
  groups: SourceGroups,
  judge: Judge,
  accused: ReadonlySet<string>,
): Undecided[] {
  const found: Undecided[] = []
  const { journal } = view
  for (let g = 0; g < groups.count; g++) {
    const size = (groups.start[g + 1] as number) - (groups.start[g] as number)
    if (size < leastHosts || size > 4096) continue
    const rows = groups.of(g, journal.time)
    if (view.sides.src(rows[0] as number)) continue
    const looked = rows.filter((row) => leftAtOnce(view, row))
    const hosts = new Set(Array.from(looked, (row) => addressText(journal, row, 4)))
    if (hosts.size < leastHosts || looked.length < 0.8 * rows.length) continue
    const source = addressText(journal, rows[0] as number, 0)
    const verdict = judge.judge(rows)
    if (accused.has(source) || verdict.final < suspicion) continue
    const ports = [...new Set(Array.from(looked, (row) => journal.dstPort[row] as number))].sort((x, y) => x - y)
    found.push({
      type: 'undecided',
      source,
      targets: hosts.size,
      ports,
      first: isoTime(journal.time[rows[0] as number] as number),
      last: isoTime(journal.lastAt[rows[rows.length - 1] as number] as number),
      because: [
        `${source} looked at ${hosts.size} live services of ours once each (port ${ports.join(', ')}) and left; every contact was answered.`,
        `A list of known live servers looks like ordinary use: the score reached ${verdict.final.toFixed(1)} of ${verdict.threshold} nats. What the source does next on these hosts decides.`,
      ],
    })
  }
  return found
}

/** Half-open, or a completed connection without a request, not repeated. */
function leftAtOnce(view: View, row: number): boolean {
  const { journal } = view
  if (!journal.has(row, State.established) || (journal.repeats[row] as number) > 2) return false
  return journal.has(row, State.halfOpen) || (journal.has(row, State.completed) && !journal.has(row, State.data))
}
