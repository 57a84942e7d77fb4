import type { Allowlist, Inventory } from '../../asset/asset.ts'
import type { Epss } from '../../asset/epss.ts'
import type { Kev } from '../../asset/kev.ts'
import type { WatchPeriods } from '../../case/watch-list.ts'
import type { Intelligence } from '../../intel/intel.ts'
import type { RuleChanges } from '../../triage/decide.ts'

/** What is known beside the logs, for triage; all of it may be absent. */
export interface CaseContext {
  readonly intelligence?: Intelligence
  readonly inventory?: Inventory
  readonly allowlist?: Allowlist
  readonly kev?: Kev
  readonly epss?: Epss
  readonly changes?: RuleChanges
  /** How long touched hosts and what cases are known by are watched. */
  readonly watch?: WatchPeriods
}
