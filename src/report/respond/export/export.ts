import type { Outcome } from '../../../case/case.ts'
import type { Limits } from '../../../respond/guard/limits.ts'
import type { PlanState } from '../../../respond/ledger/fold.ts'

/** What an output needs to know besides the plan. */
export interface PlanExportOptions {
  /** Our networks as CIDR, those that the plan's case shows to be ours among them. */
  readonly own: readonly string[]
  /** STIX, which is made for others, names targets of ours only with this. */
  readonly internal: boolean
  /** Who reports. */
  readonly organisation: string
  /** Sweepwatch's version. */
  readonly version: string
  /** Of the guard: they say when blocks of sources end that may be forged. */
  readonly limits: Limits
  /** As what the plan's case was closed; null while it is open, or where it is not known. */
  readonly outcome: Outcome | null
}

/** One output of a plan: a pure function, so that the same plan and options give the same bytes. */
export interface PlanExport {
  readonly id: string
  readonly title: string
  /** Who reads it and for what, one line. */
  readonly about: string
  /** Of a file that holds it, without the dot. */
  readonly extension: string
  readonly mediaType: string
  /** Why the format has nothing to say of this plan; undefined where it has. `render` is then not called. */
  lacking(state: PlanState): string | undefined
  /** Never throws, whatever the strings of the plan hold. */
  render(state: PlanState, options: PlanExportOptions): string
}
