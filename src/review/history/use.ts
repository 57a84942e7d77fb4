import type { Flow } from '../flow.ts'

/** Who uses something: a scanner of a case, or somebody of whom that is not known. */
export type Who = 'legitimate' | 'scanner'

/** Connections of one source to one service of one host that came through in the period, as logs tell them. */
export interface Use {
  readonly flow: Flow
  readonly source: string
  readonly target: string
  readonly protocol: string
  readonly port: number | undefined
  readonly direction: 'inbound' | 'outbound' | 'internal' | 'external'
  readonly who: Who
  /** Connections that were answered. */
  readonly answered: number
  /** Connections that a firewall says it let through, of which no answer was seen. */
  readonly allowed: number
  /** ISO 8601. */
  readonly first: string
  readonly last: string
  /** The rule that the log names; empty where it names none. */
  readonly named: string
}

/** What a log tells of a rule that it names. */
export interface NamedUse {
  readonly rule: string
  readonly action: string
  readonly source: string
  readonly who: Who
  readonly records: number
  readonly answered: number
  readonly first: string
  readonly last: string
}

/** An account that was tried on a machine. */
export interface Login {
  readonly machine: string
  readonly service: string
  readonly account: string
  readonly source: string
  readonly who: Who
  readonly failures: number
  readonly successes: number
  readonly first: string
  readonly last: string
}

/** What happened in the period. */
export interface History {
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  /** First and last event that was seen in it; null where there was none. */
  readonly seen: { readonly first: string; readonly last: string } | null
  readonly uses: readonly Use[]
  readonly named: readonly NamedUse[]
  readonly logins: readonly Login[]
  /** There was more than could be looked at. */
  readonly isCut: boolean
  /** Files of the archive that were not whole and were left out. */
  readonly leftOut: number
}
