/** The vocabulary of findings: what `analyze --json` prints (docs/output.md is the contract), as frozen plain objects. */

export const methods = [
  'tcp-syn',
  'tcp-connect',
  'tcp-fin',
  'tcp-null',
  'tcp-xmas',
  'tcp-ack',
  'tcp-maimon',
  'udp',
  'icmp-echo',
  'icmp-timestamp',
  'icmp-mask',
  'icmp6-echo',
  'arp',
  'ndp',
  'sctp',
  'ip-protocol',
  'banner',
  'dns-ptr',
  'dns-axfr',
  'dns-enumeration',
  'unknown',
] as const
export type Method = (typeof methods)[number]
export type Shape = 'horizontal' | 'vertical' | 'block'
export type Direction = 'inbound' | 'outbound' | 'internal' | 'external'
export type OrderKind = 'sequential' | 'reverse' | 'strided' | 'permuted' | 'random' | 'unknown'
export type Severity = 'low' | 'medium' | 'high' | 'critical'
export type Knowledge = 'causal' | 'whole-input'

/** A signed share of the score: how often the term applied up to the decision and how many nats it added in all. */
export interface Term {
  readonly name: string
  readonly count: number
  readonly nats: number
}

/** One step of the score's recursion, with the record that caused it. `judge/score.ts` replays a list of these. */
export interface Step {
  /** A term or bonus of `judge/terms.ts`, by name. */
  readonly term: string
  /** Likelihood ratio h1/h0 of a contact; a bonus's nats for `bonus` steps. */
  readonly value: number
  readonly kind: 'contact' | 'bonus'
  readonly at: string
  readonly source: string
  readonly offset: number
  readonly length: number
  /** The score M after the step, in nats. */
  readonly total: number
}

export interface Score {
  /** M plus bonuses at the decision, in nats. */
  readonly total: number
  readonly threshold: number
  readonly terms: readonly Term[]
  /** The same after the last contact. */
  readonly final: number
}

export interface Member {
  readonly source: string
  readonly probes: number
  readonly because: string
  /** As `Scan.spoofable`, of this member alone. Absent in records of earlier versions. */
  readonly spoofable?: boolean | null
}

/** What another device said about a scan's source: it corroborates, and decides nothing. */
export interface ScanAlert {
  readonly source: string
  readonly id: string
  readonly name: string
  readonly means: 'scan' | 'exploit'
  readonly count: number
  readonly first: string
  readonly last: string
}

export interface Scan {
  readonly type: 'scan'
  readonly id: string
  readonly technique: 'T1595.001'
  readonly shape: Shape
  readonly methods: readonly Method[]
  readonly direction: Direction
  readonly sources: readonly string[]
  readonly distributed: boolean
  readonly spoofable: boolean | null
  readonly decoys: readonly string[]
  readonly targets: {
    readonly addresses: number
    readonly blocks: readonly string[]
    readonly coverage: number
    readonly ports: readonly number[]
    readonly protocols: readonly string[]
  }
  readonly order: { readonly kind: OrderKind; readonly p: number }
  readonly tool: { readonly name: string; readonly because: string } | null
  readonly first: string
  readonly last: string
  readonly detected: string
  readonly probesToDetect: number
  readonly probes: number
  readonly knowledge: Knowledge
  readonly outcomes: Readonly<Record<'established' | 'refused' | 'unanswered' | 'blocked' | 'unknown', number>>
  /** Targets whose outcome was still open when the input ended; they are counted as unanswered (or unknown). */
  readonly pending: number
  readonly open: readonly { readonly address: string; readonly port: number; readonly protocol: string }[]
  /** Name service only: names that were answered, at most 20. */
  readonly names?: readonly { readonly name: string; readonly type: string; readonly answer?: string }[]
  /** Name service only: zones whose transfer was asked for or whose hosts were guessed, at most 20. */
  readonly zones?: readonly string[]
  readonly background: boolean | null
  /** What the allowlist says of it; null where no entry names its sources. */
  readonly authorised: { readonly entry: string; readonly inScope: boolean; readonly because: string } | null
  readonly confidence: number
  readonly severity: Severity
  readonly score: Score
  readonly sensors: readonly { readonly source: string; readonly events: number }[]
  /** Each member of a distributed scan with the reason it is counted in. */
  readonly members?: readonly Member[]
  /** The /64 or /48 of an IPv6 sender that changes its address; absent where single addresses are judged. */
  readonly prefix?: string
  /** Evasions: probes in fragments; the source port (0 = none) that filters are known to trust. */
  readonly tricks: { readonly fragments: number; readonly trustedPort: number }
  /** What scanners sent or were told, by protocol: banners taken, probe payloads named. */
  readonly content?: readonly { readonly name: string; readonly count: number; readonly example: string }[]
  /** Alerts of IDS and firewalls on its sources at that time; absent where there are none. */
  readonly alerts?: readonly ScanAlert[]
  /**
   * The ordered evidence up to the decision (the last 64 steps), replayable. Where earlier steps were left out, `from` is
   * the checkpoint before the first kept one: S for each share, then the bonuses; else it is empty.
   */
  readonly evidence: { readonly from: readonly number[]; readonly omitted: number; readonly steps: readonly Step[] }
  /** What would turn the verdict round. */
  readonly reverse: readonly string[]
  readonly because: readonly string[]
}

