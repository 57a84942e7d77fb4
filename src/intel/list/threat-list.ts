import { type Address, formatAddress } from '../../base/address.ts'
import { formatPrefix, truncate } from '../../base/prefix.ts'
import { isoTime } from '../../base/time.ts'
import { ageDays, confidenceAt, halfLifeOf } from '../confidence.ts'
import type { IntelHit, IntelMeaning, KnownActor } from '../intel.ts'
import type { KeptEntry, ListBuilder } from './list-builder.ts'

/** Entries of one list that are looked at for an address, and those of them that are told. */
const mostLookedAt = 64
const mostHits = 4

/** What is laid down of a list beside its entries. */
export interface ListTerms {
  readonly name: string
  /** Of entries that tell none. */
  readonly means: IntelMeaning
  readonly confidence: number
  /** Null: by what the entries mean. */
  readonly halfLife: number | null
  readonly halfLives: Readonly<Partial<Record<IntelMeaning, number>>>
  readonly actor: KnownActor | null
  /** Milliseconds; 0 where it is not known. */
  readonly date: number
  readonly reference: string
}

/** What a list says of an address. */
export interface ListAnswer {
  readonly hits: readonly IntelHit[]
  /** Entries that were no longer valid at the time that was asked about. */
  readonly expired: number
}

/** One list, in memory. */
export class ThreatList {
  readonly #terms: ListTerms
  readonly #entries: ListBuilder

  constructor(terms: ListTerms, entries: ListBuilder) {
    this.#terms = terms
    this.#entries = entries
  }

  /**
   * @param at in milliseconds @param wider networks of at most so many bits (of 128) do not count: an entry that names the whole
   * of a special-purpose block says nothing of who uses it
   */
  about(address: Address, at: number, wider = -1): ListAnswer {
    let expired = 0
    const hits: IntelHit[] = []
    for (const { entry, bits } of this.#entries.index.find(address, mostLookedAt)) {
      if (bits <= wider) continue
      const kept = this.#entries.entry(entry)
      if (kept.validUntil !== 0 && kept.validUntil < at) expired++
      else hits.push(this.#hit(address, bits, kept, at))
    }
    return { hits: distinct(hits).slice(0, mostHits), expired }
  }

  #hit(address: Address, bits: number, kept: KeptEntry, at: number): IntelHit {
    const { name, confidence, date, reference, halfLife, halfLives, actor } = this.#terms
    const means = kept.means ?? this.#terms.means
    // An entry that tells no last time was still named when the list was published.
    const last = kept.lastSeen || Math.max(date, kept.firstSeen)
    const age = ageDays(kept.firstSeen, last, at)
    return {
      list: name,
      matched: bits === 128 ? formatAddress(...address) : formatPrefix(truncate(address, bits)),
      means,
      name: kept.name ?? this.#entries.header.organisation ?? null,
      actor: kept.actor ?? actor,
      confidence: confidenceAt(kept.confidence || confidence, age, halfLife ?? halfLifeOf(means, halfLives)),
      firstSeen: isoOrNull(kept.firstSeen),
      lastSeen: isoOrNull(last),
      validUntil: isoOrNull(kept.validUntil),
      ageDays: age,
      reference,
    }
  }
}

/** ISO 8601 of milliseconds; null for 0, which is told by none. */
export function isoOrNull(milliseconds: number): string | null {
  return milliseconds === 0 ? null : isoTime(milliseconds * 1000)
}

/** Of entries that say the same the surest, surest first. */
function distinct(hits: readonly IntelHit[]): IntelHit[] {
  const surest = new Map<string, IntelHit>()
  for (const hit of hits) {
    const key = `${hit.matched} ${hit.means} ${hit.name} ${hit.actor?.name}`
    if ((surest.get(key)?.confidence ?? -1) < hit.confidence) surest.set(key, hit)
  }
  return [...surest.values()].sort((x, y) => y.confidence - x.confidence)
}
