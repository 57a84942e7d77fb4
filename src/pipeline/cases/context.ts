import type { Allowlist, Inventory, ScanExtent, Weakness } from '../../asset/asset.ts'
import type { LearnedService, RankedWeakness } from '../../case/case.ts'
import type { Intelligence } from '../../intel/intel.ts'
import type { RuleChanges } from '../../triage/decide.ts'

/** What is known beside the logs, for triage; all of it may be absent. */
export interface CaseContext {
  readonly intelligence?: Intelligence
  readonly inventory?: Inventory
  readonly allowlist?: Allowlist
  readonly changes?: RuleChanges
  /** Sentences of scanner reports that were read, about what a scan did. */
  readonly reports?: (extent: ScanExtent) => readonly string[]
  readonly weaknesses?: readonly Weakness[]
  /** Weaknesses of what answered, in the order of patching. */
  readonly rank?: (answered: readonly LearnedService[]) => readonly RankedWeakness[]
}
