import { type Address, formatAddress } from '../../base/address.ts'
import { confidenceAt, halfLifeOf } from '../confidence.ts'
import type { Identity, IntelHit, IntelMeaning } from '../intel.ts'
import type { DatabaseFacts } from './databases.ts'
import { kindByName } from './network-words.ts'
import { researchOrganisation } from './research-names.ts'
import type { ReverseAnswer } from './reverse-names.ts'
import type { SpecialBlock } from './special-purpose.ts'

/** Who scans for research is left alone, so that it must be more likely than not. */
const enough = 0.5
const confirmedName = 0.95
const day = 86_400_000

/** Meanings that are kinds of networks, the most telling first. Before them stands research, which must be believed. */
const kinds = ['tor', 'vpn', 'cdn', 'resolver', 'cloud', 'hosting'] as const

/** What is known of an address, from each source. */
export interface Known {
  readonly address: Address
  readonly special: { readonly scope: Identity['scope']; readonly block: SpecialBlock | null }
  readonly facts: DatabaseFacts
  /** Surest first. */
  readonly hits: readonly IntelHit[]
  /** Null: not asked. */
  readonly reverse: ReverseAnswer | null
  /** Milliseconds: the time that is asked about, and now, when the name was asked for. */
  readonly at: number
  readonly now: number
  readonly halfLives: Readonly<Partial<Record<IntelMeaning, number>>>
}

/** Puts together who an address belongs to, with a sentence for each thing that is said. */
export function identify(known: Known): Identity {
  const { facts, reverse, special } = known
  const because: string[] = []
  const { block } = special
  if (block) {
    const how = special.scope === 'public' ? 'is reached from everywhere' : `is no public address (${special.scope})`
    because.push(`It lies in ${block.network}, set aside for ${block.name} by ${block.rfc}: it ${how}.`)
  }
  if (facts.asn) {
    const { value, from } = facts.asn
    because.push(`AS${value}${facts.organisation ? ` (${facts.organisation.value})` : ''} by ${from}.`)
  } else if (facts.organisation) because.push(`${facts.organisation.value} by ${facts.organisation.from}.`)
  if (facts.country) because.push(`Country ${facts.country.value} by ${facts.country.from}.`)
  if (reverse?.name) {
    const back = reverse.confirmed ? 'leads back to it' : 'does not lead back to it, so that it tells nothing'
    because.push(`Its reverse name is ${reverse.name}, which ${back}.`)
  }
  const research = researchOf(known, because)
  return {
    address: formatAddress(...known.address),
    scope: special.scope,
    asn: facts.asn?.value ?? null,
    organisation: facts.organisation?.value ?? null,
    country: facts.country?.value ?? null,
    kind: research === null ? kindOf(known, because) : 'research',
    research,
    reverseName: reverse?.name ? { name: reverse.name, confirmed: reverse.confirmed } : null,
    because,
  }
}

function researchOf({ hits, reverse, at, now, halfLives }: Known, because: string[]): string | null {
  const byName = reverse?.name && reverse.confirmed ? researchOrganisation(reverse.name) : null
  const age = Math.abs(now - at) / day
  if (byName !== null && confidenceAt(confirmedName, age, halfLifeOf('research', halfLives)) >= enough) {
    because.push(`${byName} scans from hosts of that name.`)
    return byName
  }
  const hit = hits.find(({ means, confidence }) => means === 'research' && confidence >= enough)
  if (hit === undefined) return null
  const organisation = (hit.name && researchOrganisation(hit.name)) || hit.name || hit.list
  because.push(`${hit.list} lists ${hit.matched} as a research scanner: ${organisation}.`)
  return organisation
}

function kindOf({ hits, facts }: Known, because: string[]): Identity['kind'] {
  for (const kind of kinds) {
    const hit = hits.find(({ means }) => means === kind)
    if (hit) {
      because.push(`${hit.list} lists ${hit.matched} as ${kind}.`)
      return kind
    }
    if (facts.anonymous?.value === kind) {
      because.push(`${facts.anonymous.from} holds it to be ${kind}.`)
      return kind
    }
  }
  if (facts.connection && /^(?:Cable\/DSL|Cellular|Dialup|Satellite)$/.test(facts.connection.value)) {
    because.push(`Its connection is ${facts.connection.value} by ${facts.connection.from}.`)
    return 'isp'
  }
  const guess = facts.organisation ? kindByName(facts.organisation.value) : null
  if (guess) because.push(`The organisation's name suggests ${guess}.`)
  return guess
}
