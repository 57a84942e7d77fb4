/** What is ours and who may scan it (requirements Q1, Q2, A1, T4): the vocabulary of `asset/`. */

export type Criticality = 'low' | 'medium' | 'high' | 'critical'

/** A host or a network of ours. */
export interface Asset {
  /** Address or CIDR. */
  readonly network: string
  readonly name: string | null
  readonly owner: string | null
  readonly criticality: Criticality | null
  /** web, mail, dns, vpn, scanner, decoy … as the inventory says. */
  readonly roles: readonly string[]
}

/** A known external partner. */
export interface Partner {
  readonly name: string
  readonly networks: readonly string[]
  readonly contact: string | null
}

export interface Inventory {
  /** The most specific asset that holds the address. */
  find(address: string): Asset | undefined
  partnerOf(address: string): Partner | undefined
  /** Every host and network, as the inventory names them. */
  readonly assets: readonly Asset[]
  /** Every asset that is a single address. */
  readonly hosts: readonly Asset[]
  readonly size: number
}

/** What somebody is allowed to scan, when, and until when. */
export interface AllowEntry {
  readonly id: string
  readonly sources: readonly string[]
  /** Networks; empty: any of ours. */
  readonly targets: readonly string[]
  /** `80`, `1000-2000`, `tcp/443`; empty: any. */
  readonly ports: readonly string[]
  /** Methods of `detect/finding.ts`; empty: any. */
  readonly methods: readonly string[]
  /** When it may run; absent: at any time until it expires. */
  readonly window?: AllowWindow
  readonly owner: string
  readonly ticket: string | null
  readonly reason: string
  /** ISO 8601; from then on the entry is out of date. */
  readonly expires: string
}

/** A recurring window: starts by an RFC 5545 rule, each of so many minutes. */
export interface AllowWindow {
  /** The first start, local time: 2026-11-22T02:00. */
  readonly start: string
  /** IANA name. */
  readonly zone: string
  readonly minutes: number
  /** RFC 5545 RRULE without the name: FREQ=WEEKLY;BYDAY=SU. Absent: once. */
  readonly rule?: string
}

/** What was scanned, for the allowlist to judge. */
export interface ScanExtent {
  readonly sources: readonly string[]
  readonly methods: readonly string[]
  readonly protocols: readonly string[]
  /** Milliseconds. */
  readonly first: number
  readonly last: number
  /** Each probe, where they are at hand; else the blocks and ports below are judged as a whole. */
  readonly touches: readonly {
    readonly at: number
    readonly address: string
    readonly port: number
    readonly source: string
  }[]
  readonly blocks: readonly string[]
  readonly ports: readonly number[]
}

/** What the allowlist says of a scan. */
export interface AllowMatch {
  readonly entry: AllowEntry
  readonly inScope: boolean
  /** How it lies inside, or each way in which it leaves the scope, as sentences with numbers. */
  readonly because: readonly string[]
}

export interface Allowlist {
  /** The entry that covers the sources best: in scope before out of scope. Undefined where no entry names a source. */
  match(extent: ScanExtent): AllowMatch | undefined
  readonly entries: readonly AllowEntry[]
}

/** A weakness that a vulnerability scanner reported. */
export interface Weakness {
  readonly address: string
  /** 0: of the host as a whole. */
  readonly port: number
  readonly protocol: string
  readonly id: string
  readonly name: string
  readonly cves: readonly string[]
  readonly severity: 'low' | 'medium' | 'high' | 'critical' | null
  /** ISO 8601; when it was found. */
  readonly at: string | null
  /** Report it is from. */
  readonly source: string
}
