import type { CaseStore } from '../../store/case-store.ts'
import { baselineBefore } from '../../store/host-memory.ts'
import type { CaseBook } from './case-book.ts'

/** The book of a state directory. */
export function storedBook(store: CaseStore): CaseBook {
  return {
    isKept: true,
    index: () => store.openIndex(),
    caseOfScan: (scan) => store.caseOfScan(scan),
    history: (id, scans) => store.history(id, scans),
    baseline: (day) => baselineBefore(store.database, day),
    load: (id) => (store.has(id) ? store.find(id) : undefined),
    write: (changes) => store.appendAll(changes),
  }
}
