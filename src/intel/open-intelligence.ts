import { type Address, formatAddress, parseAddress } from '../base/address.ts'
import { contains, type Prefix } from '../base/prefix.ts'
import { isoTime } from '../base/time.ts'
import { ageDays, confidenceAt, halfLifeOf } from './confidence.ts'
import type { Databases } from './identity/databases.ts'
import { identify } from './identity/identify.ts'
import type { ReverseNames } from './identity/reverse-names.ts'
import { scopeOf } from './identity/special-purpose.ts'
import type { Dossier, IntelHit, Intelligence, IntelMeaning } from './intel.ts'
import type { LoadedList } from './list/load-lists.ts'
import { isoOrNull } from './list/threat-list.ts'
import { lookedAtLists } from './looked.ts'
import type { Online, OnlineAnswers } from './online/open-online.ts'

const mostHits = 32
/** Of a service's answer that tells none. */
const usualConfidence = 0.8

/** Everything that was opened. */
export interface IntelParts {
  readonly lists: readonly LoadedList[]
  readonly databases: Databases
  /** Null: names are not asked for. */
  readonly reverse: ReverseNames | null
  readonly online: Online
  readonly own: readonly Prefix[]
  readonly halfLives: Readonly<Partial<Record<IntelMeaning, number>>>
  /** Milliseconds. */
  readonly now: () => number
}

/** The lists in memory, the databases, and whom else the configuration names. `openIntelligence` makes it. */
export class OpenIntelligence implements Intelligence {
  readonly #parts: IntelParts

  constructor(parts: IntelParts) {
    this.#parts = parts
  }

  get lists(): readonly LoadedList[] {
    return this.#parts.lists
  }

  get databases(): Databases['loaded'] {
    return this.#parts.databases.loaded
  }

  /** Never rejects: what cannot be asked is told in `looked`. */
  async about(text: string, at: number): Promise<Dossier> {
    const address = parseAddress(text)
    if (address === undefined) return unreadable(text)
    const special = scopeOf(address)
    const { lists, databases, own, halfLives } = this.#parts
    const answers = lists.map((each) => ({
      each,
      answer: each.list?.about(address, at, special.scope === 'public' ? -1 : special.bits) ?? null,
    }))
    const { facts, failed } = databases.about(address)
    const mayAsk = special.scope === 'public' && !own.some((prefix) => contains(prefix, ...address))
    const [reverse, online] = await this.#ask(address, mayAsk)
    const now = this.#parts.now()
    const hits = [
      ...answers.flatMap(({ answer }) => answer?.hits ?? []),
      ...online.said.map((each) => this.#serviceHit(address, each, at, now)),
    ].sort(byTelling)
    return {
      identity: identify({ address, special, facts, hits, reverse, at, now, halfLives }),
      hits: hits.slice(0, mostHits),
      looked: [
        ...lookedAtLists(answers, at),
        ...databases.loaded.map(({ title, error }) => (error === null ? title : `${title} ${error}`)),
        ...failed,
        ...this.#lookedAtName(reverse, mayAsk),
        ...online.looked,
      ],
    }
  }

  async #ask(address: Address, mayAsk: boolean) {
    const { reverse, online } = this.#parts
    return Promise.all([
      reverse !== null && mayAsk ? reverse.of(address) : null,
      online.about(formatAddress(...address), mayAsk),
    ])
  }

  #serviceHit(address: Address, { service, about, reference }: OnlineAnswers['said'][number], at: number, now: number) {
    const means = about.means ?? 'malicious'
    const [first, last] = [about.firstSeen ?? 0, about.lastSeen ?? now]
    const age = ageDays(first, last, at)
    const halfLife = halfLifeOf(means, this.#parts.halfLives)
    const hit: IntelHit = {
      list: service,
      matched: formatAddress(...address),
      means,
      name: about.name ?? null,
      actor: about.actor ?? null,
      confidence: confidenceAt(about.confidence ?? usualConfidence, age, halfLife),
      firstSeen: isoOrNull(first),
      lastSeen: isoOrNull(about.lastSeen ?? 0),
      validUntil: isoOrNull(about.validUntil ?? 0),
      ageDays: age,
      reference,
    }
    return hit
  }

  #lookedAtName(reverse: { readonly said: string } | null, mayAsk: boolean): string[] {
    if (this.#parts.reverse === null) return []
    if (!mayAsk) return ['reverse name: not asked, only public addresses of others are']
    return reverse === null
      ? []
      : [`reverse name at ${isoTime(this.#parts.now() * 1000).slice(0, 10)}: ${reverse.said}`]
  }
}

/** Actors first, then what is surest; the same input gives the same order. */
function byTelling(x: IntelHit, y: IntelHit): number {
  const actors = Number(y.actor !== null) - Number(x.actor !== null)
  return actors || y.confidence - x.confidence || (x.list < y.list ? -1 : Number(x.list > y.list))
}

function unreadable(text: string): Dossier {
  const address = text.slice(0, 100)
  return {
    identity: {
      address,
      scope: 'reserved',
      asn: null,
      organisation: null,
      country: null,
      kind: null,
      research: null,
      reverseName: null,
      because: [`${JSON.stringify(address)} is no IP address.`],
    },
    hits: [],
    looked: [],
  }
}
