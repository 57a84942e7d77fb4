import { formatAddress } from '../../base/address.ts'
import { isoTime } from '../../base/time.ts'
import { Flag, Protocol, protocolName } from '../../event/protocol.ts'
import { State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import type { Backscatter } from '../finding.ts'
import { SourceGroups } from '../judge/sources.ts'
import type { View } from '../judge/view.ts'

/** Answers to packets we never sent reach this many of our addresses before they are reported. */
const leastVictims = 5

/**
 * Sources that answer what we never asked: victims of attacks that forge our addresses. They are reported as backscatter
 * and never as scanners. Kinds of answers: SYN-ACK, RST, ICMP replies and errors, UDP from service ports (after CAIDA's backscatter filter).
 */
export function findBackscatter(view: View, accused: ReadonlySet<string>): Backscatter[] {
  const { journal } = view
  const groups = new SourceGroups(journal, (method) => method === MethodCode.response)
  const found: Backscatter[] = []
  for (let g = 0; g < groups.count; g++) {
    const rows = groups.of(g, journal.time)
    const unanswered = rows.filter((row) => !journal.has(row, State.established | State.data) && isInward(view, row))
    if (unanswered.length < leastVictims || unanswered.length < 0.8 * rows.length) continue
    const report = describe(view, unanswered)
    // A scanner's own stack resets the answers to its probes; firewalls log those resets as strays.
    if (!accused.has(report.source)) found.push(report)
  }
  return found
}

/** From outside to our side (or between strangers, where we do not know our side). */
function isInward(view: View, row: number): boolean {
  return !view.sides.src(row)
}

function describe(view: View, rows: Uint32Array): Backscatter {
  const { journal } = view
  const a = journal.address
  const p = 8 * (rows[0] as number)
  const source = formatAddress(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
  const kinds = [...new Set(Array.from(rows, (row) => kindOf(view, row)))].sort()
  let packets = 0
  let last = 0
  for (const row of rows) {
    packets += 1 + (journal.repeats[row] as number)
    last = Math.max(last, journal.lastAt[row] as number)
  }
  return {
    type: 'backscatter',
    source,
    victims: rows.length,
    packets,
    protocol: protocolName(journal.protocol[rows[0] as number] as number),
    kinds,
    first: isoTime(journal.time[rows[0] as number] as number),
    last: isoTime(last),
    because: [
      `${source} answered ${rows.length} of our addresses (${kinds.join(', ')}) that had sent it nothing: somebody forges our addresses against it.`,
    ],
  }
}

function kindOf(view: View, row: number): string {
  const { journal } = view
  const protocol = journal.protocol[row] as number
  const flags = journal.flags[row] as number
  if (protocol === Protocol.tcp && flags & Flag.rst) return 'RST'
  if (protocol === Protocol.tcp && flags & Flag.syn) return 'SYN-ACK'
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) return 'ICMP reply'
  return protocol === Protocol.udp ? 'UDP reply' : 'ICMP error'
}
