import { planObject } from '../plan-json.ts'
import type { PlanExport } from './export.ts'

/** Everything: the plan, how it stands, and its entries of the ledger. */
export default {
  id: 'json',
  title: 'JSON',
  about: 'everything, as plan show --json prints it',
  extension: 'json',
  mediaType: 'application/json',
  lacking: () => undefined,
  render: (state) => `${planObject(state)}\n`,
} satisfies PlanExport
