import { type AttemptJournal, State } from '../../track/journal.ts'

/**
 * Whether the source could be forged. A completed handshake proves that it receives our answers; so do packets that only
 * follow where a target answered (at least 3), while targets that refused or stayed silent (at least 10) never saw one. Logs of single requests
 * cannot show either. Source: docs/output.md, `spoofable`.
 */
export function spoofable(journal: AttemptJournal, rows: Uint32Array): boolean | null {
  let reactions = 0
  let silent = 0
  let seesReplies = false
  for (const row of rows) {
    if (journal.has(row, State.completed)) return false
    if (journal.has(row, State.log) || journal.has(row, State.unknownOutcome)) continue
    seesReplies = true
    if (journal.has(row, State.reacted)) reactions++
    else if (!journal.has(row, State.established)) silent++
  }
  if (!seesReplies) return null
  return !(reactions >= 3 && silent >= 10)
}
