import type { LedgerEntry } from '../../respond/ledger/entry.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { jsonLine } from '../escape.ts'

/** A plan and how it stands, as one line of JSON. */
export function planObject({ plan, places, history, ...state }: PlanState): string {
  return jsonLine({ type: 'plan', ...plan, ...state, places: Object.fromEntries(places), history })
}

/** An entry of the ledger as one line of JSON. */
export function entryObject(entry: LedgerEntry): string {
  return jsonLine({ type: 'ledger', ...entry })
}
