import { parseAddress } from '../../base/address.ts'
import { listed } from '../../base/quantity.ts'
import { scopeOf } from '../../intel/identity/special-purpose.ts'
import type { AddressScope, Dossier } from '../../intel/intel.ts'
import type { Judged } from '../facts.ts'
import { type Question, said } from './question.ts'

/** What the source is, in one word; the decision reads it. */
export type SourceKind = 'internal' | 'partner' | 'research' | 'unknown-public' | 'special'

/** `yes`: we know who it is (internal, partner, research scanner); `no`: an unknown public source. */
export default {
  id: 'Q2',
  text: 'Is the source of the scan an internal system, known external partner, or an unknown/public IP?',
  answer(facts) {
    const kind = sourceKind(facts)
    const looked = [
      facts.inventory ? `inventory of ${facts.inventory.size} entries` : 'no inventory is configured',
      ...new Set(facts.dossiers.flatMap(({ looked }) => looked)),
    ].slice(0, 24)
    const because = [headline(facts, kind), ...details(facts, kind), spoofing(facts)]
    const wouldTell =
      kind === 'unknown-public' && facts.dossiers.every(({ identity }) => identity.asn === null)
        ? ['an ASN and country database (MMDB), lists of research scanners']
        : []
    const answer = kind === 'unknown-public' ? 'no' : kind === 'special' ? 'unknown' : 'yes'
    return said(answer, kind === 'special' ? 0.5 : 0.9, { because, looked, wouldTell })
  },
} satisfies Question

export function sourceKind({ sources, activity, inventory, dossiers, scans }: Judged): SourceKind {
  const external = sources.filter((source) => !activity.isOwn(source))
  const inside = scans.every(({ direction }) => direction === 'internal' || direction === 'outbound')
  if (external.length === 0 || inside) return 'internal'
  if (external.every((source) => inventory?.partnerOf(source))) return 'partner'
  const identities = dossiers
    .filter(({ identity }) => external.includes(identity.address))
    .map(({ identity }) => identity)
  if (
    identities.length > 0 &&
    identities.length >= Math.min(external.length, 16) &&
    identities.every(({ research }) => research !== null)
  ) {
    return 'research'
  }
  return external.every((source) => scopes.has(scopeNamed(source))) ? 'special' : 'unknown-public'
}

/** What is not routed on the Internet; addresses of documentation and benchmarking are, in laboratories. */
const scopes: ReadonlySet<AddressScope> = new Set([
  'private',
  'shared',
  'loopback',
  'link-local',
  'multicast',
  'reserved',
])

function scopeNamed(source: string): AddressScope {
  const address = parseAddress(source)
  return address === undefined ? 'public' : scopeOf(address).scope
}

function headline({ sources, inventory, dossiers }: Judged, kind: SourceKind): string {
  const [first = 'the source'] = sources
  switch (kind) {
    case 'internal': {
      const asset = inventory?.find(first)
      const known = asset
        ? ` (${[asset.name, asset.owner && `owner ${asset.owner}`, ...asset.roles].filter(Boolean).join(', ')})`
        : ''
      return `${first} is ours${known}.`
    }
    case 'partner':
      return `${listed(sources)}: ${inventory?.partnerOf(first)?.name}, a partner of ours.`
    case 'research':
      return `${listed(sources)}: ${listed([...new Set(dossiers.flatMap(({ identity }) => identity.research ?? []))])}, which scans the Internet for research or as a service.`
    case 'special':
      return `${first} is no address that is routed on the Internet (${scopeNamed(first)}), and none of our networks either: forged, or behind a translation of addresses.`
    default:
      return `${listed(sources)}: unknown to us, outside.`
  }
}

function details({ dossiers, inventory, sources }: Judged, kind: SourceKind): string[] {
  const owner =
    kind === 'internal' && sources[0] !== undefined && !inventory?.find(sources[0])
      ? ['The inventory does not know it.']
      : []
  const network = dossiers.slice(0, 4).flatMap(({ identity }) => placeOf(identity))
  return [...owner, ...network]
}

function placeOf({ address, asn, organisation, country, kind, reverseName }: Dossier['identity']): string[] {
  const parts = [
    organisation ?? (asn === null ? null : `AS${asn}`),
    asn !== null && organisation !== null ? `AS${asn}` : null,
    country,
    kind,
    reverseName && `${reverseName.name}${reverseName.confirmed ? '' : ' (not confirmed by the name itself)'}`,
  ].filter((part): part is string => part !== null && part !== '')
  return parts.length === 0 ? [] : [`${address}: ${[...new Set(parts)].join(', ')}.`]
}

function spoofing({ scans }: Judged): string {
  if (scans.some(({ spoofable }) => spoofable === false))
    return 'The source address is genuine: it acted on our answers.'
  if (scans.some(({ spoofable }) => spoofable === null))
    return 'Whether the source address is genuine these logs cannot show.'
  return 'Nothing shows that the source receives our answers: its address may be forged.'
}
