/**
 * The vocabulary of containment (requirement C1): plans, blocks, and what a target is asked. All of it is plain, frozen data. Nothing here holds
 * a text that a log or a peer chose: what reaches a rule is made of parsed addresses, whole numbers and our own ids.
 */

export type Measure = 'block' | 'throttle'

/** Which packets: those from the network, those to it, or both. */
export type Direction = 'in' | 'out' | 'both'

/** Packets a second that still pass, and how many may come at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** What of a network's traffic is meant. */
export interface Scope {
  readonly direction: Direction
  /** Of our side; empty: every port and protocol. */
  readonly ports: readonly number[]
  /** The protocol of `ports`; `any` where there are none. */
  readonly protocol: 'any' | 'tcp' | 'udp'
}

/** One network that a target keeps out, or slows. */
export interface Block extends Scope {
  /** Of its plan and network: 16 hexadecimal digits. The same block has the same id. */
  readonly id: string
  /** Of the plan: hexadecimal digits. */
  readonly plan: string
  /** Canonical: `203.0.113.7/32`, `2001:db8:1::/64`; host bits clear, IPv4 never mapped. */
  readonly network: string
  readonly measure: Measure
  /** Of a throttle. */
  readonly rate: Rate | null
  /** ISO 8601 UTC, whole seconds. There is always an end. */
  readonly until: string
}

declare const passed: unique symbol

/** A block that the guard let through, just now. Only `guard/` makes them, and targets take no other. */
export type GuardedBlock = Block & { readonly [passed]: true }

/** What a target can do. */
export interface Capabilities {
  /** It ends blocks by itself, also while Sweepwatch is down. */
  readonly expire: boolean
  readonly throttle: boolean
  /** It can be asked what it has. */
  readonly list: boolean
  readonly v6: boolean
  /** Single ports. */
  readonly ports: boolean
  /** One direction only; without it, what it blocks is blocked as its product does. */
  readonly direction: boolean
  /** It counts what it dropped, a block. */
  readonly count: boolean
}

/** What shall be done, all in one step where the target can. */
export interface Change {
  readonly add: readonly GuardedBlock[]
  readonly remove: readonly Block[]
  /** All that shall stand afterwards, `add` among it: for targets that are given whole lists. */
  readonly desired: readonly GuardedBlock[]
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What a target says of a change: done, nothing to do, or handed to a person who does it (a change file). Done is not yet proven. */
export interface Applied {
  readonly outcome: 'applied' | 'already' | 'handed-over'
  /** One line, of our own words and numbers. */
  readonly detail: string
}

/** One entry that a target has, whoever made it. */
export interface Listed extends Scope {
  readonly network: string
  readonly measure: Measure
  readonly rate: Rate | null
  /** ISO 8601; null where the target tells none, or it has no end. */
  readonly until: string | null
  /** Packets it dropped so far; null where it does not count. */
  readonly dropped: number | null
}

/** That a device took a list which it fetches. */
export interface Fetched {
  readonly by: string
  /** ISO 8601 UTC: the last time. */
  readonly at: string
  /** It was the list as it stands now. */
  readonly isCurrent: boolean
}

export interface Listing {
  /** What the entries stand in (table, sets, rules, file) is as Sweepwatch makes it. False: flushed, restarted, or never made. */
  readonly intact: boolean
  readonly entries: readonly Listed[]
  /** What is there and was not understood: counted, and shown in our own words. */
  readonly strange: readonly string[]
  /** Of lists that devices fetch: which did, at most 64. */
  readonly fetched?: readonly Fetched[]
}

/** A place where blocks are enforced, opened with its settings. Every method throws `Problem` where it fails, and ends at the signal. */
export interface Target {
  /** As it is configured. */
  readonly name: string
  readonly can: Capabilities
  /** What would be sent, as text; asks nobody, and the same change gives the same text. */
  preview(change: Change): string
  /** Twice is as once; what is unknown is removed without complaint. */
  apply(change: Change, signal: AbortSignal): Promise<Applied>
  /** Only where `can.list`. */
  list(signal: AbortSignal): Promise<Listing>
  close(): Promise<void>
}

/** A kind of target, as the registry lists it. `Settings` are its part of the configuration. */
export interface TargetKind<Settings> {
  /** As in `kind:` of the configuration, and the name of its file. */
  readonly id: string
  readonly title: string
  /** What it is, what it cannot, where its interface is documented. */
  readonly about: string
  /** Of every target of this kind, whatever its settings. */
  readonly can: Capabilities
  /** @throws Problem `target` where the settings cannot be used @param name as it is configured @param state a directory of its own, made private */
  open(name: string, settings: Settings, state: string): Promise<Target>
  /**
   * Serves what a device fetches, for as long as a service enforces; undefined where the settings do not ask for it. Only by kinds that are fetched from.
   * @param now milliseconds since 1970
   */
  serve?(name: string, settings: Settings, state: string, now: () => number): Promise<Served | undefined>
}

/** Something that listens until it is closed. */
export interface Served {
  readonly url: string
  close(): Promise<void>
}
