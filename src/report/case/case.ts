import type { Case } from '../../case/case.ts'

/** What an output needs to know besides the case. */
export interface ExportOptions {
  /** Our networks as CIDR. What the case itself shows to be ours counts as ours in any case. */
  readonly own: readonly string[]
  /** Outputs that are made for others (STIX, MISP, abuse report, DShield) name our addresses only with this. */
  readonly internal: boolean
  /** Who reports: shown in outputs for others. */
  readonly organisation: string
  /** Mail address or URL where the reader of an abuse report can answer; null: none is given. */
  readonly contact: string | null
  /** How to call Sweepwatch again, for the commands that the report suggests. */
  readonly program: string
  /** Sweepwatch's version. */
  readonly version: string
  /** Numeric user id at DShield; 0: anonymous. */
  readonly dshieldUser: number
}

/** One output of a case: a pure function, so that the same case and options give the same bytes. */
export interface CaseExport {
  readonly id: string
  readonly title: string
  /** Who reads it and for what, one line. */
  readonly about: string
  /** Of a file that holds it, without the dot. */
  readonly extension: string
  readonly mediaType: string
  /** Never throws, whatever the strings of the case hold. */
  render(theCase: Case, options: ExportOptions): string
}
