import type { Direction, Measure, Rate, Scope } from '../respond.ts'

/** A network that a plan would contain, and what is known of it. */
export interface PlannedNetwork {
  /** Canonical. */
  readonly network: string
  /** Sources of the case in it; at most 16. */
  readonly sources: readonly string[]
  /** See `Standing` of the guard. */
  readonly spoofable: boolean | null
  readonly denyOnly: boolean
  /** Why this network and no other: the address, the /64 that its sender turns through. */
  readonly because: string
  /** Who else may be behind it, one sentence each: CGNAT, CDN, cloud, VPN, Tor, resolver. Empty: nothing known. */
  readonly shared: readonly string[]
  /** Sources of records that had its packets; absent in plans of earlier versions. */
  readonly sensors?: readonly string[]
  /** Times it was blocked before. */
  readonly earlier: number
}

export interface RefusedNetwork {
  readonly network: string
  readonly refusals: readonly string[]
}

/** What the last days would have looked like under a plan: legitimate connections that it would have cut. */
export interface BlastRadius {
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  /** Connections that were answered, the scan's own left out. */
  readonly connections: number
  /** Ends outside and of ours. */
  readonly others: number
  readonly ours: number
  /** The busiest services, at most 8: whom it would hit first. */
  readonly services: readonly {
    readonly address: string
    readonly port: number
    readonly protocol: string
    readonly connections: number
    readonly last: string
  }[]
  /** What the numbers do not show. */
  readonly caveats: readonly string[]
}

/** What shall be done about a case: a proposal until it is approved. Nothing in it changes afterwards. */
export interface Plan extends Scope {
  /** 12 hexadecimal digits. */
  readonly id: string
  readonly caseId: string
  readonly measure: Measure
  readonly rate: Rate | null
  readonly direction: Direction
  readonly networks: readonly PlannedNetwork[]
  /** What the guard would not let in, and why. */
  readonly refused: readonly RefusedNetwork[]
  /** Names of the configuration. */
  readonly targets: readonly string[]
  /** Seconds from the approval on. */
  readonly limit: number
  /** Null: there is no archive to ask. */
  readonly blastRadius: BlastRadius | null
  readonly because: readonly string[]
}

export type PlanStatus = 'proposed' | 'approved' | 'rejected' | 'revoked' | 'ended'
