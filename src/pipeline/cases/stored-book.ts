import type { WatchPeriods } from '../../case/watch-list.ts'
import type { CaseStore } from '../../store/case-store.ts'
import { baselineBefore } from '../../store/host-memory.ts'
import { LedgerStore } from '../../store/ledger-store.ts'
import { WatchEntries } from '../../store/watch-entries.ts'
import { WatchHosts } from '../../store/watch-hosts.ts'
import { blockThen } from './block-then.ts'
import type { CaseBook } from './case-book.ts'

/** Plans of one case that are looked at when its source is back; of more the newest. */
const mostPlans = 64

/** The book of a state directory. */
export function storedBook(store: CaseStore, periods?: WatchPeriods): CaseBook {
  const { database } = store
  const entries = new WatchEntries(database, periods)
  const hosts = new WatchHosts(database, periods)
  const ledger = new LedgerStore(database)
  return {
    isKept: true,
    index: () => store.openIndex(),
    caseOfScan: (scan) => store.caseOfScan(scan),
    history: (id, scans) => store.history(id, scans),
    baseline: (day) => baselineBefore(database, day),
    returned: (scan) => entries.returned(scan) ?? hosts.scansItself(scan),
    blockThen: (id, scan) => blockThen(ledger.list({ caseId: id, limit: mostPlans }), scan),
    load: (id) => (store.has(id) ? store.find(id) : undefined),
    write: (changes) => store.appendAll(changes),
  }
}
