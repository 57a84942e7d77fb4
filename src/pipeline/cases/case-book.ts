import type { Case, CaseEvent } from '../../case/case.ts'
import { type IndexedCase, indexed } from '../../case/case-index.ts'
import { fold } from '../../case/fold.ts'
import type { Return } from '../../case/watch-list.ts'
import type { Scan } from '../../detect/finding.ts'
import type { CaseChange } from '../../store/case-store.ts'
import { type Baseline, type History, noBaseline } from '../../triage/facts.ts'

/** Where cases are kept while findings are taken up: in a state directory, or only for this run. */
export interface CaseBook {
  /** Whether cases outlive the run. */
  readonly isKept: boolean
  index(): IndexedCase[]
  /** The case that has a scan, open or not. */
  caseOfScan(scan: string): string | undefined
  history(id: string, scans: readonly Scan[]): History
  /** What was usual before a day (2026-11-22). */
  baseline(day: string): Baseline
  load(id: string): Case | undefined
  /** The case that is over, or watched for, which a scan brings back. */
  returned(scan: Scan): Return | undefined
  /** Whether a scan of a case came while its source was blocked, and what became of that. */
  blockThen(id: string, scan: Scan): string | undefined
  /** All changes or none. @returns the cases as they then stand */
  write(changes: readonly CaseChange[]): Case[]
}

/** A book that is forgotten with the run. */
export function fleetingBook(): CaseBook {
  const events = new Map<string, CaseEvent[]>()
  let seq = 0
  const load = (id: string) => {
    const known = events.get(id)
    return known === undefined ? undefined : fold(id, known)
  }
  return {
    isKept: false,
    index: () =>
      [...events.keys()].map((id) => {
        const { scans, accomplices } = load(id) as Case
        return indexed(
          id,
          scans.map(({ scan }) => scan),
          accomplices.map(({ source }) => source),
        )
      }),
    caseOfScan: () => undefined,
    history: () => ({ cases: [], since: null, returns: [] }),
    baseline: () => noBaseline,
    returned: () => undefined,
    blockThen: () => undefined,
    load,
    write: (changes) =>
      changes.map(({ id, entries }) => {
        const known = events.get(id) ?? []
        known.push(...entries.map((entry) => ({ ...entry, seq: ++seq, caseId: id })))
        events.set(id, known)
        return fold(id, known)
      }),
  }
}
