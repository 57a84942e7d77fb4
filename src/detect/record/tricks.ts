import { type AttemptJournal, State } from '../../track/journal.ts'

/** Evasions a scan used: fragments, and a source port that filters are known to trust. */
export interface Tricks {
  readonly fragments: number
  /** The one source port most probes came from, where a filter would take it for a service's answer; 0 if none. */
  readonly trustedPort: number
}

/** FTP data, DNS, DHCP, HTTP, Kerberos, NTP, HTTPS: ports that careless rules let in by source. */
const trusted: ReadonlySet<number> = new Set([20, 53, 67, 80, 88, 123, 443])

export function tricksOf(journal: AttemptJournal, rows: Uint32Array): Tricks {
  let fragments = 0
  const ports = new Map<number, number>()
  for (const row of rows) {
    if (journal.has(row, State.fragment)) fragments++
    const port = journal.srcPort[row] as number
    if ((journal.protocol[row] === 6 || journal.protocol[row] === 17) && trusted.has(port)) {
      ports.set(port, (ports.get(port) ?? 0) + 1)
    }
  }
  const [port, count] = [...ports].sort((x, y) => y[1] - x[1])[0] ?? [0, 0]
  return { fragments, trustedPort: count * 2 >= rows.length && count >= 4 ? port : 0 }
}
