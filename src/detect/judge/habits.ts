import { type AttemptJournal, State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import { hostKey } from './host-key.ts'
import type { View } from './view.ts'

/** A target asked in at least four rounds, over ten seconds or more. Retransmissions of one SYN are no rounds. */
export function isPolled(journal: AttemptJournal, row: number): boolean {
  return (
    (journal.repeats[row] as number) >= 3 && (journal.lastAt[row] as number) - (journal.time[row] as number) >= 10e6
  )
}

/**
 * A source that polls: most of its targets are asked again and again, and they are few, or mostly answer. A scanner that
 * sweeps a block again and again has many targets that do not answer, and is no poller.
 */
export function isPoller(view: View, rows: Uint32Array): boolean {
  if (view.causal) return false
  const { journal } = view
  const hosts = new Set<number>()
  const failingPorts = new Set<number>()
  let polled = 0
  let answered = 0
  for (const row of rows) {
    if (isPolled(journal, row)) polled++
    if (journal.has(row, State.established)) answered++
    if (!journal.has(row, State.established)) failingPorts.add(journal.dstPort[row] as number)
    if (hosts.size <= mostPolledHosts) hosts.add(hostKey(journal, row))
  }
  if (failingPorts.size > mostPolledPorts) return false
  return polled >= 0.7 * rows.length && (hosts.size <= mostPolledHosts || answered * 2 >= rows.length)
}

/** A source that polls more hosts than this, most of them without an answer, is no monitor. */
const mostPolledHosts = 64
/** Nor is one that finds more different ports closed than this: nobody monitors what is not there. */
const mostPolledPorts = 6

export function isTail(journal: AttemptJournal, row: number): boolean {
  const method = journal.method[row]
  return method === MethodCode.tcpAck || method === MethodCode.tcpMaimon
}

/** Whether some of a source's stray segments are answered as parts of connections are, with more than a RST. */
export function hangsUp(view: View, rows: Uint32Array): boolean {
  let strays = 0
  let answered = 0
  for (const row of rows) {
    if (!isTail(view.journal, row)) continue
    strays++
    if (view.journal.has(row, State.established)) answered++
  }
  return answered * 10 >= strays && answered > 0
}