export interface Backscatter {
  readonly type: 'backscatter'
  readonly source: string
  readonly victims: number
  readonly packets: number
  readonly protocol: string
  readonly kinds: readonly string[]
  readonly first: string
  readonly last: string
  readonly because: readonly string[]
}

/** A source that looks like a scanner of live services only, where outcomes cannot decide. */
export interface Undecided {
  readonly type: 'undecided'
  readonly source: string
  readonly targets: number
  readonly ports: readonly number[]
  readonly first: string
  readonly last: string
  readonly because: readonly string[]
}

/** A program or a machine that uses the network as it never did before, against what was learned of it. */
export interface Uncommon {
  readonly type: 'uncommon'
  readonly id: string
  readonly what: 'process' | 'host' | 'pair'
  readonly host: string | null
  readonly address: string | null
  readonly process: string | null
  readonly user: string | null
  readonly parent: string | null
  readonly targets: number
  readonly ports: readonly number[]
  readonly destinations: readonly string[]
  readonly first: string
  readonly last: string
  readonly learnedDays: number
  readonly known: number
  /** The scan that it made. */
  readonly scan: string | null
  readonly evidence: readonly {
    readonly at: string
    readonly source: string
    readonly offset: number
    readonly length: number
  }[]
  readonly because: readonly string[]
}

export interface SensorSummary {
  readonly source: string
  readonly format: string
  readonly events: number
  readonly ignored: number
  readonly malformed: number
  readonly truncated: number
}

/** How far a sensor's clock is ahead of another's, by the connections that both recorded. */
export interface ClockDifference {
  readonly source: string
  readonly against: string
  readonly seconds: number
  readonly connections: number
}

export interface Summary {
  readonly type: 'summary'
  readonly files: number
  readonly events: number
  readonly malformed: number
  readonly ignored: number
  readonly first: string | null
  readonly last: string | null
  readonly scans: number
  readonly backscatter: number
  readonly uncommon: number
  readonly cases: number
  readonly seconds: number
  readonly net: { readonly blocks: readonly string[]; readonly from: 'option' | 'config' | 'inferred' | 'unknown' }
  readonly knowledge: Knowledge
  readonly sensors: readonly SensorSummary[]
  /** Pairs of sensors that share at least five connections. */
  readonly clocks: readonly ClockDifference[]
  readonly warnings: readonly string[]
}

/** One probe of a scan, for drawing. */
export interface Touch {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly address: string
  readonly port: number
  readonly outcome: 'established' | 'refused' | 'unanswered' | 'blocked' | 'unknown'
  /** Index into `scan.sources`. */
  readonly source: number
}

/**
 * The touches of a scan as columns, in time order: what a case keeps to be drawn. Of more than `mostKeptTouches`, those of a share of the
 * addresses, drawn by hash, so that each address that is there is there as a whole; `omitted` counts the others.
 */
export interface TouchColumns {
  readonly sources: readonly string[]
  /** Microseconds since the epoch. */
  readonly at: Float64Array
  /** Four words each, as everywhere. */
  readonly address: Uint32Array
  readonly port: Uint16Array
  /** Index into `touchOutcomes`. */
  readonly outcome: Uint8Array
  /** Index into `sources`; of more than 65,535 sources the rest share the last. */
  readonly source: Uint16Array
  readonly omitted: number
}

export const mostKeptTouches = 2 ** 20
export const touchOutcomes = ['established', 'refused', 'unanswered', 'blocked', 'unknown'] as const

/** A scan with what only maps need. At most 65,536 touches, in time order; `touchesOmitted` counts the rest. */
export interface DrawnScan {
  readonly scan: Scan
  readonly touches: readonly Touch[]
  readonly touchesOmitted: number
  /** Absent where `touches` has all there is to draw. */
  readonly columns?: TouchColumns
}

/** What detection found, in output order; the pipeline makes cases of it. */
export interface Found {
  readonly scans: readonly DrawnScan[]
  readonly undecided: readonly Undecided[]
  readonly backscatter: readonly Backscatter[]
  readonly uncommon: readonly Uncommon[]
}
