/** What is known of addresses beyond our own logs (requirements Q2, Q3, T2, D6): the vocabulary of `intel/`. */

/** What a list means by naming an address. */
export type IntelMeaning =
  | 'malicious'
  | 'scanner'
  | 'research'
  | 'tor'
  | 'vpn'
  | 'hosting'
  | 'cloud'
  | 'cdn'
  | 'resolver'
  | 'benign'

/** A group or botnet with a name of its own; `id` is ATT&CK's where it has one (G0139). */
export interface KnownActor {
  readonly id: string | null
  readonly name: string
}

/** One entry of one list that names an address, with its provenance. */
export interface IntelHit {
  /** The list's name, as configured or as the list calls itself. */
  readonly list: string
  /** The entry as written: an address, a network, a host name. */
  readonly matched: string
  readonly means: IntelMeaning
  /** Organisation, botnet or malware family; null where the list tells none. */
  readonly name: string | null
  readonly actor: KnownActor | null
  /** 0 to 1: the entry's own where it tells one, else the list's, lowered with age. */
  readonly confidence: number
  /** ISO 8601 UTC; null where not told. */
  readonly firstSeen: string | null
  readonly lastSeen: string | null
  readonly validUntil: string | null
  /** Days between what the list says and the time that was asked about; null where the list tells no time. */
  readonly ageDays: number | null
  /** The file or URL that it was read from. */
  readonly reference: string
}

/** What kind of address a source is by the special-purpose registries (RFC 6890 and its successors). */
export type AddressScope =
  | 'public'
  | 'private'
  | 'shared'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'documentation'
  | 'benchmarking'
  | 'reserved'

/** Who an address belongs to. Null: not known from what is configured. */
export interface Identity {
  readonly address: string
  readonly scope: AddressScope
  readonly asn: number | null
  readonly organisation: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  /** The most telling kind of network; null where nothing tells. */
  readonly kind: 'research' | 'tor' | 'vpn' | 'cloud' | 'hosting' | 'cdn' | 'resolver' | 'isp' | null
  /** The research organisation, where one is recognised. */
  readonly research: string | null
  /** Reverse name; `confirmed` where it resolves back to the address (FCrDNS). */
  readonly reverseName: { readonly name: string; readonly confirmed: boolean } | null
  /** One sentence for each thing that is said, with where it is from. */
  readonly because: readonly string[]
}

/** Everything known of an address. */
export interface Dossier {
  readonly identity: Identity
  /** Most telling first; at most 32. */
  readonly hits: readonly IntelHit[]
  /** What was looked at: lists with their entries and dates, databases, services asked; and what could not be asked. */
  readonly looked: readonly string[]
}

/** Answers about addresses as of a time in milliseconds: the same lists and time give the same answer. */
export interface Intelligence {
  about(address: string, at: number): Promise<Dossier>
}
