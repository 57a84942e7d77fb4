import type { Case } from '../../case/case.ts'
import type { CaseStore } from '../../store/case-store.ts'

/** Cases that are kept ready for whoever looks at them, by each store. */
const most = 8
const kept = new WeakMap<CaseStore, Map<string, { readonly newest: number; readonly one: Case }>>()

/**
 * A case as it stands. A page asks for its parts one after the other, and everybody who looks at it does: it is read from the store
 * only when something was written to it.
 * @throws Problem `no-such-case`, `several-cases`
 */
export function loadedCase(store: CaseStore, id: string): Case {
  const ready = kept.get(store) ?? new Map()
  kept.set(store, ready)
  const newest = newestEntry(store, id)
  const known = ready.get(id)
  if (known !== undefined && known.newest === newest && newest > 0) return known.one
  const one = store.find(id)
  ready.delete(id)
  ready.set(id, { newest, one })
  if (ready.size > most) ready.delete(ready.keys().next().value as string)
  return one
}

/** Number of the last entry of a case's history; 0 where there is none. */
function newestEntry(store: CaseStore, id: string): number {
  const row = store.database.prepare('SELECT max(seq) AS seq FROM case_event WHERE case_id = ?').get(id)
  return Number(row?.['seq'] ?? 0)
}
